"""The phases of a run are in its result: what was planned, as far as the run came."""

from running import Lab

from planrunner.result import Phase

PLAN = """
name: lab
target: http://h
scenarios:
  browse:
    warm_up: 1s
    load: {start_vus: 0, stages: [{duration: 2s, target: 4}, {duration: 2s, target: 4}]}
    steps: [get: /a]
  health:
    start_after: 1s
    load: {rate: 2/s, duration: 2s, max_vus: 2}
    steps: [get: /b]
  once:
    load: {vus: 1, iterations: 1}
    steps: [get: /c]
"""


def test_each_scenario_has_its_own_from_when_it_starts() -> None:
    assert Lab(PLAN, lambda _: (200, 0.25)).run().phases == (
        Phase("browse", "warm-up", 0, 1, 0, 2, "VUs"),
        Phase("browse", "ramp-up", 1, 2, 2, 4, "VUs"),
        Phase("browse", "hold", 2, 4, 4, 4, "VUs"),
        Phase("health", "hold", 1, 3, 2, 2, "iterations/s"),
    )


def test_those_that_a_run_did_not_come_to_are_left_out() -> None:
    plan = PLAN.replace("get: /b", "stop: test")
    assert [phase.name for phase in Lab(plan, lambda _: (200, 0.25)).run().phases] == [
        "warm-up",
        "ramp-up",
        "hold",
    ]
