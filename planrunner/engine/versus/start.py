"""The start of a contest: two parties, the windows between them, and the run of the head around it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter

from msgspec.structs import replace

from planrunner.engine.checked import Checked, frame
from planrunner.engine.fleet.fleet import Fleet
from planrunner.engine.fleet.garbage import sweep, uncollected
from planrunner.engine.lifecycle import Phases
from planrunner.engine.program.build import Given
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.run import How, Run, Tick, Watcher
from planrunner.engine.start import Housekeeper, fleet, lifecycle, sharing
from planrunner.engine.verdict.account import Account
from planrunner.engine.verdict.outcome import Ended
from planrunner.engine.versus.comparing import comparison
from planrunner.engine.versus.contest import Contest
from planrunner.engine.versus.course import Course
from planrunner.engine.versus.party import Party
from planrunner.engine.versus.phases import Both
from planrunner.engine.versus.schedule import Name
from planrunner.engine.versus.windows import Hearers, Make, Windows
from planrunner.protocols import speaker
from planrunner.result import Comparison, Environment, Result
from planrunner.values.mask import Mask


async def carry_out(
    contest: Contest,
    watchers: Sequence[Watcher],
    started: Callable[[Run], None] = lambda _: None,
    how: How | None = None,
) -> Result:
    """Run both sides of a plan; the result is the head's, and holds the comparison."""
    how = how or How()
    connect = speaker(SPOKEN).connector(perf_counter, how.heard) if how.heard else None

    def make(checked: Checked, given: Given) -> Fleet:
        sweep()
        return fleet(checked, how.spread, connect, given)

    phases = {name: lifecycle(contest.side(name), perf_counter, connect) for name in NAMES}
    run = arranged(contest, phases, make, [*watchers, Housekeeper()], how)
    with uncollected():
        started(run)
        return await run.carry_out()


NAMES: tuple[Name, Name] = ("base", "head")


def arranged(
    contest: Contest,
    phases: Mapping[Name, Phases],
    make: Make,
    watchers: Sequence[Watcher],
    how: How,
) -> Run:
    """Put together the run of a contest; `make` makes the fleet of each window."""
    parties = {name: Party(contest.side(name), phases[name], contest.warm_up) for name in NAMES}
    base, course = _account(contest.base, how), Course()

    def tell(tick: Tick) -> None:
        for watcher in watchers:
            watcher.tick(tick)

    def load(_: Given) -> Windows:
        return Windows(
            contest,
            parties,
            make,
            course,
            Hearers(base.take, tell, run.quit),
            sharing(contest.head, how.spread),
        )

    def compare(head: Result) -> Comparison | None:
        ended = Ended(head.stopped, processes=head.processes)
        closed = base.close(ended, Mask(contest.base.given.secrets))
        return comparison(contest, parties, closed, head)

    run = Run(
        contest.counted,
        load,
        Both(parties, base.take_aside),
        [Saying(watchers)],
        replace(how, compare=compare),
    )
    run.course = course.timeline
    return run


def _account(checked: Checked, how: How) -> Account:
    """Make the account of the base, of which nothing is judged."""
    where = how.environment(Mask(checked.given.secrets)) if how.environment else Environment()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Account(frame(replace(checked, limits=()), started, where))


class Saying:
    """A watcher that passes on what is said: the seconds of both sides are told by the windows."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers

    def tick(self, _: Tick) -> None:
        """Do nothing."""

    def say(self, lines: Sequence[str]) -> None:
        """Pass lines on."""
        for watcher in self._watchers:
            watcher.say(lines)
