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
    over: bool = False  # whether it begins no more iterations


class View(Struct, frozen=True):
    """A run as it stands."""

    at: float  # seconds since the load began
    share: float  # of the whole run, from 0 to 1
    state: str  # in a word
    tick: Tick  # the newest second
    acts: tuple[Act, ...]
    standing: Standing


class Board:
    """A watcher that keeps the newest second, and what else can be seen of the run."""

    def __init__(self, checked: Checked, now: Callable[[], float] = perf_counter) -> None:
        self.checked, self._now = checked, now
        self.logs: deque[str] = deque(maxlen=LINES)
        self.newest = NOTHING
        self._run: Run | None = None
        self._heard = 0.0  # when the newest second came
        self._standing = Standing()
        self._stale, self._next = True, 0.0

    def follow(self, run: Run) -> None:
        """Look at this run from here on."""
        self._run = run

    def tick(self, tick: Tick) -> None:
        """Take in a second."""
        self.newest, self._heard, self._stale = tick, self._now(), True
        self.say(logs(tick))

    def say(self, lines: Sequence[str]) -> None:
        """Keep what was said."""
        self.logs.extend(lines)

    def moments(self) -> tuple[Moment, ...]:
        """Return the course of the run so far."""
        return self._run.course.moments() if self._run else ()

    @property
    def at(self) -> float:
        """How many seconds ago the load began, between the seconds too."""
        came = self.newest.at
        return came + min(self._now() - self._heard, AHEAD) if came else 0.0

    def view(self) -> View:
        """Look."""
        at, stands = self.at, self.standing()
        acts = tuple(act(scenario, at, stands) for scenario in self.checked.program.scenarios)
        over = all(one.over for one in acts)
        return View(at, share(self.checked, at, acts), self._state(at, over=over), self.newest, acts, stands)

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


def act(scenario: ScenarioProgram, at: float, stands: Standing) -> Act:
    """Say how far a scenario is."""
    name, schedule, begin = scenario.name, scenario.work.schedule, scenario.start_after
    count, passed = stands.iterations.get(name, 0), min(at - begin, schedule.seconds)
    if passed < 0 or not at:
        return Act(name, 0.0, f"begins at {clock(begin)}" if begin else "begins")
    over = passed == schedule.seconds
    if isinstance(schedule, Quota):
        share = count / schedule.total
        return Act(name, share, f"{count:,}/{schedule.total:,} iterations", over or share >= 1.0)
    if isinstance(schedule, Searched):
        most = schedule.trials.most
        share = 1.0 if stands.found else stands.tried / most
        told = f"level {stands.level}, {stands.tried} of at most {most} tried"
        return Act(name, share, told, over or stands.found)
    time = f"{clock(passed)}/{clock(schedule.seconds)}"
    return Act(name, passed / schedule.seconds, f"{time}  {count:,} iterations", over)


def share(checked: Checked, at: float, acts: Sequence[Act]) -> float:
    """Say how much of the whole run is over: as much as of the scenario that is left the longest."""
    pairs = zip(checked.program.scenarios, acts, strict=True)
    return min((_part(scenario, at, act) for scenario, act in pairs), default=1.0)


def _part(scenario: ScenarioProgram, at: float, act: Act) -> float:
    if act.over:
        return 1.0
    if isinstance(scenario.work.schedule, Quota | Searched):
        return act.share
    return at / _end(scenario)


def timed(checked: Checked, at: float) -> str:
    """Write how long a run has lasted, and how long it will; at most, where iterations or levels end it."""
    planned = clock(checked.seconds)
    longest = max(checked.program.scenarios, key=_end, default=None)
    if longest and isinstance(longest.work.schedule, Quota | Searched):
        return f"{clock(at)} (max {planned})"
    return f"{clock(at)}/{planned}"


def _end(scenario: ScenarioProgram) -> float:
    return scenario.start_after + scenario.work.schedule.seconds


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
