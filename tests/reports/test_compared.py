"""What reports say of a comparison."""

import re
from collections.abc import Callable
from dataclasses import replace

import compared_samples
import pytest
from samples import NASTY, passed

from planrunner.reports import wording
from planrunner.reports.compared import MOST_REQUESTS, comparison_markdown
from planrunner.reports.comparing import comparison_text
from planrunner.reports.html import html
from planrunner.reports.html.charts.ranges import reach, whole
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Change, Comparison, Result

SLOWER = compared_samples.slower()
ALONE = compared_samples.alone()


def comparison(result: Result) -> Comparison:
    assert result.comparison
    return result.comparison


def changed(change: float, **rest: object) -> Change:
    made = Change("", "", "p(95)", 0.1, 0.1 * (1 + change), change, None, None, "no clear change")
    return replace(made, **rest)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed(0.19), "+19 %"),
        (changed(-0.004), "\N{MINUS SIGN}0.4 %"),
        (changed(0.0), "0.0 %"),
        (changed(11.6), "13 times as much"),
        (changed(0.005, measure="failed"), "+0.5 points"),
        (changed(0.25, measure="failed"), "+25 points"),
        (replace(changed(0.0), change=None), ""),
    ],
)
def test_a_change_is_told_as_people_say_it(change: Change, told: str) -> None:
    assert wording.change_of(change) == told


def test_a_range_that_is_not_known_is_not_told() -> None:
    assert wording.likely(changed(0.1)) == ""
    assert wording.likely(changed(0.1, low=-0.031, high=0.27)) == "\N{MINUS SIGN}3 … +27 %"


def test_the_sentence_names_what_says_most() -> None:
    found = comparison(SLOWER)
    assert wording.compared(found).startswith(
        "compared with baselines: slower: the slowest 5 % of all requests +"
    )
    one = replace(found, changes=tuple(c for c in found.changes if c.request))
    assert "of POST /cart" in wording.compared(one)


def test_windows_of_one_run_have_no_times_of_their_own() -> None:
    side = replace(comparison(SLOWER).base, commit="0123456789abcdef")
    run = "baselines (http://localhost:3000), 5 runs, from 2026-03-14T09:00:00Z"
    assert wording.sided(side, "apart").startswith(f"{run.replace('T', ' ')}, commit 0123456789ab, ")
    assert ", 5 windows, commit 0123456789ab, planrunner" in wording.sided(side, "side by side")


def test_a_verdict_of_few_runs_is_for_information_only() -> None:
    assert wording.compared(replace(comparison(SLOWER), sound=False)).endswith(", for information only")


def test_without_any_number_there_is_still_a_sentence() -> None:
    empty = replace(comparison(ALONE), changes=())
    assert wording.compared(empty) == "compared with before/result.json: not enough data"


@pytest.mark.parametrize("report", [html, markdown, junit, lambda r: summary(r, color=False)])
def test_every_report_says_it(report: Callable[[Result], str]) -> None:
    said = re.sub(r"\s+", " ", report(SLOWER))
    assert "ompared with baselines: slower: the slowest 5 % of all requests +" in said


def test_the_page_shows_every_change_by_value() -> None:
    page = html(SLOWER)
    for row in wording.compared_rows(comparison(SLOWER)):
        cells = f'<td class="n">{row.base}</td><td class="n">{row.head}</td>'
        assert cells in page
        assert row.likely in page


def test_the_numbers_at_the_top_say_how_they_changed() -> None:
    p95 = next(c for c in comparison(SLOWER).overall if c.measure == "p(95)")
    assert f'<span class="delta failed">{wording.change_of(p95)}</span>' in html(SLOWER)


def test_a_page_without_a_comparison_has_no_such_section() -> None:
    assert 'id="comparison"' not in html(passed())


def test_numbers_that_are_not_comparable_change_nothing_at_the_top() -> None:
    assert 'class="delta' not in html(compared_samples.incomparable())


def test_hostile_names_are_inert_in_a_comparison() -> None:
    found = comparison(SLOWER)
    changes = tuple(replace(c, request=NASTY if c.request else "", method=NASTY) for c in found.changes)
    side = replace(found.base, name=NASTY, target=NASTY, planrunner=NASTY, commit=NASTY, started=NASTY)
    result = replace(
        SLOWER, comparison=replace(found, changes=changes, base=side, head=side, reasons=(NASTY,))
    )
    assert "<img" not in html(result)
    text = comparison_text(replace(comparison(result), sound=False), color=False) + markdown(result)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "@everyone" not in re.sub(r"(`+).*?\1", "", markdown(result))


def test_of_many_requests_markdown_names_the_first() -> None:
    found = comparison(SLOWER)
    slow = next(c for c in found.changes if c.request and c.verdict == "slower")
    many = tuple(replace(slow, request=f"GET /{n}") for n in range(MOST_REQUESTS + 3))
    assert "- and 3 more requests" in comparison_markdown(replace(found, changes=(*found.overall, *many)))


def test_requests_that_are_left_out_are_counted() -> None:
    assert wording.unchanged(replace(comparison(ALONE), more=7)) == "9 requests without a clear change"
    assert wording.unchanged(replace(comparison(ALONE), changes=())) == ""


def test_the_axis_of_changes_has_an_end() -> None:
    assert whole([0.01, -0.02]) == 0.1
    assert whole([7.0]) == 1.0
    assert 'cx="175.0"' in reach(0.5, 9.0, 99.0, 1.0, "failed")


def test_a_terminal_shows_a_comparison_in_colours() -> None:
    assert "\x1b[31m" in comparison_text(comparison(SLOWER), color=True)
    better = replace(comparison(SLOWER), verdict="faster")
    assert "\x1b[32m" in comparison_text(better, color=True, width=60)


def test_no_line_of_a_comparison_is_a_command_of_a_ci_service() -> None:
    found = comparison(SLOWER)
    changes = tuple(
        replace(one, request="::error::x ##[error]" if one.request else "") for one in found.changes
    )
    text = comparison_text(replace(found, changes=changes), color=False)
    assert ":error::x" in text
    assert [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line] == []
