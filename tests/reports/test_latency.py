"""Response times in the HTML report: their distribution, the ranges of the limits, failed requests apart."""

from dataclasses import replace

import pytest
import samples
from rich_run import ROWS, rich, sinks

from planrunner import units
from planrunner.reports.html import html
from planrunner.reports.html.latency import latency
from planrunner.reports.html.limits import cuts
from planrunner.reports.html.requests import rows
from planrunner.result import Result


def found(result: Result) -> dict[str, int]:
    told = latency(result)
    return {one.name: one.count for one in told.ranges} if told else {}


def test_the_limits_make_ranges_and_what_failed_stands_apart() -> None:
    ranges = found(rich())
    assert list(ranges) == ["up to 500ms", "500ms to 1.5s", "longer than 1.5s", "failed"]
    assert (sum(ranges.values()), ranges["failed"]) == (6512, 87)


def test_ranges_are_shares_of_all_requests() -> None:
    told = latency(rich())
    assert told
    assert sum(one.share for one in told.ranges) == pytest.approx(1)


def test_without_a_limit_on_times_there_are_no_ranges() -> None:
    assert found(replace(rich(), thresholds=())) == {}


def test_limits_on_a_part_of_the_requests_make_ranges_where_there_are_no_others() -> None:
    part = samples.limit("http_req_duration{endpoint:a}", "p(95) < 100ms", 0.1, 0.05, 1)
    whole = samples.limit("http_req_duration", "p(95) < 200ms", 0.2, 0.05, 2)
    assert (cuts([part]), cuts([part, whole])) == ([0.1], [0.2])


def test_bars_hold_every_request_that_has_a_duration() -> None:
    told = latency(rich())
    assert told
    counts = (sum(bar.good for bar in told.bars), sum(bar.failed for bar in told.bars))
    assert counts == (sum(row[3] - row[4] for row in ROWS), 87)


def test_a_run_without_failures_is_all_good() -> None:
    result = replace(rich(), series=tuple(s for s in rich().series if s.tags["expected_response"] == "true"))
    told = latency(result)
    assert told
    assert {bar.failed for bar in told.bars} == {0}


def test_percentiles_are_those_of_the_metric() -> None:
    told = latency(rich())
    values = rich().metric("http_req_duration")
    assert told
    assert values
    assert dict(told.percentiles)["p(95)"] == units.show_duration(values.values["p(95)"])


def test_percentiles_that_are_not_known_exactly_are_marked() -> None:
    result = rich()
    metrics = tuple(
        replace(m, censored=("max", "p(99)"), values={**m.values, "count": 90}) if not m.selector else m
        for m in result.metrics
    )
    told = latency(replace(result, metrics=metrics))
    assert told
    marked = {name: value[:4] for name, value in told.percentiles if ">" in value or "~" in value}
    assert marked == {"p(99)": ">= ~", "p(99.9)": ">= ~", "max": ">= 3"}


def test_a_result_without_distributions_has_no_section_for_them() -> None:
    assert latency(samples.failed()) is None
    assert 'id="latency"' not in html(samples.failed())
    assert 'id="latency"' in html(rich())


def test_a_damaged_distribution_costs_its_section_and_nothing_else() -> None:
    first, *rest = rich().series
    torn = {"http_req_duration": replace(first.trends["http_req_duration"], buckets="x")}
    result = replace(rich(), series=(replace(first, trends=torn), *rest))
    assert latency(result) is None
    assert 'id="requests"' in html(result)


def test_requests_that_failed_have_times_of_their_own() -> None:
    outcomes = {row.request.name: row.outcomes for row in rows(rich(), 10)}
    failed = next(sink for key, sink in sinks().items() if dict(key.tags)["expected_response"] == "false")
    assert [(one.told, one.count) for one in outcomes["recommend"]] == [
        ("answered as expected", 3981),
        ("failed", 87),
    ]
    assert outcomes["recommend"][1].times[2] == units.show_duration(failed.values(1)["med"])


def test_a_request_that_never_failed_is_told_in_one_row() -> None:
    assert {row.request.name: len(row.outcomes) for row in rows(rich(), 10)} == {
        "login": 0,
        "recommend": 2,
        "GET /ready": 0,
    }
