"""Real processes that are treated badly: the one that it was is named."""

import signal

import pytest
from fleets import Trial, strike

pytestmark = pytest.mark.slow


def test_a_process_that_was_stopped_for_a_second_is_named() -> None:
    plan = "load: {vus: 2, duration: 4s}\nsteps: [{get: /}, {think: 20ms}]\n"
    meddle = strike(signal.SIGSTOP, signal.SIGCONT, after=0.5, pause=1.2)
    health = Trial(plan, meddle=meddle).carry_out().health
    (frozen,) = (finding for finding in health.findings if finding.name == "frozen")
    assert (frozen.process, frozen.trust, health.trust) == ("agent 2 of 2", "untrusted", "untrusted")
    assert [process.name for process in health.processes] == ["agent 1 of 2", "agent 2 of 2"]
    assert health.processes[1].frozen > 1
    assert all(process.cpu is not None for process in health.processes)
