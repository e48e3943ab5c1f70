"""The rules by which vitals are judged: one table, to be read and to be argued with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.engine.health.facts import Facts
from planrunner.engine.health.record import History

Level: TypeAlias = Callable[[Facts, History], float]
"""From where on something is bad; it may depend on what is measured."""


class Rule(Struct, frozen=True):
    """What is looked at in each process, and what follows from it.

    `how` says when a level counts as reached: `often` by the values of enough seconds (see `enough`), `late`
    by these and by a share of all times that the event loop should have woken up (`LATE`), `mean` by the
    average, `total` by the sum, `once` by the largest.

    `seen` may name: most, mean, total; level (the one that was reached), often and of (seconds); limit (of
    open files), run (how long it took).
    """

    name: str
    vital: str
    how: Literal["often", "late", "mean", "total", "once"]
    degraded: Level
    untrusted: Level
    seen: str
    fix: str
    unit: Literal["share", "time", "count"] = "share"


def at(value: float) -> Level:
    """Make a level that depends on nothing."""
    return lambda _, __: value


def beside(least: float, share: float) -> Level:
    """Make a level of times: a share of what a request typically takes, but no less than so many seconds."""
    return lambda facts, _: max(least, share * facts.typical)


def of_the_run(least: float, share: float) -> Level:
    """Make a level of times: a share of the whole run, but no less than so many seconds."""
    return lambda facts, _: max(least, share * facts.seconds)


def of_its_limit(share: float) -> Level:
    """Make a level of open files."""
    return lambda _, history: share * (history.most("most_files") or inf)


NEVER = at(inf)

SLICE = 0.005  # seconds; who shares a core waits for three or four, even on a machine that is calm

OFTEN = "{level} or more in {often} of {of} s"

RULES: tuple[Rule, ...] = (
    Rule(
        "frozen",
        "frozen",
        "total",
        at(0.5),
        of_the_run(0.5, 0.01),
        "the generator did not run at all for {total} of {run}",
        "run it again, and let nothing pause it or the machine",
        "time",
    ),
    Rule(
        "files",
        "files",
        "once",
        of_its_limit(0.9),
        NEVER,
        "{most} of {limit} files and connections that it may have open were open",
        "raise the limit (ulimit -n), use fewer VUs or more processes",
        "count",
    ),
    Rule(
        "throttled",
        "throttled",
        "mean",
        at(0.01),
        at(0.10),
        "a CPU limit (of a container?) held it back for {mean} of the time",
        "raise the CPU limit, or make less load",
    ),
    Rule(
        "steal",
        "steal",
        "mean",
        at(0.03),
        at(0.10),
        "other virtual machines took {mean} of this machine's CPU time",
        "use a machine with cores of its own",
    ),
    Rule(
        "waiting",
        "waiting",
        "often",
        at(0.20),
        at(0.50),
        "other programs kept it from a core for up to {most} of a second (" + OFTEN + ")",
        "leave this machine to the generator",
    ),
    Rule(
        "cpu",
        "wanted",
        "often",
        at(0.80),
        at(0.95),
        "the event loop needed up to {most} of a core (" + OFTEN + ")",
        "use more processes or make less load",
    ),
    Rule(
        "gc",
        "gc_pause",
        "often",
        beside(0.010, 0.02),
        beside(0.050, 0.10),
        "the garbage collector stopped it for up to {most} (" + OFTEN + ")",
        "use more processes, fewer VUs or smaller data",
        "time",
    ),
    Rule(
        "loop_lag",
        "loop_lag",
        "late",
        beside(SLICE, 0.05),
        beside(0.010, 0.10),
        "the event loop was up to {most} late (" + OFTEN + ")",
        "use more processes or fewer VUs",
        "time",
    ),
    Rule(
        "generator_lag",
        "generator_lag",
        "often",
        beside(SLICE, 0.05),
        beside(0.010, 0.10),
        "arrivals began late, up to {most} at the p95 of a second (" + OFTEN + ")",
        "use more processes or a lower rate",
        "time",
    ),
    Rule(
        "clock",
        "clock_step",
        "once",
        at(0.05),
        NEVER,
        "the clock of this machine jumped by {most}: it was set, or the machine slept",
        "times hold, as their clock cannot be set; dates may be wrong",
        "time",
    ),
)


LATE: Mapping[str, float] = {"degraded": 0.05, "untrusted": 0.02}
"""Of how many wake-ups a lag must be reached: that it may falsify the p95; a great one the p98 already."""


def enough(seconds: int) -> int:
    """Return in how many of so many seconds a level must be reached: a single slow one means nothing.

    In more than a tenth of them and in three; of a shorter run in all, if these are two.
    """
    return max(2, min(3, seconds), seconds // 10 + 1)
