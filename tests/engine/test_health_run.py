"""Whole runs, in virtual time, of generators that are ill: the result says of what."""

import asyncio
from typing import Any, cast

import pytest
from fakes import VirtualLoop
from running import Lab
from vitals import growing, named

from planrunner.engine.health.diagnosis import untrusted
from planrunner.reports.wording import verdict
from planrunner.result import Result, from_json, to_json

HEAD = "name: lab\ntarget: http://h\nsteps: [{get: /}]\n"
OPEN = f"{HEAD}load: {{rate: 20/s, duration: 10s, max_vus: 50}}\n"
CLOSED = f"{HEAD}load: {{vus: 2, duration: 10s}}\n"
CALM: dict[str, Any] = {"cpu": lambda at: 0.2 * at, "stolen": lambda at: (0, int(200 * at))}


def run(plan: str = OPEN, stall: float = 0.0, every: int = 10, shards: int = 1, **by: Any) -> Result:
    """Run a plan; some of the requests keep the loop from turning for a while."""

    def answer(number: int) -> tuple[int, float]:
        if stall and number % every == every - 1:
            cast("VirtualLoop", asyncio.get_running_loop()).block(stall)
        return 200, 0.02

    return Lab(plan, answer=answer, processes=shards, sources=growing(**{**CALM, **by})).run()


def test_a_calm_run_is_trusted_and_says_what_it_rests_on() -> None:
    health = run().health
    assert (health.trust, health.findings, untrusted(health)) == ("trusted", (), False)
    (process,) = health.processes
    assert (process.name, process.loop_lag, process.generator_lag) == ("", 0.0, 0.0)
    assert process.cpu == pytest.approx(0.2)
    assert process.seconds == pytest.approx(10.0)
    assert [round(pulse.at) for pulse in health.course] == list(range(10))


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ({"cpu": lambda at: 0.99 * at}, "cpu"),
        ({"waited": lambda at: 0.55 * at}, "waiting"),
        ({"stolen": lambda at: (int(40 * at), int(200 * at))}, "steal"),
        ({"throttled": lambda at: 0.3 * at}, "throttled"),
        ({"longest": lambda _: 0.08}, "gc"),
    ],
)
def test_an_ill_machine_makes_a_run_untrusted(by: dict[str, Any], name: str) -> None:
    health = run(**by).health
    assert named(health.findings) == [(name, "untrusted")]
    assert untrusted(health)


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ({"files": lambda at: int(90 * at), "most_files": lambda _: 1000}, "files"),
        ({"ahead": lambda at: 7.0 if at > 5.5 else 0.0}, "clock"),
    ],
)
def test_what_may_not_matter_makes_it_degraded(by: dict[str, Any], name: str) -> None:
    health = run(**by).health
    assert (health.trust, named(health.findings)) == ("degraded", [(name, "degraded")])


def test_work_that_keeps_the_loop_from_turning_makes_all_late() -> None:
    assert named(run(stall=0.2).health.findings) == [
        ("loop_lag", "untrusted"),
        ("generator_lag", "untrusted"),
    ]


def test_a_generator_that_did_not_run_for_a_second_is_found_out() -> None:
    (found,) = run(CLOSED.replace("vus: 2", "vus: 1"), stall=1.2, every=400).health.findings
    assert (found.name, found.trust) == ("frozen", "untrusted")


def test_a_pool_of_one_vu_is_named() -> None:
    plan = OPEN.replace("max_vus: 50", "max_vus: 1").replace("20/s", "100/s")
    (found,) = run(plan).health.findings
    assert (found.name, found.trust) == ("arrivals", "untrusted")
    assert found.seen.endswith(" of 1,000 arrivals were dropped")


@pytest.mark.slow
def test_few_dropped_arrivals_matter_to_a_threshold_that_asks_for_them() -> None:
    plan = f"{HEAD}load: {{rate: 100/s, duration: 10s, max_vus: 3}}\nthresholds:\n  http_req_duration: "
    for limit, trust in (("p(95)<1s", "degraded"), ("p(98)<1s", "untrusted"), ("p(98)<1ms", "degraded")):
        answer = lambda number: (200, 0.3 if number == 100 else 0.025)  # noqa: E731
        health = Lab(plan + limit, answer=answer, sources=growing()).run().health
        assert named(health.findings) == [("arrivals", trust)]
    assert "p(98)" not in health.findings[0].seen


def test_what_a_warm_up_does_to_the_generator_does_not_count() -> None:
    plan = f"{CLOSED}warm_up: 5s\n"
    busy: dict[str, Any] = {"cpu": lambda at: min(at, 5.0)}
    assert (run(plan, **busy).health.trust, run(CLOSED, **busy).health.trust) == ("trusted", "untrusted")


@pytest.mark.parametrize(
    ("share", "limit", "code", "said"),
    [
        (0.2, "p(95)<1s", 0, "passed: 1 of 1 thresholds hold, its numbers can be used"),
        (
            0.99,
            "p(95)<1s",
            121,
            "failed: its numbers cannot be trusted (fail_on: untrusted); do not trust it: ",
        ),
        (0.99, "p(95)<1ms", 121, "failed: 1 of 1 thresholds broken; its numbers cannot be trusted (fail_on"),
        (0.2, "p(95)<1ms", 99, "failed: 1 of 1 thresholds broken"),
    ],
)
def test_a_run_that_nobody_can_trust_fails_where_it_is_to(
    share: float, limit: str, code: int, said: str
) -> None:
    plan = f"{CLOSED}fail_on: [thresholds, untrusted]\nthresholds: {{http_req_duration: {limit}}}\n"
    result = run(plan, cpu=lambda at: share * at)
    assert result.exit_code == code
    assert verdict(result).startswith(said)


def test_what_a_search_drops_beyond_the_capacity_is_no_finding() -> None:
    plan = f"{HEAD}load: {{find: rate, from: 4/s, to: 60/s, hold: 3s, max_vus: 1}}\n"
    plan += "thresholds: {http_req_duration: p(95) < 200ms}\n"
    result = Lab(plan, answer=lambda _: (200, 0.1), sources=growing(**CALM)).run()
    assert (result.value("dropped_iterations", "count") or 0) > 10
    assert named(result.health.findings) == []


def test_each_worker_is_watched_by_itself() -> None:
    health = run(CLOSED, shards=2).health
    assert len(health.processes) == 2


def test_nothing_is_said_of_a_run_that_was_not_watched() -> None:
    health = Lab(OPEN).run().health
    assert (health.trust, health.processes, len(health.course)) == ("not measured", (), 0)


def test_health_is_written_and_read_and_missing_in_files_of_before() -> None:
    result = run(cpu=lambda at: 0.99 * at)
    assert from_json(to_json(result)) == result
    old = to_json(result).replace(b'"health"', b'"unknown_to_it"')
    assert from_json(old).health.trust == "not measured"
