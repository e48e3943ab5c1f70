"""What the views of a run show, gathered at most once a second, and only when one of them looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter

from msgspec import Struct

from planrunner.engine.checked import Checked
from planrunner.engine.program.build import ScenarioProgram
from planrunner.engine.run import Run, Tick
from planrunner.engine.standing import Standing, standing
from planrunner.engine.verdict.timeline import Span
from planrunner.pacing.executors import Quota, Searched
from planrunner.reports.wording import marked
from planrunner.result import Moment, few
from planrunner.units import show_duration, show_share

LINES = 200  # of logs that are kept for whoever comes later
SPARING = 50  # a look that took long is not repeated before so many times as long: it costs 2 % at most
AHEAD = 1.5  # seconds after the newest second that a clock goes on without news

WORDS = {"passed": "holds", "failed": "broken", "no data": "no data so far"}
"""How a limit stands while the run goes on."""

NOTHING = Tick(0.0, Span(0.0, 0.0), 0, 0, 0, (), 0)


class Act(Struct, frozen=True):
    """A scenario, and how far it is."""

    name: str
    share: float  # from 0 to 1: of its time, its iterations or its levels
    told: str  # in words


class View(Struct, frozen=True):
    """A run as it stands."""

    at: float  # seconds since the load began
    state: str  # in a word
    tick: Tick  # the newest second
    acts: tuple[Act, ...]
    standing: Standing


class Board:
    """A watcher that keeps the newest second, and what else can be seen of the run."""

    def __init__(self, checked: Checked, now: Callable[[], float] = perf_counter) -> None:
        self.checked, self._now = checked, now
        self.logs: deque[str] = deque(maxlen=LINES)
        self.tick_taken = NOTHING
        self._run: Run | None = None
        self._heard = 0.0  # when the newest second came
        self._standing = Standing()
        self._stale, self._next = True, 0.0

    def follow(self, run: Run) -> None:
        """Look at this run from here on."""
        self._run = run

    def tick(self, tick: Tick) -> None:
        """Take in a second."""
        self.tick_taken, self._heard, self._stale = tick, self._now(), True
        self.say(logs(tick))

    def say(self, lines: Sequence[str]) -> None:
        """Keep what was said."""
        self.logs.extend(lines)

    def moments(self) -> tuple[Moment, ...]:
        """Return the course of the run so far."""
        return self._run.account.timeline.moments() if self._run else ()

    @property
    def at(self) -> float:
        """How many seconds ago the load began, between the seconds too."""
        newest = self.tick_taken.at
        return newest + min(self._now() - self._heard, AHEAD) if newest else 0.0

    def view(self) -> View:
        """Look."""
        at, newest = self.at, self.standing()
        acts = tuple(act(scenario, at, newest) for scenario in self.checked.program.scenarios)
        over = all(one.share >= 1.0 for one in acts)
        return View(at, self._state(at, over=over), self.tick_taken, acts, newest)

    def standing(self) -> Standing:
        """Return how the run stands, as of the newest second or a little before."""
        began = self._now()
        if self._run and self._stale and began >= self._next:
            self._standing, self._stale = standing(self._run), False
            self._next = began + SPARING * (self._now() - began)
        return self._standing

    def _state(self, at: float, *, over: bool) -> str:
        if self._run and self._run.stopped:
            return "stopping"
        if not at:
            return "starting"
        return "ending" if over else "running"


def act(scenario: ScenarioProgram, at: float, newest: Standing) -> Act:
    """Say how far a scenario is."""
    schedule, count = scenario.work.schedule, newest.iterations.get(scenario.name, 0)
    passed = at - scenario.start_after
    done = f"{count:,} iterations"
    if passed < 0 or not at:
        waits = f"begins at {clock(scenario.start_after)}" if scenario.start_after else "begins"
        return Act(scenario.name, 0.0, waits)
    if isinstance(schedule, Quota):
        return Act(scenario.name, count / schedule.total, f"{count:,}/{schedule.total:,} iterations")
    if isinstance(schedule, Searched):
        most = schedule.trials.most
        tried = f"level {newest.level}, {newest.tried} of at most {most} tried" if newest.level else done
        return Act(scenario.name, newest.tried / most, tried)
    passed = min(passed, schedule.seconds)
    return Act(scenario.name, passed / schedule.seconds, f"{clock(passed)}/{clock(schedule.seconds)}  {done}")


def figures(tick: Tick, most: int) -> list[tuple[str, str]]:
    """Return what a second brought, each number with its name: VUs, of `most`, requests, times, failures."""
    span = tick.span
    rate = span.requests / span.seconds if span.seconds else 0.0
    seen = span.durations.count
    p95 = marked(
        show_duration(span.durations.quantile(0.95)) if seen else "-",
        censored="p95" in span.censored,
        few=bool(seen and few(("p95",), seen)),
    )
    failed = show_share(tick.failed / tick.requests) if tick.requests else "0.00%"
    return [
        (f"{span.vus:.0f}/{most}", "VUs"),
        (f"{rate:.0f}", "req/s"),
        (p95, "p95"),
        (failed, "failed"),
        (f"{tick.iterations}", "iterations"),
    ]


def numbers(tick: Tick, most: int) -> list[str]:
    """Write them."""
    return [f"{name} {value}" if name == "p95" else f"{value} {name}" for value, name in figures(tick, most)]


def logs(tick: Tick) -> list[str]:
    """Return what the plan logged in a second, and that there was more."""
    lost = [f"... and {tick.logs_lost} more lines in this second"] if tick.logs_lost else []
    return [*tick.logs, *lost]


def clock(seconds: float) -> str:
    """Write a time as clocks do: 01:40."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    return f"{minutes:02}:{rest:02}"
