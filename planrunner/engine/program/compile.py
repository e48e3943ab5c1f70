"""From the steps of a plan to actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs
from msgspec.structs import replace

from planrunner import units
from planrunner.engine.actions import control, simple
from planrunner.engine.actions.beside import Beside, Errors, Meter, Question
from planrunner.engine.actions.send import Send
from planrunner.engine.actions.vu import VU, Action
from planrunner.engine.program.compile_beside import Besides, Here, Tags
from planrunner.engine.program.rows import Deals
from planrunner.engine.program.walk import whole
from planrunner.errors import Place
from planrunner.plan import model
from planrunner.plan.model import Setting, Step
from planrunner.protocols import speaker
from planrunner.values.expressions import compile_setting, compile_tree
from planrunner.values.settings import resolve
from planrunner.values.value import Value

if TYPE_CHECKING:
    from planrunner.engine.program.build import Builder

SPOKEN = "http"  # the protocol of every request step, so far


class Compiler:
    """Compiles steps that stand in one place; for steps within them there is another one."""

    def __init__(self, builder: Builder, here: Here, meter: Meter) -> None:
        self.builder, self.here, self.meter = builder, here, meter
        self.problems, self.names = builder.problems, here.names
        self._besides = Besides(builder, here, meter)

    def compile(self, steps: Sequence[Step]) -> list[Action]:
        """Compile steps in order."""
        return [action for step in steps if (action := self.step(step))]

    def within(self, **changes: object) -> Compiler:
        """Return the compiler of steps within a step."""
        return Compiler(self.builder, replace(self.here, **changes), self.meter)

    def perhaps(self) -> Compiler:
        """Return the compiler of steps that are not taken each time."""
        data = self.names.data
        return self.within(names=replace(self.names, data=data.perhaps)) if isinstance(data, Deals) else self

    def step(self, step: Step) -> Action | None:
        """Compile a step with all that stands beside it; None when part of it is missing, which was said."""
        own, does = self._tagged(step), step.does
        if step.condition is not None:
            own = own.perhaps()
        action = own.send(step, does) if isinstance(does, model.Send) else own.other(step)
        return own.around(step, action) if action else None

    def around(self, step: Step, action: Action) -> Action:
        """Put around an action what decides whether it is taken."""
        if self.meter.trace:
            action = self.meter.trace(step, action)
        if step.condition is None:
            return action
        errors = Errors(self.meter, self.tags(step.name or "if"))
        return control.when(self.condition(step.condition), errors, action)

    def send(self, step: Step, does: model.Send) -> Send | None:
        """Compile a request; None when nobody knows where it goes, which was said."""
        builder = self.builder
        request = whole(builder.plan, does, self.here.http)
        builder.used.add(does.endpoint)
        if request.url is None:  # an unknown endpoint, or a damaged one: said already
            return None
        speaks = speaker(SPOKEN)
        target = builder.target(request.target or self.here.target, step.place)
        call = speaks.prepare(request, target, self.names, self.problems)
        builder.calls.append(call)
        name = step.name or does.endpoint or f"{call.method} {call.url}"
        builder.requests.add(name)
        tags = self.tags(name) | {"endpoint": does.endpoint}
        tags = builder.tags(tags, {**request.tags, **step.tags})
        errors = Errors(self.meter, tags)
        own = structs.replace(
            step, saves=request.saves or (), checks=request.checks or (), records=request.records or ()
        )
        return Send(speaks, call, self.meter, tags, self._beside(own, tags, errors), errors)

    def other(self, step: Step) -> Action:
        """Compile a step that sends nothing itself."""
        name = step.name or word(step)
        self.builder.requests.add(name)
        tags = self.tags(name)
        errors = Errors(self.meter, tags)
        beside = self._beside(step, tags, errors)
        action = self._doing(step, tags, errors, beside) if step.does else None
        if action and beside.empty:
            return action
        return control.with_beside(action, beside)

    def _doing(self, step: Step, tags: Tags, errors: Errors, beside: Beside) -> Action:
        match step.does:
            case model.Think() as does:
                return simple.think(self._seconds(does))
            case model.Stop() as does:
                return simple.stop(does.what, f"`stop: {does.what}` at {step.place.file}:{step.place.line}")
            case model.Flow() as does:
                return self._flow(does)
            case model.Group() as does:
                return self._group(does)
            case model.If() as does:
                perhaps = self.perhaps()
                then, otherwise = perhaps.compile(does.steps), perhaps.compile(does.otherwise)
                test = self.condition(does.condition)
                return control.when(test, errors, control.sequence(then), control.sequence(otherwise))
            case model.Choose() as does:
                return self._choose(does)
            case model.Parallel() as does:
                return control.Parallel([sent for one in does.steps if (sent := self._request(one))])
            case model.While() as does:
                return self._while(does, step.place, tags, errors, beside)
            case model.Repeat() | model.ForEach() as does:
                return self._loop(does, errors)
        raise AssertionError(step.does)

    def _request(self, step: Step) -> tuple[Action, str] | None:
        """Compile a request of a `parallel`; with it, the host that it goes to."""
        own = self._tagged(step)
        send = own.send(step, step.does) if isinstance(step.does, model.Send) else None
        return (own.around(step, send), send.call.host) if send else None

    def _tagged(self, step: Step) -> Compiler:
        """Return the compiler for a step that may have tags of its own."""
        return self.within(tags=self.builder.tags(self.here.tags or {}, step.tags)) if step.tags else self

    def _flow(self, does: model.Flow) -> Action:
        steps = self.builder.plan.flows.get(does.name, ())
        self.builder.used_flows.add(does.name)
        if does.name in self.here.flows:  # a circle: the reader said so
            steps = ()
        return control.sequence(self.within(flows=(*self.here.flows, does.name)).compile(steps))

    def _group(self, does: model.Group) -> Action:
        group = f"{self.here.group}::{does.name}"
        self.builder.groups.add(group)
        inner = self.within(group=group)
        durations = self.meter.tally.rows(("group_duration",), inner.tags(""))
        return control.group(inner.compile(does.steps), durations, self.meter.elapsed)

    def _choose(self, does: model.Choose) -> Action:
        weights, branches = [], []
        for branch in does.branches:
            weight = 1.0
            if branch.weight:
                found = resolve(branch.weight, self.builder.known, positive, self.problems)
                weight = 1.0 if found is None else found
            weights.append(weight)
            branches.append(control.sequence(self.perhaps().compile(branch.steps)))
        return control.choose(weights, branches)

    def _loop(self, does: model.Repeat | model.ForEach, errors: Errors) -> Action:
        if isinstance(does, model.Repeat):
            times = compile_setting(does.times, self.names, self.problems)
            inner = self.perhaps().looping()
            return control.repeat(times, errors, inner.compile(does.steps))
        items = compile_tree(does.items, self.names, self.problems)
        inner = self.perhaps().looping(does.name)
        return control.for_each(items, does.name, errors, inner.compile(does.steps))

    def looping(self, *names: str) -> Compiler:
        """Return the compiler of steps within a loop, which know its index and maybe an item."""
        return self.within(names=replace(self.names, loop=True, saved=self.names.saved.union(names)))

    def _while(self, does: model.While, place: Place, tags: Tags, errors: Errors, beside: Beside) -> Action:
        names, problems = self.builder.known, self.problems
        most = resolve(does.max, names, units.whole, problems)
        every = resolve(does.every, names, units.duration, problems) if does.every else 0.0
        inner = self.perhaps().looping()
        condition = inner.condition(does.condition)
        text = (
            f"{'until' if does.until else 'while'} {bare(does.condition.text)} within {does.max.text} times"
        )
        number, own = self._besides.numbered(text, tags, place)
        question = Question(number, text, lambda _, __: "", self.meter.tally.outcomes(own), required=False)
        loop = control.While(condition, until=does.until, most=most or 0, every=every or 0.0)
        return loop.build(inner.compile(does.steps), question, beside, errors)

    def _beside(self, step: Step, tags: Tags, errors: Errors) -> Beside:
        made = self._besides.of(step, tags, errors)
        made.on_fail = self.perhaps().compile(step.on_fail) if step.on_fail else ()
        return made

    def condition(self, setting: Setting) -> Value:
        """Compile what an `if`, `while` or `until` asks."""
        return compile_setting(setting, self.names, self.problems)

    def tags(self, name: str) -> Tags:
        """Return the tags of a step of this name, those of the plan among them."""
        own = {"scenario": self.here.scenario, "name": name, "group": self.here.group}
        return {**(self.here.tags or {}), **own}

    def _seconds(self, does: model.Think) -> Callable[[VU], float]:
        names, problems = self.builder.known, self.problems
        if does.range is not None:
            low, high = resolve(does.range, names, span, problems) or (0.0, 0.0)
            return (lambda _: low) if low == high else (lambda vu: vu.scope.random.uniform(low, high))
        mean = (resolve(does.mean, names, units.duration, problems) if does.mean else None) or 0.0
        spread = (resolve(does.spread, names, units.duration, problems) if does.spread else None) or 0.0
        return lambda vu: max(0.0, vu.scope.random.gauss(mean, spread))


WORDS: Mapping[type, str] = {
    model.Flow: "flow",
    model.Group: "group",
    model.If: "if",
    model.Repeat: "repeat",
    model.ForEach: "for_each",
    model.Parallel: "parallel",
    model.Choose: "choose",
    model.Think: "think",
    model.Stop: "stop",
}


def word(step: Step) -> str:
    """Return what a step without a name is called: its action and, where it has one, its own name."""
    does = step.does
    if isinstance(does, model.Flow | model.Group):
        return f"{WORDS[type(does)]} {does.name}"
    if isinstance(does, model.While):
        return "until" if does.until else "while"
    if does is not None:
        return WORDS[type(does)]
    return next((key for key, there in BARE.items() if there(step)), "step")


BARE: Mapping[str, Callable[[Step], object]] = {
    "set": lambda step: step.sets,
    "record": lambda step: step.records,
    "log": lambda step: step.log,
}
"""What a step does that has no other action."""


def bare(text: str) -> str:
    """Return an expression without its `${}`, where it is all of the text."""
    alone = text.startswith("${") and text.endswith("}") and "${" not in text[2:]
    return text[2:-1].strip() if alone else text


def span(value: object) -> tuple[float, float]:
    """Read a think time, `1s` or `1s-5s`, as seconds from and to; ValueError for anything else."""
    low, dash, high = str(value).partition("-") if isinstance(value, str) else (value, "", "")
    least, most = units.duration(low), units.duration(high if dash else low)
    if least > most:
        raise ValueError(f"write the shorter time first: {high}-{low}")
    return least, most


def positive(value: object) -> float:
    """Read a weight; ValueError for what is no number above 0."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    raise ValueError("write a number above 0, like 3")
