"""The size of a result file is bounded, and nothing is left out silently."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import samples_of_results as made

from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.result import (
    Check,
    CheckSample,
    Error,
    Health,
    LeftOut,
    Metric,
    Moment,
    PlanInfo,
    Pulse,
    Request,
    Result,
    UnknownError,
    columns,
    fit,
    from_json,
    pulses,
    to_json,
    values,
)
from planrunner.result.fitting import MOST, PARTS

ORDINARY = 300_000


def trend(numbers: np.ndarray) -> Trend:
    sink = Trend()
    sink.histogram.add(numbers)
    return sink


def requests(names: int, each: int, tags: Mapping[str, str] | None = None) -> dict[Key, Sink]:
    """Simulate what requests measure: times that are spread as those of real targets are."""
    random, sinks = np.random.default_rng(7), dict[Key, Sink]()
    for number in range(names):
        for status, share in (("200", 1.0), ("404", 0.02), ("503", 0.005)):
            count = max(1, int(each * share))
            about = {"name": f"endpoint {number}", "method": "GET", "url": f"/api/{number}", **(tags or {})}
            key = tuple(sorted({**about, "status": status, "proto": "HTTP/1.1", "scenario": "buy"}.items()))
            for metric in (*PARTS, "http_req_duration"):
                center = 0.05 if metric in {"http_req_duration", "http_req_waiting"} else 2e-5
                sinks[Key(metric, key)] = trend(random.lognormal(np.log(center), 0.5, count))
            sinks[Key("http_reqs", key)] = Counter(count, count)
            sinks[Key("http_req_failed", key)] = Rate(0, count)
    return sinks


def course(spans: int) -> tuple[Moment, ...]:
    random = np.random.default_rng(7)
    times = random.lognormal(-3, 0.5, (spans, 3)).tolist()
    return tuple(
        Moment(at + 1 / 3, 1.0, 50.0, 700, 1000, 3, p50, p95, p99) for at, (p50, p95, p99) in enumerate(times)
    )


@pytest.mark.slow
def test_the_result_of_an_ordinary_run_is_small_and_whole() -> None:
    """Ten endpoints with three statuses each, ten minutes, 600,000 requests."""
    beats = (Pulse(at + 1e-4, 1.0, 0.31234, 0.0012345, 0.00012345) for at in range(600))
    run = replace(
        made.of(requests(10, 60_000)),
        timeline=columns(course(600)),
        duration=600.0,
        health=Health("trusted", course=pulses(beats)),
    )
    assert len(to_json(run)) < ORDINARY
    assert fit(run) == run


@pytest.mark.slow
def test_thousands_of_series_fit_and_their_sums_stay_exact() -> None:
    run = replace(made.of(requests(800, 300)), timeline=columns(course(1199)))
    assert len(to_json(run)) > MOST
    small = fit(run)
    assert len(to_json(small)) <= MOST
    metrics = {*PARTS, "http_req_duration", "http_reqs", "http_req_failed"}
    kept = {metric: rounded(values(small, metric)) for metric in metrics}
    assert kept == {metric: rounded(values(run, metric)) for metric in metrics}
    assert from_json(to_json(small)) == small


def rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    """Leave out the last digits of averages, which depend on the order of adding."""
    return {name: float(f"{value:.12g}") for name, value in numbers.items()}


def test_parts_of_times_are_the_first_that_are_folded() -> None:
    run = made.of(requests(3, 20))
    small = fit(run, len(to_json(run)) - 1)
    assert {one.what for one in small.left_out} == {f"series of {metric}" for metric in PARTS}
    assert {(one.count, one.instead) for one in small.left_out} == {(9, "kept as their sum")}
    assert values(small, "http_req_duration{name:endpoint 1}") == values(
        run, "http_req_duration{name:endpoint 1}"
    )
    with pytest.raises(UnknownError, match="have this name is not known"):
        values(small, "http_req_waiting{name:endpoint 1}")
    assert (
        values(small, "http_req_waiting{scenario:buy}")["count"] == values(run, "http_req_waiting")["count"]
    )


def zones(count: int, name: str) -> dict[Key, Sink]:
    return {
        Key("load", (("name", name), ("zone", str(zone)))): trend(np.linspace(1, 2, zone + 1))
        for zone in range(count)
    }


@pytest.mark.slow
def test_then_rare_series_of_one_name_are_folded() -> None:
    run = made.of(zones(170, "a") | zones(170, "b"))
    small = fit(run, len(to_json(run)) - 1)
    assert small.left_out == (LeftOut("series of load", 40, "kept as their sum"),)
    for text in ("load", "load{name:a}", "load{name:b, status!=200}"):
        assert values(small, text)["count"] == values(run, text)["count"]
    with pytest.raises(UnknownError, match=r"20 series of load .* have this zone is not known"):
        values(small, "load{zone:169}")
    smaller = fit(small, len(to_json(small)) - 1)
    assert smaller.left_out == (LeftOut("series of load", 240, "kept as their sum"),)
    assert values(smaller, "load{name:a}")["count"] == values(run, "load{name:a}")["count"]


def test_then_those_of_all_names() -> None:
    run = made.of(
        {Key("load", (("name", str(name)),)): trend(np.linspace(1, 2, name + 1)) for name in range(110)}
    )
    small = fit(run, len(to_json(run)) - 1)
    assert (len(small.series), small.left_out) == (101, (LeftOut("series of load", 10, "kept as their sum"),))
    assert values(small, "load")["count"] == values(run, "load")["count"]
    with pytest.raises(UnknownError, match=r"10 series of load .* have this name is not known"):
        values(small, "load{name:109}")


def test_of_other_kinds_series_are_folded_last() -> None:
    sinks: dict[Key, Sink] = {}
    for number in range(1200):
        tags = (("user", str(number)),)
        sinks |= {Key("c", tags): Counter(2, 1), Key("g", tags): Gauge(number, 0, number, number)}
    run = made.of(sinks)
    small = fit(run, len(to_json(run)) - 1)
    assert [(one.what, one.count) for one in small.left_out] == [("series of c", 200), ("series of g", 200)]
    assert [values(small, name) for name in "cg"] == [values(run, name) for name in "cg"]


def errors(count: int, *, text: str = "boom") -> tuple[Error, ...]:
    return tuple(
        Error(0, f"{text} {number}", "GET /", 0, 2, "", ours=number % 2 == 1) for number in range(count)
    )


def test_rare_kinds_of_errors_are_counted_as_one() -> None:
    run = replace(made.empty(), errors=errors(10_000))
    small = fit(run)
    assert [(e.message, e.count, e.ours) for e in small.errors[500:]] == [
        ("other errors", 9500, False),
        ("other errors", 9500, True),
    ]
    assert (small.left_out, small.own_failures) == (
        (LeftOut("kinds of errors", 9500, "counted as one"),),
        10_000,
    )


def request(number: int, replies: int) -> Request:
    known = (0.5, 0.25, 0.5, 0.5, 0.5, 0.5, 1.0) if replies else (None,) * 7
    return Request(f"GET /{number}", "GET", 3, 1, 0.5, replies, *known)


def test_requests_that_are_hardly_sent_have_one_row() -> None:
    run = replace(made.empty(), requests=tuple(request(number, number % 2) for number in range(1004)))
    small = fit(run)
    others = Request("other requests", "", 12, 4, 2.0, 2, 0.5, 0.25, None, None, None, None, 1.0)
    assert (len(small.requests), small.requests[-1]) == (1001, others)
    assert small.left_out == (LeftOut("rows of requests", 4, "added up in one"),)
    silent = fit(replace(run, requests=tuple(request(number, 0) for number in range(1002))))
    assert (silent.requests[-1].count, silent.requests[-1].avg) == (6, None)


def test_long_texts_are_cut_but_that_of_the_plan_is_not() -> None:
    plan = PlanInfo("n" * 3000, "", "", "t" * 3000)
    small = fit(replace(made.empty(), plan=plan, target="x" * 2000))
    assert (small.plan.name, small.plan.text) == ("n" * 1999 + "…", plan.text)
    assert (len(small.target), small.left_out) == (
        2000,
        (LeftOut("long texts", 1, "cut after 2,000 characters"),),
    )


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_has_not_are_written_as_the_largest(value: float) -> None:
    metric = Metric("load", "counter", "default", "", {"count": value, "rate": 0.5})
    small = fit(replace(made.empty(), metrics=(metric,)))
    assert from_json(to_json(small)) == small
    assert small.value("load", "rate") == 0.5


def check(number: int, text: str) -> Check:
    failed = number % 1000 == 7
    samples = (CheckSample(1.0, text),) * 5 if failed else ()
    return Check(f"check {number} {text}", "buy", text, 5, int(failed), samples, text, 1)


def hostile(text: str, count: int) -> Result:
    """Return a result of which everything is long and much."""
    run = made.of(requests(20, 100, {"own": text}))
    return replace(
        run,
        plan=PlanInfo(text, text, text, f"{text}\n" * 3000),
        errors=tuple(replace(error, request=text, sample=text) for error in errors(count, text=text)),
        requests=tuple(replace(request(number, 1), method=text) for number in range(count)),
        checks=tuple(check(number, text) for number in range(count)),
        timeline=columns(course(1199)),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["x" * 5_000, "\x00" * 5_000, "\U0001f355" * 5_000], ids=["long", "binary", "pizza"]
)
def test_hostile_texts_without_number_fit(text: str) -> None:
    run = hostile(text, 3_000)
    small = fit(run)
    assert len(to_json(small)) <= MOST
    assert sum(error.count for error in small.errors) == 6_000
    assert sum(row.count for row in small.requests) == 9_000
    assert sum(one.fails for one in small.checks) == 3
    told = {one.what: one.count for one in small.left_out if not one.what.startswith("series")}
    assert told == {
        "kinds of errors": 2900,
        "rows of requests": 2900,
        "checks": 2000,
        "samples of failed checks": 15,
        "lines of the plan": 3000,
        "long texts": told["long texts"],
    }
    assert from_json(to_json(small)) == small
