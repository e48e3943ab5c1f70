"""What nobody did after an agent was lost: arrivals of its share, of which the schedule knows how many."""

from __future__ import annotations

from planrunner.engine.fleet.fleet import Loss
from planrunner.engine.program.build import Given, Program
from planrunner.pacing.executors import Arrivals


def arrivals(program: Program, given: Given, loss: Loss, until: float) -> int:
    """Return how many arrivals of a lost agent were due from when it was counted last until a moment.

    Loads without arrivals have nothing due. Where rows run out before the load is over, it is what the load
    asked for.
    """
    missing = 0
    for one in program.scenarios:
        if isinstance(one.work.schedule, Arrivals):
            begin, end = loss.since - one.start_after, until - one.start_after
            missing += one.work.schedule.between(begin, end, loss.shard, given.chance(one.name))
    return missing
