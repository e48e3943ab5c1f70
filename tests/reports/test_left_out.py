"""What a result does not have, as each report says it."""

from dataclasses import replace

import samples

from planrunner.reports.html import html
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import LeftOut, Result

TOLD = ("9,500 kinds of errors: counted as one", "12 series of http_req_waiting: kept as their sum")


def large() -> Result:
    left_out = (
        LeftOut("kinds of errors", 9500, "counted as one"),
        LeftOut("series of http_req_waiting", 12, "kept as their sum"),
    )
    return replace(samples.passed(), left_out=left_out)


def test_the_summary_says_what_was_left_out_before_its_verdict() -> None:
    lines = summary(large(), color=False).splitlines()
    head = "  █ LEFT OUT, so that the result is not too large"
    assert lines[-6:-1] == [head, "", *(f"    {told}" for told in TOLD), ""]


def test_markdown_says_it() -> None:
    rows = "\n".join(f"- `{told}`" for told in TOLD)
    title = "<summary>Left out, so that the result is not too large</summary>"
    assert f"<details>{title}\n\n{rows}\n\n</details>\n" in markdown(large())


def test_the_page_says_it_with_the_run() -> None:
    assert [told for told in TOLD if f"<li>{told}</li>" not in html(large())] == []


def test_percentiles_of_requests_that_were_added_up_are_not_known() -> None:
    (first, *rest) = samples.passed().requests
    row = replace(first, name="other requests", med=None, p95=None)
    assert "| `other requests` | 50 | not known | not known |" in markdown(
        replace(large(), requests=(row, *rest))
    )
