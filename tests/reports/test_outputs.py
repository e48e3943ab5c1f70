"""Outputs, as each report shows them."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Output, Result

URL = "http://127.0.0.1:9090/api/v1/write"
WELL = Output("prometheus", URL, 1234)
BADLY = Output("influxdb", "http://127.0.0.1:8086/k6", 1, 4321, "connection refused")
TOLD_WELL = f"prometheus {URL}: 1,234 points sent"
TOLD_BADLY = "influxdb http://127.0.0.1:8086/k6: 1 point sent, 4,321 lost (connection refused)"


def well() -> Result:
    return replace(samples.passed(), outputs=(WELL,))


def badly() -> Result:
    return replace(samples.passed(), outputs=(WELL, BADLY))


def test_the_summary_has_a_line_where_all_arrived() -> None:
    assert f"  output: {TOLD_WELL}\n" in summary(well(), color=False)


def test_the_summary_names_what_lost_points() -> None:
    text = summary(badly(), color=False)
    assert f"  █ OUTPUTS\n\n    ✓ {TOLD_WELL}\n    ! {TOLD_BADLY}\n\n" in text


def test_an_output_that_sent_nothing_is_a_loss_although_none_was_counted() -> None:
    broken = replace(samples.passed(), outputs=(Output("prometheus", URL, 0, 0, "internal error"),))
    assert "█ OUTPUTS" in summary(broken, color=False)


def test_a_backend_that_came_back_lost_nothing() -> None:
    back = replace(samples.passed(), outputs=(Output("prometheus", URL, 1234, 0, "connection refused"),))
    assert f"  output: {TOLD_WELL}, none lost (connection refused)\n" in summary(back, color=False)


def test_a_loss_changes_no_verdict() -> None:
    assert wording.verdict(badly()) == wording.verdict(samples.passed())


def test_markdown_folds_away_what_went_well() -> None:
    text = markdown(well())
    assert f"<summary>Where the numbers went</summary>\n\n- `{TOLD_WELL}`\n" in text


def test_markdown_shows_a_loss() -> None:
    assert f"#### Outputs\n\n- `{TOLD_WELL}`\n- `{TOLD_BADLY}`\n" in markdown(badly())


def test_html_lists_outputs() -> None:
    page = html(badly())
    assert f"<li>{TOLD_WELL}</li>" in page
    assert f"<li>{TOLD_BADLY}</li>" in page


def test_junit_tells_of_a_loss_in_the_output_of_the_run() -> None:
    texts = [one.text or "" for one in ET.fromstring(junit(badly())).iter("system-out")]
    assert any(f"output {TOLD_BADLY}" in text for text in texts)
