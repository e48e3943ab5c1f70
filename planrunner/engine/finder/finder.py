"""The search under way: hears what each second brought, and says which level comes next. It has no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from planrunner.engine.checked import Checked
from planrunner.engine.finder.verdict import Verdict, decide, told
from planrunner.engine.finder.window import Window
from planrunner.engine.program.build import ScenarioProgram
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit, open_load
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.threshold.judge import Judgement
from planrunner.pacing.executors import RateSearch, Searched
from planrunner.pacing.levels import Level
from planrunner.reports.wording import amount, level_line
from planrunner.result import Capacity, CapacityLevel, SearchEnd

LEAD = 0.2  # seconds from the word to the level: each worker must have heard it by then
SLACK = 0.05  # seconds; snapshots are a little early or late


def finder(checked: Checked) -> Finder | None:
    """Make the search of a plan that has one."""
    for scenario in checked.program.scenarios:
        if isinstance(schedule := scenario.work.schedule, Searched):
            return Finder(scenario, schedule, partial(window, checked))
    return None


def window(checked: Checked) -> Window:
    """Make what a level is measured with, and judged by the plan's thresholds."""
    program = checked.program
    judging = partial(Judge, checked.limits, program.metrics, open_load(program), checked.baselines)
    return Window(program.metrics, judging)


class Finder:
    """Tries level after level, until it is known between which two of them the capacity lies."""

    def __init__(
        self,
        scenario: ScenarioProgram,
        schedule: Searched,
        window: Callable[[], Window],
    ) -> None:
        self._scenario, self._fresh = scenario.name, window
        self._trials, self._search = schedule.trials, schedule.trials.search
        self._find: Literal["rate", "vus"] = "rate" if isinstance(schedule, RateSearch) else "vus"
        self.level = self._trials.first(scenario.start_after + scenario.warm_up)
        self._window = window()
        self._recovering = False
        self._reason = ""
        self._held: Window | None = None  # of the highest level that held, else of the first one
        self.tried: list[CapacityLevel] = []
        self._said = 0  # how many of them were told
        self.ended: SearchEnd | None = None

    def verdicts(self) -> list[tuple[Limit, Judgement]]:
        """Return what the thresholds say of the run: of the highest level that held, else of the lowest."""
        return (self._held or self._window).verdicts()

    def standing(self) -> list[tuple[Limit, Judgement]]:
        """Return what the thresholds say so far of the level that runs."""
        return self._window.standing()

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return self.ended is not None

    @property
    def named(self) -> str:
        """The level that runs, or after which the target recovers, in words."""
        told = amount(self._find, self.level.value)
        return f"{told} over" if self._recovering else told

    def news(self) -> Iterator[str]:
        """Yield a line for each level that was judged since this was asked last."""
        yield from (level_line(self._find, one) for one in self.tried[self._said :])
        self._said = len(self.tried)

    def hear(self, snapshot: Snapshot, elapsed: float) -> Level | None:
        """Take in a second; returns the next level when there is one to be announced.

        `elapsed` is the moment of now, in seconds since the run began.
        """
        if self.ended:
            return None
        if self._recovering:
            return self._next(elapsed) if self._recovered(snapshot) else None
        if snapshot.at - snapshot.seconds >= self.level.begin + self._trials.settling - SLACK:
            self._window.add(snapshot)
        if snapshot.at < self.level.begin + self._trials.hold - SLACK:
            return None
        good = self._settle(decide(self._window, self._scenario))
        self._recovering = not (good or self.ended)
        return self._next(elapsed) if good and not self.ended else None

    def lose(self) -> None:
        """End the search, since part of the load is lost."""
        self._break_off("part of the load is missing: an agent was lost")

    def capacity(self) -> Capacity:
        """Return what was found; a search that was not at its end was interrupted."""
        self._break_off("")
        return self.so_far()

    def so_far(self) -> Capacity:
        """Return what was found until now, as if it ended here."""
        search = self._search
        return Capacity(
            scenario=self._scenario,
            find=self._find,
            low=search.low,
            high=search.high,
            within=search.within,
            settling=float(self._trials.settling),
            levels=tuple(self.tried),
            last_good=search.good,
            first_bad=search.bad,
            ended=self.ended or "interrupted",
            reason=self._reason,
        )

    def _settle(self, verdict: Verdict) -> bool:
        """Note how a level went; whether the next one may follow at once."""
        good = verdict.found == "good"
        self.tried.append(told(self.level, self._window, self._scenario, verdict))
        if good or not self._held:
            self._held = self._window
        if verdict.ends:
            self.ended, self._reason = verdict.ends, verdict.reason
            return False
        self._search = self._search.told(good=good)
        if self._search.level is None:
            self.ended = "top" if self._search.bad is None else "found" if self._search.good else "bottom"
        return good

    def _recovered(self, snapshot: Snapshot) -> bool:
        """Whether the target has nothing of a level left that was too much, or had time enough."""
        since = snapshot.at - self.level.end + SLACK
        return since >= 0 and (not snapshot.busy or since >= self._trials.pause)

    def _next(self, elapsed: float) -> Level:
        """Go on to the next level: where the last one ends, or as soon as it can be announced."""
        value = self._search.level
        assert value is not None
        self.level = self._trials.at(value, max(self.level.end, elapsed + LEAD))
        self._window, self._recovering = self._fresh(), False
        return self.level

    def _break_off(self, reason: str) -> None:
        """End the search before it has found anything; the level that runs stays without a verdict."""
        if self.ended:
            return
        self.ended, self._reason = "interrupted", reason
        if self._window.seconds and not self._recovering:
            verdict = Verdict("inconclusive", reason=reason or "ended before its time")
            self.tried.append(told(self.level, self._window, self._scenario, verdict))
