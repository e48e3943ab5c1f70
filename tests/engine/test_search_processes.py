"""A search in several processes: each hears of each level, and together they make it."""

import signal

import pytest
from fleets import Trial, left_over, strike

pytestmark = pytest.mark.slow

PLAN = (
    "load: {find: %s, from: %s, to: %s, hold: 2s}\nsteps: [{get: /}, {think: 20ms}]\n"
    "thresholds: {http_req_failed: rate < 1%%}\n"
)


def test_agents_make_each_level_together() -> None:
    trial = Trial(PLAN % ("rate", "20/s", "80/s"))
    found = trial.carry_out().capacity
    assert found is not None
    assert [(one.level, one.at, one.verdict) for one in found.levels] == [
        (20, 0, "good"),
        (40, 3, "good"),
        (80, 6, "good"),
    ]
    # Three seconds of each, but for the last one, which is over when it is judged.
    assert len(trial.target.paths) == pytest.approx(20 * 3 + 40 * 3 + 80 * 2, abs=25)
    assert left_over(trial) == []


def test_agents_share_the_vus_of_a_level() -> None:
    trial = Trial(PLAN % ("vus", "1", "4"))
    result = trial.carry_out()
    assert result.capacity is not None
    assert [one.level for one in result.capacity.levels] == [1, 2, 4]
    assert (result.value("vus", "max"), result.exit_code) == (4, 0)


def test_a_search_ends_with_an_agent_though_the_others_may_go_on() -> None:
    trial = Trial(
        PLAN % ("rate", "20/s", "80/s"), on_loss="continue", meddle=strike(signal.SIGKILL, after=4.0)
    )
    result = trial.carry_out()
    assert result.capacity is not None
    assert (result.capacity.last_good, result.capacity.ended) == (20, "interrupted")
    assert "an agent was lost" in result.capacity.reason
    assert result.duration < 9
