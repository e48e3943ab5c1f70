"""A fleet that carries out window after window, each with a fleet of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace as changed
from math import inf
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from planrunner.engine.checked import Checked
from planrunner.engine.fleet.fleet import Event, Fleet, Loss
from planrunner.engine.program.build import Given
from planrunner.engine.run import Tick
from planrunner.engine.versus.contest import Contest
from planrunner.engine.versus.course import Course
from planrunner.engine.versus.party import Party
from planrunner.engine.versus.schedule import Name, Window, windows
from planrunner.metrics.tally import Snapshot
from planrunner.pacing.levels import Level
from planrunner.result import Gap

Make: TypeAlias = Callable[[Checked, Given], Fleet]


class Hearers(Struct, frozen=True):
    """Who hears what of a contest, beside the run of its head."""

    base: Callable[[Snapshot], object]  # what counts of the base
    tick: Callable[[Tick], None]  # every second of both
    stop: Callable[[str], None]  # why the plan wants to stop


class Windows:
    """The load of a contest; its events are what counts of the head, and who is lost of either side."""

    def __init__(
        self,
        contest: Contest,
        parties: Mapping[Name, Party],
        make: Make,
        course: Course,
        hearers: Hearers,
        processes: int,
    ) -> None:
        self.processes = processes
        self._contest, self._parties, self._make, self._course = contest, parties, make, course
        self._hearers = hearers
        self._fleets: list[Fleet] = []  # the one whose window it is
        self._whole = True  # nobody was lost in the window
        self._stopped = False

    async def events(self) -> AsyncGenerator[Event, None]:
        """Carry out the windows; connections and VUs end with each, so that each begins as the others do."""
        for number, window in enumerate(windows(self._contest.rounds)):
            party = self._parties[window.side]
            self._begin(party, number)
            async with aclosing(self._fleets[-1].events()) as events:
                async for event in events:
                    for told in self._hear(event, party, window):
                        yield told
            if self._stopped or self.deserted():
                return
            if window.counts and self._whole:
                party.end(window.pair, self._contest.seconds)

    def stop(self) -> None:
        """Begin no further window, and nothing new in this one."""
        self._stopped = True
        for fleet in self._fleets:
            fleet.stop()

    def steer(self, _: Level) -> None:
        """Do nothing: a search has no windows."""

    def elapsed(self) -> float:
        """Seconds of all windows so far."""
        return self._course.seconds

    def deserted(self) -> bool:
        """Whether no worker came to the end of the newest window."""
        return any(fleet.deserted() for fleet in self._fleets)

    def until(self) -> float:
        """When the newest window was told to stop, in seconds since it began; infinity when it was not."""
        return min((fleet.until() for fleet in self._fleets), default=inf)

    def _begin(self, party: Party, number: int) -> None:
        """Begin a window: with random values of its own, or what has to be unique would be there already."""
        given = party.checked.given
        seeded = replace(given, saved=party.phases.saved, seed=f"{given.seed}/{number}")
        self._fleets.clear()  # what it was made of can go before the next one comes
        self._fleets.append(self._make(party.checked, seeded))
        self._whole = True
        party.begin()
        self._course.begin()

    def _hear(self, event: Event, party: Party, window: Window) -> Iterator[Event]:
        """Hear what the fleet of a window tells; yield what the run has to know of it."""
        if isinstance(event, Loss):
            self._whole = False
            yield self._moved(event)
            return
        self._hearers.tick(self._course.tick(event, window.named(self._contest.rounds)))
        if event.stop:
            self._hearers.stop(event.stop)
        counted = party.count(event) if window.counts else None
        if counted and window.side == "head":
            yield counted
        elif counted:
            self._hearers.base(counted)

    def _moved(self, loss: Loss) -> Loss:
        """Return a loss at its time on the head's clock, which is that of the result."""
        lost = loss.lost
        by = self._parties["head"].seconds - lost.at
        gaps = tuple(Gap(*(max(0.0, moment + by) for moment in (gap.begin, gap.end))) for gap in lost.missing)
        return replace(loss, lost=changed(lost, at=lost.at + by, missing=gaps))
