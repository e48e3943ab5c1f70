"""The fleet of windows: what it passes on, what it keeps back, and when it ends."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from math import inf

from contests import RATE, Duel, contested
from fakes import in_virtual_time

from planrunner.engine.fleet.fleet import Event, Loss
from planrunner.engine.lifecycle import Phases
from planrunner.engine.start import lifecycle
from planrunner.engine.versus.comparing import comparison
from planrunner.engine.versus.course import Course
from planrunner.engine.versus.party import Party
from planrunner.engine.versus.schedule import Name
from planrunner.engine.versus.windows import Hearers, Windows
from planrunner.metrics.series import Counter, Key
from planrunner.metrics.tally import Snapshot
from planrunner.pacing.executors import Shard
from planrunner.pacing.levels import Level
from planrunner.result import Gap, Lost

NAMES: tuple[Name, Name] = ("base", "head")


@dataclass
class Scripted:
    """A fleet whose windows of 2 s go as they are told."""

    loses: bool = False
    gone: bool = False
    processes: int = 2
    stopped: float = inf

    async def events(self) -> AsyncGenerator[Event, None]:
        for second in (1.0, 2.0):
            await asyncio.sleep(1.0)
            if self.loses and second == 2.0:
                lost = Lost("agent 1 of 2", 1.5, "died", (Gap(1.0, 1.5),))
                yield Loss(lost, Shard(0, 2), 1.0)
            yield Snapshot(
                int(second), second, 1.0, {Key("http_reqs", (("name", "a"),)): Counter(4, 4)}, [], []
            )

    def stop(self) -> None:
        self.stopped = 0.5

    def steer(self, level: Level) -> None: ...

    def elapsed(self) -> float:
        return 0.0

    def deserted(self) -> bool:
        return self.gone

    def until(self) -> float:
        return self.stopped


@dataclass
class Ring:
    """Windows of scripted fleets, two pairs after the warm-up."""

    fleets: dict[int, Scripted]
    stop_after: int = 99  # events

    def __post_init__(self) -> None:
        self.contest = contest = contested(RATE, 2, 2.0)
        self.began = 0
        phases: Phases = lifecycle(contest.head, lambda: 0.0)
        self.parties = {name: Party(contest.side(name), phases, contest.warm_up) for name in NAMES}
        self.based: list[float] = []
        hearers = Hearers(lambda one: self.based.append(one.at), lambda _: None, lambda _: None)
        self.windows = Windows(contest, self.parties, lambda *_: self._next(), Course(), hearers, 2)

    def _next(self) -> Scripted:
        self.began += 1
        return self.fleets.get(self.began, Scripted())

    def events(self) -> list[Event]:
        async def main() -> list[Event]:
            found = []
            async for event in self.windows.events():
                found.append(event)
                if len(found) == self.stop_after:
                    self.windows.stop()
            return found

        return in_virtual_time(main)


def test_what_counts_of_each_side_goes_on_where_its_last_window_ended() -> None:
    ring = Ring({})
    heads = [event.at for event in ring.events() if isinstance(event, Snapshot)]
    assert [round(at, 3) for at in heads] == [round(at, 3) for at in ring.based] == [0.8, 1.8, 2.6, 3.6]
    assert [sorted(ring.parties[name].seen) for name in NAMES] == [[1, 2], [1, 2]]


def test_a_pair_in_which_an_agent_was_lost_is_none() -> None:
    ring = Ring({6: Scripted(loses=True)})  # the last one, the head's
    (loss,) = (event for event in ring.events() if isinstance(event, Loss))
    assert (loss.lost.name, round(loss.lost.at, 3), loss.since) == ("agent 1 of 2", 2.6, 1.0)
    assert [(round(gap.begin, 3), round(gap.end, 3)) for gap in loss.lost.missing] == [(2.1, 2.6)]
    assert [sorted(ring.parties[name].seen) for name in NAMES] == [[1, 2], [1]]


def test_a_pair_that_is_missing_makes_a_comparison_unsound() -> None:
    ring, result = Ring({6: Scripted(loses=True)}), Duel(RATE, rounds=1).fight()
    ring.events()
    found = comparison(ring.contest, ring.parties, result, result)
    assert found is not None
    assert (found.head.runs, found.sound) == (1, False)
    assert found.reasons[0] == "1 of 2 pairs of windows was not measured to its end"


def test_nobody_goes_on_when_all_agents_of_a_window_are_lost() -> None:
    ring = Ring({3: Scripted(gone=True)})
    ring.events()
    assert (ring.began, ring.windows.deserted()) == (3, True)


def test_a_stop_ends_the_window_and_all_further_ones() -> None:
    ring = Ring({}, stop_after=1)
    ring.events()
    assert (ring.began, ring.windows.until(), ring.parties["head"].seen) == (3, 0.5, {})


def test_before_the_first_window_there_is_nobody() -> None:
    windows = Ring({}).windows
    windows.stop()
    assert (windows.deserted(), windows.until(), windows.elapsed(), windows.processes) == (False, inf, 0.0, 2)


def test_a_search_steers_nothing_here() -> None:
    ring = Ring({})
    ring.windows.steer(Level(0, 1.0, 0.0))
    assert len(ring.events()) == 4
