"""Each thing that makes numbers worthless is named, with what was seen; a generator that is well is not."""

from typing import Any

import pytest
from vitals import findings, history, named

from planrunner.engine.health.diagnosis import ORDER
from planrunner.engine.health.rules import RULES, enough
from planrunner.metrics.hidden import Hidden
from planrunner.result import Lost

LATE: dict[str, Any] = {"loop_lag": 0.212, "lags": (0.0001,) * 7 + (0.212, 0.115, 0.018)}
ALL = 60  # seconds

CASES: list[tuple[str, str, int, dict[str, Any], str]] = [
    ("cpu", "degraded", 20, {"wanted": 0.87}, "needed up to 87% of a core (80% or more in 20 of 60 s)"),
    ("cpu", "untrusted", 20, {"wanted": 0.99}, "needed up to 99% of a core (95% or more in 20 of 60 s)"),
    ("waiting", "degraded", 20, {"waiting": 0.31}, "for up to 31% of a second (20% or more in 20 of 60 s)"),
    ("waiting", "untrusted", 20, {"waiting": 0.7}, "for up to 70% of a second (50% or more in 20 of 60 s)"),
    ("gc", "degraded", 20, {"gc_pause": 0.031}, "stopped it for up to 31ms (10ms or more in 20 of 60 s)"),
    ("gc", "untrusted", 20, {"gc_pause": 0.1}, "stopped it for up to 100ms (50ms or more in 20 of 60 s)"),
    ("loop_lag", "untrusted", 14, LATE, "was up to 212ms late (10ms or more in 14 of 60 s)"),
    (
        "loop_lag",
        "degraded",
        ALL,
        {"loop_lag": 0.007, "lags": (0.007, *[0.0001] * 9)},
        "was up to 7ms late (5ms or more in 60 of 60 s)",
    ),
    ("generator_lag", "degraded", 7, {"generator_lag": 0.007}, "up to 7ms at the p95 of a second (5ms or"),
    ("generator_lag", "untrusted", 7, {"generator_lag": 0.03}, "up to 30ms at the p95 of a second (10ms"),
    ("files", "degraded", 1, {"files": 960.0}, "960 of 1024 files and connections"),
    ("steal", "degraded", ALL, {"steal": 0.05}, "took 5.0% of this machine's CPU time"),
    ("steal", "untrusted", ALL, {"steal": 0.12}, "took 12% of this machine's CPU time"),
    ("throttled", "degraded", ALL, {"throttled": 0.02}, "held it back for 2.0% of the time"),
    ("throttled", "untrusted", ALL, {"throttled": 0.4}, "held it back for 40% of the time"),
    ("frozen", "degraded", 1, {"frozen": 0.55}, "did not run at all for 550ms of 1m0s"),
    ("frozen", "untrusted", 1, {"frozen": 1.2}, "did not run at all for 1.2s of 1m0s"),
    ("clock", "degraded", 1, {"clock_step": 3600.0}, "clock of this machine jumped by 1h0m0s"),
]


@pytest.mark.parametrize(("name", "trust", "seconds", "how", "seen"), CASES)
def test_each_cause_is_named_with_what_was_seen(
    name: str, trust: str, seconds: int, how: dict[str, Any], seen: str
) -> None:
    (found,) = findings(history(60, seconds, **how))
    assert (found.name, found.trust, found.process) == (name, trust, "")
    assert seen in found.seen


def test_every_rule_has_its_case_and_its_place() -> None:
    assert {rule.name for rule in RULES} == {name for name, *_ in CASES}
    assert sorted(ORDER) == sorted([*(rule.name for rule in RULES), "own_failures", "lost", "arrivals"])


def test_a_generator_that_is_well_is_not_flagged() -> None:
    assert findings(history()) == ()
    assert findings(history(2), history(2, process=1)) == ()


@pytest.mark.parametrize("seconds", [1, 5, 15, 60])
def test_a_single_slow_second_means_nothing(seconds: int) -> None:
    slow = {**LATE, "wanted": 1.0, "waiting": 0.9, "gc_pause": 0.3, "generator_lag": 0.2}
    assert findings(history(seconds, 1, **slow)) == ()


@pytest.mark.parametrize(
    ("seconds", "least"), [(1, 2), (2, 2), (3, 3), (10, 3), (29, 3), (30, 4), (60, 7), (600, 61)]
)
def test_a_level_must_be_reached_in_more_than_a_tenth_of_the_seconds(seconds: int, least: int) -> None:
    assert enough(seconds) == least
    busy: dict[str, Any] = {"wanted": 1.0}
    assert named(findings(history(seconds, min(seconds, least - 1), **busy))) == []
    if seconds >= least:
        assert named(findings(history(seconds, least, **busy))) == [("cpu", "untrusted")]


def test_lateness_matters_beside_what_is_measured() -> None:
    late = history(60, 14, **LATE)
    assert named(findings(late, typical=0.02)) == [("loop_lag", "untrusted")]
    assert named(findings(late, typical=2.5)) == []
    assert named(findings(history(60, 14, generator_lag=0.03), typical=0.4)) == [
        ("generator_lag", "degraded")
    ]


def test_a_level_is_reached_when_it_is_met_exactly() -> None:
    assert named(findings(history(60, 60, wanted=0.80))) == [("cpu", "degraded")]
    assert named(findings(history(60, 60, wanted=0.79))) == []


def test_what_a_system_does_not_tell_is_not_held_against_it() -> None:
    silent: dict[str, Any] = dict.fromkeys(
        ("cpu", "wanted", "waiting", "files", "most_files", "steal", "throttled", "generator_lag")
    )
    assert findings(history(60, 60, **silent)) == ()
    assert findings(history(60, 60, files=5000.0, most_files=None)) == ()


def test_requests_that_failed_because_of_this_machine_are_about_nothing_else() -> None:
    (found,) = findings(sent=2000, own=940)
    assert (found.name, found.trust) == ("own_failures", "untrusted")
    assert found.seen == "940 of 2000 requests failed because of this machine"


@pytest.mark.parametrize(
    ("dropped", "unknown", "trust"),
    [
        (5, "", ""),
        (6, "", "degraded"),
        (50, "", "degraded"),
        (51, "", "untrusted"),
        (6, "p(99.9)", "untrusted"),
    ],
)
def test_a_pool_of_vus_that_is_too_small_is_named(dropped: int, unknown: str, trust: str) -> None:
    found = findings(arrivals=Hidden(dropped, 1000 - dropped), unknown=unknown)
    assert named(found) == ([("arrivals", trust)] if trust else [])
    for one in found:
        told = f", so {unknown} is not known" if unknown else ""
        assert one.seen == f"{dropped} of 1,000 arrivals were dropped{told}"
        assert "max_vus" in one.fix


@pytest.mark.parametrize(
    ("at", "ended", "trust"),
    [(50.0, False, "degraded"), (10.0, False, "untrusted"), (59.0, True, "untrusted")],
)
def test_a_lost_agent_is_worse_the_more_load_it_took_along(at: float, ended: bool, trust: str) -> None:
    lost = Lost("agent 2 of 2 (process 7)", at, "died", ())
    (found,) = findings(history(), lost=(lost,), processes=2, incomplete=ended)
    assert (found.name, found.trust) == ("lost", trust)
    assert found.seen == "1 of 2 agents did not come to the end, so load was missing"


def test_the_worst_comes_first_and_a_cause_before_its_effect() -> None:
    ill = history(60, 30, **LATE, wanted=0.99, generator_lag=0.15, files=1000.0)
    assert named(findings(ill, arrivals=Hidden(10, 990))) == [
        ("cpu", "untrusted"),
        ("loop_lag", "untrusted"),
        ("generator_lag", "untrusted"),
        ("files", "degraded"),
        ("arrivals", "degraded"),
    ]


def test_one_sick_process_is_named() -> None:
    (found,) = findings(history(), history(60, 30, process=1, wanted=0.99), history(process=2))
    assert (found.process, found.trust) == ("agent 2 of 3", "untrusted")


def test_of_several_the_worst_is_named_and_the_others_are_counted() -> None:
    ill = [history(60, 30, process=number, wanted=0.9 + number / 100) for number in range(8)]
    (found,) = findings(*ill)
    assert found.process == "agent 8 of 8"
    assert found.seen.endswith(" (95% or more in 30 of 60 s), 7 more of them also")
