"""From a plan to a program: everything resolved, compiled and ready to be carried out by one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from planrunner import checks, units
from planrunner.checks.saves import build_save
from planrunner.engine.actions import Keeping, Meter, Question, Send, log, think
from planrunner.engine.loads import Work, understand
from planrunner.engine.vu import VU, Action
from planrunner.errors import Place, Problems
from planrunner.metrics.series import Key
from planrunner.metrics.tally import tagged
from planrunner.plan.model import (
    Check,
    Load,
    Log,
    Plan,
    Request,
    RequestStep,
    Save,
    Scenario,
    Setting,
    Step,
    Think,
)
from planrunner.protocols import speaker
from planrunner.values.expressions import compile_text
from planrunner.values.names import Names
from planrunner.values.settings import resolve

SPOKEN = "http"  # the protocol of every request step, so far
NOWHERE = "http://nowhere.invalid"  # stands in for a target that is not known
DEMO = "demo"  # `target: demo` is the embedded target

Thinking: TypeAlias = Callable[[VU], float]


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given beside the plan; picklable, the same for every worker."""

    variables: Mapping[str, Any] = field(default_factory=dict)  # resolved
    secrets: tuple[str, ...] = ()
    demo: str = ""  # where the embedded target listens, once it does
    seed: str = ""  # of every random choice
    test_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A check as the result lists it; its place in `Program.asked` is its number."""

    key: Key
    name: str
    scenario: str
    step: str
    place: Place


@dataclass(frozen=True, slots=True)
class ScenarioProgram:
    """A scenario, ready to run."""

    name: str
    work: Work
    steps: Sequence[Action]
    vu_setup: Sequence[Action]
    start_after: float
    first_vu: int  # VUs are numbered through all scenarios
    waits: bool  # whether an iteration lets others run


@dataclass(frozen=True, slots=True)
class Program:
    """A plan, ready to run."""

    scenarios: tuple[ScenarioProgram, ...]
    asked: tuple[Asked, ...]
    requests: frozenset[str]  # what they are called


def build(plan: Plan, given: Given, meter: Meter, problems: Problems) -> Program:
    """Compile a plan; what is wrong with it goes to `problems`, and the program must not be run then."""
    builder = _Builder(plan, given, meter, problems)
    scenarios = tuple(made for made in map(builder.scenario, plan.scenarios.values()) if made)
    builder.unused_endpoints()
    return Program(scenarios, tuple(builder.asked), frozenset(builder.requests))


class _Builder:
    """Compiles scenario after scenario; holds what they share."""

    def __init__(self, plan: Plan, given: Given, meter: Meter, problems: Problems) -> None:
        self.plan, self.given, self.meter, self.problems = plan, given, meter, problems
        self.known = Names(given.variables, runtime=False)
        self.asked: list[Asked] = []
        self.numbers: dict[Key, int] = {}  # of checks
        self.used: set[str] = set()  # endpoints
        self.requests: set[str] = {"log", "vu_setup"}  # names; these two stand in errors
        self.vus = 0

    def scenario(self, scenario: Scenario) -> ScenarioProgram | None:
        """Compile one scenario."""
        work = understand(scenario.load, self.known, self.problems)
        names = replace(self.known, runtime=True, saved=frozenset(self._saved(scenario)))
        steps = _Steps(self, scenario, names)
        vu_setup, actions = steps.compile(scenario.vu_setup), steps.compile(scenario.steps)
        start = scenario.start_after
        after = resolve(start, self.known, units.duration, self.problems) if start else 0.0
        if work is None or after is None:
            return None
        first, self.vus = self.vus, self.vus + work.schedule.max_vus
        waits = any(not isinstance(step, Log) for step in scenario.steps)
        return ScenarioProgram(scenario.name, work, actions, vu_setup, after, first, waits)

    def number(self, asked: Asked) -> int:
        """Give a check its number; the same check at two steps of one name is one check, as in k6."""
        if asked.key not in self.numbers:
            self.numbers[asked.key] = len(self.asked)
            self.asked.append(asked)
        return self.numbers[asked.key]

    def unused_endpoints(self) -> None:
        """Look at endpoints that no step uses: their mistakes are mistakes too."""
        everything = frozenset(name for s in self.plan.scenarios.values() for name in self._saved(s))
        for name, endpoint in self.plan.endpoints.items():
            if name not in self.used:
                own = frozenset(save.name for save in endpoint.request.saves or ())
                names = replace(self.known, runtime=True, saved=everything | own)
                scenario = Scenario("", Load(endpoint.place), (), endpoint.place)
                step = RequestStep(Request(endpoint.place), endpoint.place, endpoint=name)
                _Steps(self, scenario, names).compile((step,))

    def target(self, scenario: Scenario) -> Setting | None:
        """Return where relative URLs lead; the demo target once it is known where it listens."""
        target = scenario.target or self.plan.target
        if target is not None and is_demo(target, self.given.variables):
            return replace(target, value=self.given.demo or NOWHERE)
        if target is None and self.plan.damaged:  # it may have been there, and wrong: that is said already
            return Setting(NOWHERE, scenario.place)
        return target

    def _saved(self, scenario: Scenario) -> Iterator[str]:
        for step in requests(scenario.vu_setup + scenario.steps):
            for save in self.whole(step, scenario).saves or ():
                yield save.name

    def whole(self, step: RequestStep, scenario: Scenario) -> Request:
        """Lay the layers of a request over each other: step, endpoint, scenario's http, plan's http."""
        endpoint = self.plan.endpoints.get(step.endpoint)
        layers = [step.request, endpoint and endpoint.request, scenario.http, self.plan.http]
        merged, *below = [layer for layer in layers if layer]
        for layer in below:
            merged = merged.over(layer)
        return merged


class _Steps:
    """Compiles the steps of one scenario."""

    def __init__(self, builder: _Builder, scenario: Scenario, names: Names) -> None:
        self.builder, self.scenario, self.names = builder, scenario, names
        self.meter, self.problems = builder.meter, builder.problems

    def compile(self, steps: Sequence[Step]) -> list[Action]:
        """Compile steps in order."""
        return [action for step in steps if (action := self._step(step))]

    def _step(self, step: Step) -> Action | None:
        match step:
            case RequestStep():
                return self._request(step)
            case Think():
                return think(self._seconds(step))
            case Log():
                tags = {"scenario": self.scenario.name, "name": "log"}
                return log(compile_text(step.text, self.names, self.problems), self.meter, tags)

    def _request(self, step: RequestStep) -> Action | None:
        request = self.builder.whole(step, self.scenario)
        self.builder.used.add(step.endpoint)
        if request.url is None:  # an unknown endpoint, or a damaged one: said already
            return None
        speaks = speaker(SPOKEN)
        call = speaks.prepare(request, self.builder.target(self.scenario), self.names, self.problems)
        name = step.name or step.endpoint or f"{call.method} {call.url}"
        self.builder.requests.add(name)
        tags = {"scenario": self.scenario.name, "name": name, "endpoint": step.endpoint}
        action = Send(speaks, call, self.meter, tags)
        action.saves = [self._keeping(save, tags) for save in request.saves or ()]
        action.questions = [self._question(check, tags) for check in request.checks or ()]
        action.on_fail = self.compile(step.on_fail)
        return action

    def _question(self, check: Check, tags: dict[str, str]) -> Question:
        ask = checks.build(check, self.names, self.problems)
        number, own = self._numbered(check.name, tags, check.place)
        return Question(number, check.name, ask, self.meter.tally.outcomes(own), check.required)

    def _keeping(self, save: Save, tags: dict[str, str]) -> Keeping:
        taking = build_save(save, self.names, self.problems)
        check = f"{save.name} is saved"
        if save.default is not None:
            return Keeping(save.name, taking, check, None, 0, "")
        number, own = self._numbered(check, tags, save.place)
        outcomes = self.meter.tally.outcomes(own)
        complaint = f"nothing found for {save.source} {save.path.text}"
        return Keeping(save.name, taking, check, outcomes, number, complaint)

    def _numbered(self, name: str, tags: dict[str, str], place: Place) -> tuple[int, dict[str, str]]:
        own = {**tags, "check": name}
        asked = Asked(Key("checks", tagged(own)), name, self.scenario.name, tags["name"], place)
        return self.builder.number(asked), own

    def _seconds(self, step: Think) -> Thinking:
        names, problems = self.builder.known, self.problems
        if step.range is not None:
            low, high = resolve(step.range, names, span, problems) or (0.0, 0.0)
            return (lambda _: low) if low == high else (lambda vu: vu.scope.random.uniform(low, high))
        mean = (resolve(step.mean, names, units.duration, problems) if step.mean else None) or 0.0
        spread = (resolve(step.spread, names, units.duration, problems) if step.spread else None) or 0.0
        return lambda vu: max(0.0, vu.scope.random.gauss(mean, spread))


def is_demo(target: Setting, variables: Mapping[str, Any]) -> bool:
    """Whether a target, as written or by its variables, is the embedded one."""
    return bool(compile_text(target, Names(variables, runtime=False), Problems()).value == DEMO)


def span(value: object) -> tuple[float, float]:
    """Read a think time, `1s` or `1s-5s`, as seconds from and to; ValueError for anything else."""
    low, dash, high = str(value).partition("-") if isinstance(value, str) else (value, "", "")
    least, most = units.duration(low), units.duration(high if dash else low)
    if least > most:
        raise ValueError(f"write the shorter time first: {high}-{low}")
    return least, most


def requests(steps: Sequence[Step]) -> Iterator[RequestStep]:
    """Yield all request steps, also those within steps."""
    for step in steps:
        if isinstance(step, RequestStep):
            yield step
            yield from requests(step.on_fail)
