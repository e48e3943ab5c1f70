"""The HTML report: complete, self-contained and deaf to what the target says."""

import base64
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest
import samples
from rich_run import rich
from search_samples import searched

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.result import Metric, Result, from_json


class Page(HTMLParser):
    """What a browser would find: the elements with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def kinds(self) -> set[tuple[str, str]]:
        return {(tag, key) for tag, attributes in self.elements for key in attributes}


@cache
def failed() -> Page:
    return Page(html(samples.failed()))


@pytest.mark.slow
def test_every_total_of_every_metric_appears() -> None:
    numbers = [text for metric in samples.failed().metrics for text in wording.values(metric).values()]
    assert [number for number in numbers if number not in failed().text] == []


def test_every_number_of_every_request_appears() -> None:
    numbers = []
    for r in samples.failed().requests:
        numbers += [f"{r.count:,}", f"{r.failed:,}", f"{units.cut(r.rate, 2)}/s"]
        numbers += [units.show_duration(t or 0) for t in (r.avg, r.min, r.med, r.p90, r.p95, r.p99, r.max)]
        numbers += [f"{r.replies:,}"] if r.replies != r.count else []
    assert [number for number in numbers if number not in failed().text] == []


@pytest.mark.slow
def test_every_number_of_the_generator_appears() -> None:
    page, health = Page(html(rich())), rich().health
    numbers = [text for process in health.processes for text in wording.shown(process)]
    numbers += [text for measure in wording.measures(rich()) for text in measure]
    late = [units.show_duration(pulse.loop_lag) for pulse in health.course]
    assert [number for number in [*numbers, *late] if number not in page.text] == []


@pytest.mark.slow
def test_every_level_of_a_search_and_each_warm_up_appears() -> None:
    found = searched().capacity
    assert found
    cells = [cell for _, row in wording.level_rows(found) for cell in row]
    page, warm = Page(html(searched())).text, Page(html(rich())).text
    assert [cell for cell in cells if cell not in page] == []
    assert [told for told in wording.warm_ups(rich()) if told not in warm] == []


def test_every_number_of_every_check_and_error_appears() -> None:
    result = samples.failed()
    counts = [f"{n:,}" for check in result.checks for n in (check.passes, check.fails)]
    counts += [f"{error.count:,}" for error in result.errors] + [wording.seen(e) for e in result.errors]
    assert [text for text in counts if text not in failed().text] == []


def test_every_threshold_shows_measured_value_and_distance() -> None:
    told = [(wording.measured(t), wording.difference(t)) for t in samples.failed().thresholds if t.measured]
    assert [pair for pair in told if not all(part in failed().text for part in pair)] == []


def test_every_moment_of_the_timeline_stands_in_a_table() -> None:
    m = [*samples.failed().timeline][100]
    p50, p95, p99 = (units.show_duration(x or 0) for x in (m.p50, m.p95, m.p99))
    row = f"1m40s {m.vus:.0f} {m.requests} {m.failed} {m.iterations} {p50} {p95} {p99}"
    assert row in failed().text


def test_spans_of_the_timeline_are_told_under_the_mouse_without_a_script() -> None:
    a, b = [*samples.failed().timeline][100:102]
    times = ((name, max(getattr(a, name), getattr(b, name))) for name in ("p50", "p95", "p99"))
    told = ", ".join(f"{name} {units.show_duration(seconds)}" for name, seconds in times)
    counts = f"{a.requests + b.requests} requests, 0 failed, {a.iterations + b.iterations} iterations"
    assert f"1m40s, {a.vus:.0f} VUs, {counts}, {told}" in failed().text


def test_every_check_sample_and_fix_appears() -> None:
    result = samples.failed()
    texts = [s.complaint for c in result.checks for s in c.samples] + [e.fix for e in result.errors]
    assert [text for text in texts if text not in failed().text] == []


def test_the_raw_result_can_be_downloaded() -> None:
    (link,) = [a["href"] for tag, a in failed().elements if "download" in a]
    assert from_json(base64.b64decode(link.partition(",")[2])) == samples.failed()


def test_nothing_is_asked_of_anybody() -> None:
    links = [a.get("href", a.get("src", "")) for _, a in failed().elements if {"href", "src"} & a.keys()]
    styles = re.findall(r"url\(|@import", html(samples.failed()))
    assert ([x for x in links if not x.startswith(("#", "data:application/json"))], styles) == ([], [])


def test_nothing_is_loaded_and_nothing_framed() -> None:
    tags = {tag for tag, _ in failed().elements}
    assert tags & {"iframe", "object", "embed", "form", "link", "base"} == set()
    assert {key for tag, a in failed().elements if tag == "script" for key in a} == {"type", "id"}


def test_broken_thresholds_link_to_their_marked_line() -> None:
    links = {a["href"] for tag, a in failed().elements if a.get("class") == "line-link"}
    marked = [f"#{a['id']}" for tag, a in failed().elements if tag == "tr" and a.get("class") == "broken"]
    assert (marked, set(marked) <= links) == (["#L47", "#L48", "#L51", "#L53"], True)


def test_broken_thresholds_come_first() -> None:
    statuses = [a["class"] for tag, a in failed().elements if a.get("class", "").startswith("status ")]
    assert statuses[:7] == [*["status failed"] * 3, "status no-data", *["status passed"] * 3]


def test_many_limits_that_hold_are_folded_up_below_those_that_do_not() -> None:
    broken, *_, held = (t for t in samples.failed().thresholds if t.verdict != "no data")
    page = Page(html(replace(samples.failed(), thresholds=(*[held] * 13, broken))))
    assert "13 hold" in page.text
    statuses = [a["class"] for tag, a in page.elements if a.get("class", "").startswith("status ")]
    assert statuses[:2] == ["status failed", "status passed"]


def test_rare_kinds_of_errors_are_folded_up_below_frequent_ones() -> None:
    errors = tuple(replace(samples.ERRORS[0], message=f"error {n}", count=n + 1) for n in range(20))
    text = Page(html(replace(samples.failed(), errors=errors))).text
    assert text.index("error 19") < text.index("8 less frequent kinds") < text.index("error 7")


def test_table_headers_say_what_they_head() -> None:
    scopes = {a.get("scope") for tag, a in failed().elements if tag == "th"}
    assert scopes == {"col", "row"}


@pytest.mark.parametrize(
    ("sample", "story"),
    [
        (
            samples.failed,
            "95 % of the requests must take less than 500ms; measured 518.97ms, 3.7 % over the limit.",
        ),
        (samples.passed, "6,512 requests in 3m30s, none failed, 95 % of them were answered within 518.97ms."),
        (samples.empty, "95 % of the requests must take less than 500ms, but there is no data: "),
    ],
)
def test_the_banner_tells_a_tester_what_happened(sample: object, story: str) -> None:
    assert story in Page(html(sample())).text  # type: ignore[operator]


def test_the_banner_says_how_much_failed_where_no_threshold_minds() -> None:
    result = replace(samples.failed(), thresholds=(), judged=False, verdict="passed")
    assert "6,512 requests in 3m30s, 1.33% failed, 95 %" in Page(html(result)).text


def test_a_limit_without_plain_words_is_quoted() -> None:
    result = samples.failed()
    broken = replace(result.thresholds[5], verdict="failed", measured=14.0)
    text = Page(html(replace(result, thresholds=(broken,)))).text
    assert "The metric slices must hold avg < 12; measured 14, 16 % over the limit." in text


@pytest.mark.parametrize(
    "sample",
    [samples.unjudged, samples.interrupted, samples.stopped, samples.long, samples.never_ran, samples.torn],
)
def test_odd_runs_have_a_report_with_the_same_sections(sample: object) -> None:
    sections = [a["id"] for tag, a in Page(html(sample())).elements if tag == "section" and "id" in a]  # type: ignore[operator]
    assert sections == [
        "thresholds",
        "timeline",
        "trust",
        "requests",
        "checks",
        "errors",
        "metrics",
        "run",
        "plan",
    ]


def test_nothing_measured_is_said_and_not_shown_as_zero() -> None:
    text = Page(html(replace(samples.empty(), requests=(), thresholds=()))).text
    said = [
        "nothing was measured",
        "The plan has no thresholds",
        "There is no timeline",
        "No request was made",
    ]
    assert [phrase for phrase in said if phrase not in text] == []


@pytest.mark.parametrize("text", [samples.NASTY, "x" * 100_000, "<b>" * 40_000, '" onload="x'])
def test_hostile_text_adds_no_element_and_no_attribute(text: str) -> None:
    page = Page(html(samples.hostile(text)))
    assert page.kinds - failed().kinds == set()


def test_hostile_text_brings_no_control_characters() -> None:
    assert html(samples.hostile()).replace("\n", "").isprintable()


def test_an_ordinary_report_is_small() -> None:
    assert len(html(samples.failed()).encode()) < 230_000


def test_long_tables_end_with_how_much_was_left_out() -> None:
    metric = Metric("m", "counter", "default", "", {"count": 1, "rate": 1})
    result = replace(samples.empty(), metrics=(metric,) * 203)
    assert "and 3 more; the raw result has them all" in Page(html(result)).text


def test_the_same_result_makes_the_same_report() -> None:
    results: list[Result] = [samples.failed(), samples.failed()]
    assert html(results[0]) == html(results[1])
