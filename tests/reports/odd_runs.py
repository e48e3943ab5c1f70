"""Runs of which reports say more than the verdict: no trust, an agent lost, one skipped, several plans."""

from __future__ import annotations

from dataclasses import replace

from pizza_run import FILE
from rich_run import PROCESS
from samples import failed, interrupted, passed

from planrunner.errors import Exit
from planrunner.reports.entries import Entry, slim
from planrunner.result import Finding, Gap, Health, Lost, Result, Skipped

LATE = Finding(
    "loop_lag",
    "untrusted",
    "the event loop was up to 212ms late (10ms or more in 14 of 60 s)",
    "use more processes or fewer VUs",
    "agent 2 of 2",
)
SET = Finding("clock", "degraded", "the clock of this machine jumped by 1h0m0s", "times hold")


def untrusted() -> Result:
    """A run whose thresholds hold, and that failed since nobody can believe its numbers."""
    processes = (replace(PROCESS, name="agent 1 of 2"), replace(PROCESS, name="agent 2 of 2", loop_lag=0.212))
    return replace(
        passed(),
        verdict="failed",
        exit_code=Exit.UNTRUSTED,
        fail_on=("thresholds", "untrusted"),
        failures=("its numbers cannot be trusted (fail_on: untrusted)",),
        processes=2,
        health=Health("untrusted", (LATE, SET), processes),
    )


def incomplete() -> Result:
    """A run that went on without one of its agents, and left out a threshold."""
    lost = Lost("agent 2 of 3", 17.25, "did not answer for 4 s", (Gap(13.0, 17.25),), 1234)
    skipped = Skipped("http_reqs{scenario:buy}", "count > 0", "--scenario leaves it out", FILE, 12)
    return replace(passed(), processes=3, lost=(lost,), skipped=(skipped,))


def several() -> list[Entry]:
    """Three plans, of which the second was interrupted and the third was not run."""
    return [
        Entry("Pizza", "plans/pizza.yml", "pizza", slim(failed())),
        Entry("Pizza | again", "plans/again.yml", "again", slim(interrupted())),
        Entry("", "plans/later.yml", "later"),
    ]
