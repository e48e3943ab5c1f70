"""The report for job summaries."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
import samples
from rich_run import rich
from search_samples import searched

from planrunner.reports.markdown import LEAST_FIRST, markdown
from planrunner.reports.markup import code, prose
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


@pytest.mark.parametrize(
    "result", [samples.hostile("a|b"), searched(), rich()], ids=["hostile", "searched", "rich"]
)
def test_no_table_is_wider_than_four_columns_whatever_the_target_says(result: Result) -> None:
    rows = [line for line in markdown(result).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {3, 4, 5}


def test_a_reason_that_the_target_wrote_is_quoted_too() -> None:
    result = replace(samples.failed(), stopped="setup", exit_code=107, reason=samples.NASTY)
    first = markdown(result).splitlines()[0]
    assert first.startswith("### ❌ Load test ````failed: no load was made: </script><img")
    assert [word for word in ("img", "@everyone", "#123", "evil") if word in outside_code(result)] == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("passed: p(95) < 500ms, `max_vus` >= 2", False),
        ("~: too few samples", False),
        ("see www.evil.example", True),
        ("see http://evil.example", True),
        ("<b>", True),
        ("a ~b~", True),
        ("@all", True),
        ("an `open span", True),
    ],
)
def test_a_sentence_is_quoted_where_it_could_mean_something(text: str, quoted: bool) -> None:
    assert prose(text) == (code(text) if quoted else text)


def test_the_course_is_one_line_each() -> None:
    rows = [line for line in markdown(samples.failed()).splitlines() if "▁" in line or "█" in line]
    assert [row.split(" | ")[0] for row in rows] == [
        "| Requests per second",
        "| Slow 5 % (p95)",
        "| Failed per second",
    ]


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


def huge() -> Result:
    """A run of which nearly every part alone is too long for a comment."""
    result = searched()
    wide = samples.hostile("`" * 119 + "x")
    return replace(
        result,
        thresholds=wide.thresholds * 200,
        checks=wide.checks * 100,
        requests=wide.requests * 100,
        errors=wide.errors * 100,
        environment=wide.environment,
    )


@pytest.mark.parametrize("most", [1_000, 5_000, 20_000, 65_536, 900_000])
def test_it_is_never_longer_than_it_may_be(most: int) -> None:
    assert len(markdown(huge(), most)) <= most


def test_what_matters_least_is_left_out_first_and_said() -> None:
    whole = markdown(samples.failed())
    *_, last = markdown(samples.failed(), len(whole) - 1).splitlines()
    told = (
        "Left out, so that this is not too long: where it ran, checks that held; the HTML report shows all."
    )
    assert last == told
    *_, last = markdown(samples.failed(), 2_500).splitlines()
    assert last.startswith(
        "Left out, so that this is not too long: where it ran, checks that held, limits that"
    )


def test_the_verdict_and_the_broken_limits_stay_longest() -> None:
    text = markdown(huge(), 5_000)
    assert text.startswith("### ")
    assert text.count("| ❌ ") > 3
    assert text.splitlines()[-1].endswith("the rest of the limits; the HTML report shows all.")


def test_every_part_can_be_left_out() -> None:
    parts = set(re.findall(r'part\("([^"]+)"', Path(inspect.getfile(markdown)).read_text()))
    assert parts == set(LEAST_FIRST)
