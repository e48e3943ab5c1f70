"""Closed load to the letter: who goes on, who is cut off when, and what is counted as dropped."""

import pytest
from running import Lab

from planrunner.result import Result

PLAN = """
name: lab
target: http://h
scenarios:
  one:
    load: {load}
    start_after: 10s
    steps:
      - get: /a
"""
DIP = (
    "start_vus: 2, stages: [{duration: 1s, target: 1}, {duration: 1s, target: 2}, {duration: 3s, target: 2}]"
)
LOST = ("interrupted_iterations", "dropped_iterations")


def lab(load: str, seconds: float = 3.0, **rest: object) -> Lab:
    return Lab(PLAN.replace("{load}", "{" + load + "}"), lambda _: (200, seconds), **rest)  # type: ignore[arg-type]


def counts(result: Result) -> tuple[float, float, float]:
    done, interrupted, dropped = (result.value(name, "count") or 0 for name in ("iterations", *LOST))
    return done, interrupted, dropped


def sent(made: Lab) -> list[float]:
    """When requests were sent, in seconds since the scenario began."""
    return [moment - 10 for moment in made.sent]


def test_a_vu_that_is_wanted_again_within_its_grace_goes_on() -> None:
    made = lab(f"{DIP}, graceful_ramp_down: 1500ms")  # its grace would be over at 2.5 s; it is back at 2 s
    assert counts(made.run()) == (4, 0, 0)
    assert sent(made) == pytest.approx([0, 0, 3, 3])


def test_a_vu_whose_grace_is_over_before_it_is_wanted_again_is_cut_off() -> None:
    made = lab(f"{DIP}, graceful_ramp_down: 500ms")
    assert counts(made.run()) == (3, 1, 0)
    assert sent(made) == pytest.approx([0, 0, 2, 3])


def test_a_vu_that_is_back_in_the_moment_its_grace_ends_goes_on() -> None:
    assert counts(lab(f"{DIP}, graceful_ramp_down: 1s").run()) == (4, 0, 0)


def test_without_any_grace_a_ramp_cuts_off_at_once() -> None:
    made = lab(f"{DIP}, graceful_ramp_down: 0s, graceful_stop: 0s", seconds=1.5)
    result = made.run()
    assert counts(result) == (
        3 + 1,
        1 + 2,
        0,
    )  # user 0 has 3 whole ones, user 1 is cut at 1 s and has 2-3.5 s
    assert result.duration == pytest.approx(15.0)


def test_a_vu_that_ends_its_iteration_in_time_waits_until_it_is_wanted_again() -> None:
    made = lab(DIP, seconds=1.25)
    made.run()
    assert sent(made) == pytest.approx([0, 0, 1.25, 2, 2.5, 3.25, 3.75, 4.5])


@pytest.mark.parametrize(
    ("grace", "seconds", "expected"),
    [
        ("graceful_ramp_down: 0s", 14.0, (0, 2, 0)),  # the second VU is cut at 2 s, the first one at 4 s
        ("graceful_ramp_down: 1s", 15.0, (0, 2, 0)),
        ("graceful_ramp_down: 30s, graceful_stop: 2s", 16.0, (0, 2, 0)),
        ("graceful_ramp_down: 30s", 19.0, (2, 0, 0)),
    ],
)
def test_a_ramp_down_to_the_very_end_has_the_grace_of_ramps(
    grace: str, seconds: float, expected: tuple[float, float, float]
) -> None:
    result = lab(f"start_vus: 2, stages: [{{duration: 4s, target: 0}}], {grace}", seconds=9.0).run()
    assert counts(result) == expected
    assert result.duration == pytest.approx(seconds)


def test_vus_that_are_wanted_to_the_end_have_graceful_stop() -> None:
    load = "stages: [{duration: 4s, target: 1}], graceful_ramp_down: 0s, graceful_stop: 30s"
    result = lab(load, seconds=9.0).run()
    assert counts(result) == (1, 0, 0)
    assert result.duration == pytest.approx(19.0)


@pytest.mark.parametrize("stop_at", [11.6, 12.5])
def test_a_stop_while_a_vu_waits_to_come_back_ends_its_wait(stop_at: float) -> None:
    made = lab(f"{DIP}, graceful_ramp_down: 10s", seconds=1.25, stop_at=stop_at)
    result = made.run()
    assert counts(result) == (len(made.sent), 0, 0)
    assert result.duration < stop_at + 1.25


def test_a_vu_that_stopped_itself_is_not_active_again_on_the_next_ramp() -> None:
    steps = "      - if: ${vu.id == 2}\n        steps:\n          - stop: vu\n"
    result = Lab(PLAN.replace("{load}", "{" + DIP + "}") + steps, lambda _: (200, 0.25)).run()
    assert counts(result) == (20 + 1, 0, 0)
    assert [moment.vus for moment in result.timeline if moment.at >= 11] == [1] * 4


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ("vus: 2, iterations_per_vu: 5", (2, 0, 0)),  # the plan gave the other eight up
        ("vus: 2, iterations: 10", (2, 0, 8)),  # nobody is there for them
    ],
)
def test_iterations_that_a_vu_leaves_behind_when_it_stops_itself(
    load: str, expected: tuple[int, int, int]
) -> None:
    made = Lab(PLAN.replace("{load}", "{" + load + "}") + "      - stop: vu\n")
    assert counts(made.run()) == expected


@pytest.mark.parametrize("load", ["iterations: 1000000000002", "iterations_per_vu: 500000000001"])
def test_iterations_without_number_are_counted_without_counting(load: str) -> None:
    result = lab(f"vus: 2, {load}, max_duration: 1s", seconds=0.5).run()
    assert counts(result) == (4, 0, 10**12 - 2)


def test_an_iteration_that_is_interrupted_was_begun_and_is_not_dropped() -> None:
    result = lab("vus: 2, iterations: 6, max_duration: 4s, graceful_stop: 1s").run()
    assert counts(result) == (2, 2, 2)
    assert result.duration == pytest.approx(15.0)


def test_max_duration_and_grace_count_from_the_start_of_the_scenario() -> None:
    made = lab("vus: 1, iterations_per_vu: 9, max_duration: 5s, graceful_stop: 0s", seconds=2.0)
    assert counts(made.run()) == (2, 1, 6)
    assert sent(made) == pytest.approx([0, 2, 4])


def test_scenarios_of_every_kind_keep_their_own_counts_and_times() -> None:
    kinds = {
        "constant": "{vus: 2, duration: 2s}",
        "ramping": "{start_vus: 0, stages: [{duration: 2s, target: 2}]}",
        "shared": "{vus: 2, iterations: 5, max_duration: 1s}",
        "each": "{vus: 2, iterations_per_vu: 2}",
    }
    text = "name: x\ntarget: http://h\nscenarios:\n"
    for name, load in kinds.items():
        text += f"  {name}:\n    load: {load}\n    steps:\n      - get: /{name}\n"
    text += "thresholds:\n" + "".join(f"  iterations{{scenario:{name}}}: count > 0\n" for name in kinds)
    result = Lab(text, lambda _: (200, 0.5)).run()
    done = {name: result.value("iterations", "count", f"scenario:{name}") for name in kinds}
    assert done == {"constant": 8, "ramping": 2, "shared": 4, "each": 4}
    assert counts(result) == (18, 0, 1)
