"""What happens to agents, and what becomes of the run then."""

import random
import signal

import pytest
from fleets import Trial, left_over, strange, strike

from planrunner.engine.fleet.fleet import OnLoss
from planrunner.engine.fleet.processes import named
from planrunner.result import Gap

pytestmark = pytest.mark.slow

LOAD = "load: {vus: 4, duration: 3s}\nsteps: [{get: /}, {think: 5ms}]\n"
ENDLESS = LOAD.replace("3s", "1h")
BRIEF = "load: {vus: 2, iterations: 2}\nsteps: [{get: /}]\n"


def moments(seed: int) -> list[float]:
    """Draw two moments, the same ones each time the tests run."""
    return [round(random.Random(one).uniform(0, 2.5), 2) for one in (seed, seed + 10)]


@pytest.mark.parametrize("after", moments(1))
def test_an_agent_that_dies_ends_the_run_with_its_report(after: float) -> None:
    trial = Trial(ENDLESS, meddle=strike(signal.SIGKILL, after=after))
    result = trial.carry_out()
    (lost,) = result.lost
    assert (result.stopped, result.verdict, result.exit_code) == ("agent", "failed", 122)
    assert lost.name == f"agent 2 of 2 (process {trial.pid(1)})"
    assert lost.reason == "died, killed by SIGKILL"
    assert f"{lost.name} {lost.reason} at second {lost.at:.1f}" in trial.said
    assert left_over(trial) == []


@pytest.mark.parametrize("after", moments(3))
def test_the_others_go_on_when_they_are_told_to(after: float) -> None:
    trial = Trial(LOAD, on_loss="continue", meddle=strike(signal.SIGKILL, after=after))
    result = trial.carry_out()
    (lost,) = result.lost
    assert (result.stopped, result.verdict, result.exit_code) == ("", "passed", 0)
    (gap,) = lost.missing
    assert gap.end == lost.at
    assert gap.end - gap.begin < 2
    assert result.duration > 2.9
    assert 0 < (result.value("http_reqs", "count") or 0) < len(trial.target.paths)


@pytest.mark.parametrize("on_loss", ["fail", "continue"])
def test_an_agent_that_hangs_is_ended_and_lost(on_loss: OnLoss) -> None:
    plan = LOAD.replace("3s", "6s")
    trial = Trial(plan, on_loss=on_loss, meddle=strike(signal.SIGSTOP, after=0.5))
    result = trial.carry_out()
    (lost,) = result.lost
    assert lost.reason == "did not answer for 4 s"
    assert 4 < lost.at < 6
    assert result.exit_code == (122 if on_loss == "fail" else 0)
    assert left_over(trial) == []


def test_an_agent_that_is_slow_is_not_lost_and_all_of_it_counts() -> None:
    trial = Trial(LOAD, meddle=strike(signal.SIGSTOP, signal.SIGCONT, after=0.5, pause=2))
    result = trial.carry_out()
    assert (result.lost, result.exit_code) == ((), 0)
    assert result.value("http_reqs", "count") == len(trial.target.paths)


@pytest.mark.parametrize("on_loss", ["fail", "continue"])
def test_a_run_ends_as_failed_when_nobody_is_left(on_loss: OnLoss) -> None:
    trial = Trial(BRIEF, on_loss=on_loss, command=strange("failing"))
    result = trial.carry_out()
    assert [lost.reason for lost in result.lost] == ["on purpose", "on purpose"]
    assert [lost.missing for lost in result.lost] == [(Gap(0.0, 0.5),)] * 2
    assert (result.stopped, result.exit_code) == ("agent", 122)


ARRIVING = "load: {rate: 80/s, duration: 3s, max_vus: 4}\nsteps: [{get: /}]\n"


def test_what_the_lost_agent_had_still_due_is_said_to_be_missing() -> None:
    trial = Trial(ARRIVING, on_loss="continue", meddle=strike(signal.SIGKILL, after=1.2))
    result = trial.carry_out()
    (lost,) = result.lost
    (gap,) = lost.missing
    assert lost.missing_arrivals == pytest.approx(40 * (3 - gap.begin), abs=1)
    made = (result.value("iterations", "count") or 0) + (result.value("dropped_iterations", "count") or 0)
    assert made + lost.missing_arrivals == pytest.approx(240, abs=4)  # each of its VUs may have been at work


def test_what_was_due_when_the_run_was_over_is_not_missing() -> None:
    trial = Trial(ARRIVING.replace("3s", "1h"), meddle=strike(signal.SIGKILL, after=1.2))
    (lost,) = trial.carry_out().lost
    (gap,) = lost.missing
    assert lost.missing_arrivals == pytest.approx(40 * (gap.end - gap.begin), abs=10)


def test_when_nobody_is_left_arrivals_are_missing_up_to_the_last_loss() -> None:
    result = Trial(ARRIVING, on_loss="continue", command=strange("failing")).carry_out()
    assert [lost.missing_arrivals for lost in result.lost] == [20, 20]  # in half a second


def test_a_secret_is_masked_in_what_an_agent_says_of_its_end() -> None:
    variables = "variables: {word: {default: purpose, secret: true}}\n"
    trial = Trial(variables + BRIEF, command=strange("failing"))
    result = trial.carry_out()
    assert [lost.reason for lost in result.lost] == ["on ***", "on ***"]
    assert [line for line in trial.said if "purpose" in line] == []


@pytest.mark.parametrize(
    ("manner", "reason"),
    [
        ("closing", "closed its connection"),
        ("deaf", "was not ready after 2 s"),
        ("rude", "died with exit code 1"),
    ],
)
def test_it_is_said_how_an_agent_was_lost(manner: str, reason: str) -> None:
    patience = 2 if manner == "deaf" else 30  # of a busy machine, on which an agent begins late
    trial = Trial(BRIEF, on_loss="continue", command=strange(manner), patience=patience)
    result = trial.carry_out()
    assert [lost.reason for lost in result.lost] == [reason, reason]
    assert left_over(trial) == []


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (40, "signal 40")])
def test_every_signal_has_a_name(number: int, name: str) -> None:
    assert named(number) == name


def test_a_part_that_does_not_come_is_listed() -> None:
    trial = Trial(BRIEF, on_loss="continue", command=strange("gap"))
    result = trial.carry_out()
    assert [(lost.reason, lost.missing) for lost in result.lost] == [
        ("left a part out", (Gap(1.0, 2.0),))
    ] * 2
    assert (result.value("http_reqs", "count"), result.exit_code) == (4, 0)
