"""The report for job summaries."""

import re
from dataclasses import replace

import samples

from planrunner.reports.markdown import code, markdown
from planrunner.result import Result

SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def outside_code(result: Result) -> str:
    """What GitHub reads as Markdown: all but the code spans."""
    return "\n".join(SPAN.sub("", line) for line in markdown(result).splitlines())


def test_the_heading_is_the_verdict() -> None:
    first = markdown(samples.failed()).splitlines()[0]
    assert first == "### ❌ Load test failed: 3 of 7 thresholds broken, 1 without data"


def test_broken_limits_stand_above_the_fold_and_the_others_below() -> None:
    above, _, below = markdown(samples.failed()).partition("<details>")
    assert (above.count("| ❌"), above.count("| ✅"), below.count("| ✅")) == (3, 0, 3)


def test_hostile_text_stands_in_code_spans_only() -> None:
    text = outside_code(samples.hostile())
    wild = ["img", "script", "@everyone", "#123", "![", "<!--", "`", "evil", "\x1b", "\x00", "\u202e"]
    assert [word for word in wild if word in text] == []


def test_no_table_is_wider_than_four_columns_whatever_the_target_says() -> None:
    rows = [line for line in markdown(samples.hostile("a|b")).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_control_characters_never_appear() -> None:
    assert markdown(samples.hostile()).replace("\n", "").replace("\ufe0f", "").isprintable()


def test_foreign_text_is_cut_at_120_characters() -> None:
    spans = [match[0] for match in SPAN.finditer(markdown(samples.hostile("x" * 100_000)))]
    assert max(map(len, spans)) == len("``") + 120


def test_backticks_are_fenced_by_more_of_them() -> None:
    assert (code("a```b"), code("`a"), code(" ")) == ("````a```b````", "`` `a ``", "")


def test_long_lists_end_with_what_was_left_out() -> None:
    result = samples.failed()
    many = replace(
        result,
        errors=tuple(replace(error, fix="") for error in result.errors * 15),
        checks=result.checks * 60,
        requests=result.requests * 30,
    )
    left = re.findall(r"And (.*); the HTML report shows all", markdown(many))
    assert left == [
        "40 more requests",
        "100 more failed checks",
        "10 more kinds of errors",
        "130 more checks",
    ]


def test_a_threshold_that_stopped_the_run_says_so() -> None:
    assert "3.7 % over the limit, stopped the run" in markdown(samples.stopped())


def test_what_was_not_measured_is_left_out_of_the_headline() -> None:
    assert markdown(replace(samples.empty(), requests=())).splitlines()[2] == "0s"


def test_requests_without_a_failure_rate_are_counted_all_the_same() -> None:
    result = samples.failed()
    metrics = tuple(m for m in result.metrics if m.name != "http_req_failed")
    assert markdown(replace(result, metrics=metrics)).splitlines()[2].endswith("60 VUs · 6,512 requests")
