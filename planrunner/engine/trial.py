"""A trial: every scenario once, with one VU, and everything that happens told as it happens."""

from __future__ import annotations

from asyncio import current_task
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from time import perf_counter
from typing import Any, TypeAlias

from msgspec import Struct, field

from planrunner.engine.actions.beside import Meter
from planrunner.engine.actions.vu import VU, Action, End, take
from planrunner.engine.checked import Checked
from planrunner.engine.lifecycle import FailedError, Lifecycle
from planrunner.engine.program.build import Program, ScenarioProgram, build
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.program.compile_beside import Asked
from planrunner.errors import Place, Problems
from planrunner.metrics.series import Counter, Rate
from planrunner.metrics.tally import Snapshot, Tally
from planrunner.plan.model import Step, Think
from planrunner.protocols import Connect, Reply, speaker
from planrunner.values.dealing import EndOfDataError
from planrunner.values.mask import Mask
from planrunner.values.scope import Scope


class Part(Struct, frozen=True):
    """A part of the trial begins: the preflight, setup, a scenario, teardown."""

    title: str


class Began(Struct, frozen=True):
    """A step begins; `depth` is how many steps it is within."""

    step: Step
    depth: int


class Exchanged(Struct, frozen=True):
    """A request of a step went out, and this came back; those of the preflight are of no step."""

    request: bytes
    reply: Reply
    step: Step | None = None
    depth: int = 0


class Asking(Struct, frozen=True):
    """A check was asked; `complaint` is empty when it held."""

    name: str
    place: Place
    complaint: str


class Settled(Struct, frozen=True):
    """What a step brought, told at its end; what there is before a step within it begins is told then."""

    step: Step
    depth: int
    values: Mapping[str, Any] = field(default_factory=dict)  # saved or set
    checks: Sequence[Asking] = ()
    logs: Sequence[str] = ()
    errors: Sequence[str] = ()  # what could not be computed
    failed: int = 0  # requests whose reply is not what the plan expects


class Over(Struct, frozen=True):
    """A part is over before its end, and why; `meant` when the plan says `stop`."""

    reason: str
    meant: bool = False


Event: TypeAlias = Part | Began | Exchanged | Settled | Over
Tell: TypeAlias = Callable[[Event], None]


class Trial:
    """Carries a plan out once, step by step; think times are left out."""

    def __init__(
        self,
        checked: Checked,
        tell: Tell,
        now: Callable[[], float] = perf_counter,
        connect: Connect | None = None,
    ) -> None:
        self._checked, self._tell = checked, tell
        tally = Tally()
        meter = Meter(tally, Mask(checked.given.secrets), lambda: 0.0, self._traced)
        self.program: Program = build(checked.plan, checked.given, meter, Problems())
        self.watch = Watch(tally, self.program.asked, tell)
        session = connect or speaker(SPOKEN).connector(now, self.watch.heard)
        self._around = Lifecycle(self.program.once, checked.given, meter, now, session)
        self._connect = session

    def _traced(self, step: Step, action: Action) -> Action:
        """Make the action tell what it does."""

        async def trace(vu: VU) -> bool:
            with self.watch.of(step, vu):
                return True if isinstance(step.does, Think) else await action(vu)

        return trace

    async def carry_out(self) -> None:
        """Take everything once: preflight, setup, each scenario, teardown; the last also when cancelled."""
        if not await self._ready_and_set_up():
            return
        try:
            for scenario in self.program.scenarios:
                if await self._scenario(scenario) == "test":
                    break
        finally:
            await self._tear_down()

    async def _ready_and_set_up(self) -> bool:
        once = self.program.once
        try:
            if once.preflight:
                self._begin("preflight")
                await self._around.preflight()
            if once.setup:
                self._begin("setup")
                await self._around.setup()
        except FailedError as error:
            self._over(str(error), meant=error.how == "stop")
            return False
        return True

    async def _tear_down(self) -> None:
        if not self.program.once.teardown:
            return
        self._begin("teardown")
        try:
            await self._around.teardown()
        except FailedError as error:
            self._over(str(error))

    async def _scenario(self, scenario: ScenarioProgram) -> End:
        given, number = self._checked.given, scenario.first_vu + 1
        scope = Scope(number, scenario.name, given.test_id, Random(f"{given.seed}/{number}"))
        vu = VU(scope, self._connect(number), self._around.saved)
        try:
            if await self._set_up(scenario, vu):
                self._begin(f"scenario {scenario.name}")
                vu.begin()
                await self._take(scenario.steps, vu)
        finally:
            await vu.close()
        return vu.end

    async def _set_up(self, scenario: ScenarioProgram, vu: VU) -> bool:
        if not scenario.vu_setup:
            return True
        self._begin(f"vu_setup of scenario {scenario.name}")
        vu.begin()
        vu.setting_up = True
        ready = await self._take(scenario.vu_setup, vu)
        vu.setting_up = False
        vu.session.keep()
        return ready

    async def _take(self, steps: Sequence[Action], vu: VU) -> bool:
        try:
            completed = await take(steps, vu)
        except EndOfDataError as error:
            self._over(str(error))
            return False
        if not completed:
            self._over(vu.reason if vu.end else ENDED, meant=bool(vu.end))
        return completed

    def _begin(self, part: str) -> None:
        self.watch.begin()
        self._tell(Part(part))

    def _over(self, reason: str, *, meant: bool = False) -> None:
        uncomputed = self.watch.rest()  # conditions, which are asked before their step begins
        self._tell(Over("; ".join([*uncomputed, reason]), meant))


ENDED = "the iteration ended here; the steps behind it were not taken"


class Frame(Struct, eq=False):
    """A step under way, and what it has brought that was not told yet."""

    step: Step
    depth: int
    parent: Frame | None
    task: object  # one of its own beside its parent's is a lane of a `parallel`
    lane: list[Event] | None = None  # what a lane holds back until its end: others are told in between
    values: dict[str, Any] = field(default_factory=dict)
    checks: list[Asking] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: int = 0

    def settle(self) -> Settled:
        """Hand out what it has brought, and begin anew."""
        told = Settled(self.step, self.depth, self.values, self.checks, self.logs, self.errors, self.failed)
        self.values, self.checks, self.logs, self.errors, self.failed = {}, [], [], [], 0
        return told

    @property
    def anything(self) -> bool:
        """Whether it has brought anything."""
        return bool(self.values or self.checks or self.logs or self.errors or self.failed)


class Watch:
    """Tells which step brought what.

    Steps write into one tally and one set of values. Between what a step writes there and the moment when
    one begins or ends nobody waits, so what is new at such a moment is of the step that is under way.
    """

    def __init__(self, tally: Tally, asked: Sequence[Asked], tell: Tell) -> None:
        self._tally, self._asked, self._tell = tally, asked, tell
        self._under_way: ContextVar[Frame | None] = ContextVar("step", default=None)  # of each lane
        self._known: dict[str, Any] = {}
        self._rest: list[str] = []

    def begin(self) -> None:
        """Forget the values of the part before: another VU begins, or an iteration."""
        self._known = {}

    def rest(self) -> list[str]:
        """Hand out what could not be computed outside of all steps."""
        self._rest += _errors(self._tally.cut(0.0))
        rest, self._rest = self._rest, []
        return rest

    def heard(self, request: bytes, reply: Reply) -> None:
        """Tell a request with its reply, under the step that sent it."""
        frame = self._under_way.get()
        where = (frame.step, frame.depth) if frame else (None, 0)
        self._tell_in(frame, Exchanged(request, reply, *where))

    @contextmanager
    def of(self, step: Step, vu: VU) -> Iterator[None]:
        """Tell what happens in this block as that of a step."""
        parent, task = self._under_way.get(), current_task()
        self._credit(parent, vu)
        lane = parent is not None and parent.task is not task
        if parent and parent.anything and not lane:
            self._tell_in(parent, parent.settle())
        frame = Frame(step, parent.depth + 1 if parent else 0, parent, task, [] if lane else None)
        before = self._under_way.set(frame)
        self._tell_in(frame, Began(step, frame.depth))
        try:
            yield
        finally:
            self._credit(frame, vu)
            self._tell_in(frame, frame.settle())
            self._under_way.reset(before)
            for event in frame.lane or ():
                self._tell_in(parent, event)

    def _tell_in(self, frame: Frame | None, event: Event) -> None:
        while frame and frame.lane is None:
            frame = frame.parent
        if frame and frame.lane is not None:
            frame.lane.append(event)
        else:
            self._tell(event)

    def _credit(self, frame: Frame | None, vu: VU) -> None:
        """Note what is new as that of a step; what was there before the first one is nobody's."""
        seen, known, values = self._tally.cut(0.0), self._known, vu.scope.values
        self._known = dict(values)
        if frame is None:
            self._rest += _errors(seen)
            return
        new = {name: value for name, value in values.items() if name not in known or known[name] != value}
        frame.values.update(new)
        frame.checks += self._checks(seen)
        frame.logs += seen.logs
        frame.errors += _errors(seen)
        frame.failed += _failed(seen)

    def _checks(self, seen: Snapshot) -> Iterator[Asking]:
        complaints = {complaint.check: complaint.text for complaint in seen.complaints}
        for number, asked in enumerate(self._asked):
            rate = seen.sinks.get(asked.key)
            if isinstance(rate, Rate):
                told = complaints.get(number, "it failed") if rate.fails else ""
                yield Asking(asked.name, asked.place, told)


def _errors(seen: Snapshot) -> list[str]:
    return [
        dict(key.tags)["error"]
        for key, sink in seen.sinks.items()
        if key.metric == "errors" and isinstance(sink, Counter) and sink.value
    ]


def _failed(seen: Snapshot) -> int:
    """Count the requests that failed as a run does: hops that were followed are none of them."""
    failed = speaker(SPOKEN).FAILED
    return sum(s.passes for key, s in seen.sinks.items() if key.metric == failed and isinstance(s, Rate))
