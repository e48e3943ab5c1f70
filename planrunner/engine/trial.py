"""A trial: every scenario once, with one VU, and everything that happens told as it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from time import perf_counter
from typing import Any, TypeAlias

from msgspec import Struct, field

from planrunner.engine.beside import Meter
from planrunner.engine.checked import Checked
from planrunner.engine.compile import SPOKEN
from planrunner.engine.lifecycle import FailedError, Lifecycle
from planrunner.engine.program import Program, ScenarioProgram, build
from planrunner.engine.vu import VU, Action, take
from planrunner.errors import Place, Problems
from planrunner.metrics.series import Counter, Rate
from planrunner.metrics.tally import Snapshot, Tally
from planrunner.plan.model import Step, Think
from planrunner.protocols import Reply, Session, speaker
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
    """A request went out, and this came back."""

    request: bytes
    reply: Reply


class Asking(Struct, frozen=True):
    """A check was asked; `complaint` is empty when it held."""

    name: str
    place: Place
    complaint: str


class Ended(Struct, frozen=True):
    """A step ended: what it saved or set, asked and logged, and what could not be computed."""

    step: Step
    depth: int
    values: Mapping[str, Any] = field(default_factory=dict)
    checks: Sequence[Asking] = ()
    logs: Sequence[str] = ()
    errors: Sequence[str] = ()


class Over(Struct, frozen=True):
    """A part is over before its end, and why."""

    reason: str


Event: TypeAlias = Part | Began | Exchanged | Ended | Over
Tell: TypeAlias = Callable[[Event], None]


class Trial:
    """Carries a plan out once, step by step; think times are left out."""

    def __init__(
        self,
        checked: Checked,
        tell: Tell,
        now: Callable[[], float] = perf_counter,
        connect: Callable[[], Session] | None = None,
    ) -> None:
        self._checked, self._tell, self._depth = checked, tell, 0
        self.tally = Tally()
        meter = Meter(self.tally, Mask(checked.given.secrets), lambda: 0.0, self._traced)
        self.program: Program = build(checked.plan, checked.given, meter, Problems())
        self._meter = meter
        self._now = now
        self._connect = connect or speaker(SPOKEN).connector(now, self._heard)

    def _heard(self, request: bytes, reply: Reply) -> None:
        self._tell(Exchanged(request, reply))

    async def carry_out(self) -> None:
        """Take everything once: preflight, setup, each scenario, teardown."""
        around = Lifecycle(self.program.once, self._checked.given, self._meter, self._now, self._connect)
        try:
            if self.program.once.preflight:
                self._tell(Part("preflight"))
                await around.preflight()
            if self.program.once.setup:
                self._tell(Part("setup"))
                await around.setup()
        except FailedError as error:
            self._tell(Over(str(error)))
            return
        for scenario in self.program.scenarios:
            await self._scenario(scenario, around.saved)
        if self.program.once.teardown:
            self._tell(Part("teardown"))
            try:
                await around.teardown()
            except FailedError as error:
                self._tell(Over(str(error)))

    async def _scenario(self, scenario: ScenarioProgram, saved: Mapping[str, Any]) -> None:
        given, number = self._checked.given, scenario.first_vu + 1
        scope = Scope(number, scenario.name, given.test_id, Random(f"{given.seed}/{number}"))
        vu = VU(scope, self._connect(), saved)
        try:
            if await self._set_up(scenario, vu):
                self._tell(Part(f"scenario {scenario.name}"))
                vu.begin()
                await self._take(scenario.steps, vu)
        finally:
            await vu.close()

    async def _set_up(self, scenario: ScenarioProgram, vu: VU) -> bool:
        if not scenario.vu_setup:
            return True
        self._tell(Part(f"vu_setup of scenario {scenario.name}"))
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
            self._tell(Over(str(error)))
            return False
        if not completed:
            self._tell(Over(vu.reason or "the iteration ended here; the steps behind it were not taken"))
        return completed

    def _traced(self, step: Step, action: Action) -> Action:
        """Make the action tell what it does."""

        async def trace(vu: VU) -> bool:
            self._tell(Began(step, self._depth))
            self._depth += 1
            before = dict(vu.scope.values)
            try:
                return True if isinstance(step.does, Think) else await action(vu)
            finally:
                self._depth -= 1
                made = {name: value for name, value in vu.scope.values.items() if before.get(name) != value}
                self._tell(self._ended(step, made, self.tally.cut(0.0)))

        return trace

    def _ended(self, step: Step, values: Mapping[str, Any], seen: Snapshot) -> Ended:
        errors = [
            dict(key.tags)["error"]
            for key, sink in seen.sinks.items()
            if key.metric == "errors" and isinstance(sink, Counter) and sink.value
        ]
        return Ended(step, self._depth, values, tuple(self._checks(seen)), seen.logs, errors)

    def _checks(self, seen: Snapshot) -> Iterator[Asking]:
        complaints = {complaint.check: complaint.text for complaint in seen.complaints}
        for number, asked in enumerate(self.program.asked):
            rate = seen.sinks.get(asked.key)
            if isinstance(rate, Rate):
                told = complaints.get(number, "it failed") if rate.fails else ""
                yield Asking(asked.name, asked.place, told)
