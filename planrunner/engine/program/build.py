"""From a plan to a program: everything resolved, compiled and ready to be carried out by one worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from planrunner import units
from planrunner.engine.actions.beside import Meter
from planrunner.engine.actions.send import Send
from planrunner.engine.actions.vu import Action
from planrunner.engine.program.compile import Compiler
from planrunner.engine.program.compile_beside import Asked, Here
from planrunner.engine.program.loads import Work, understand
from planrunner.engine.program.rows import Deals, enough, number_rows, shares
from planrunner.engine.program.samples import metric_of
from planrunner.engine.program.walk import names_made, waits, whole
from planrunner.errors import Place, Problems
from planrunner.metrics.series import METRICS, Key, Metric
from planrunner.metrics.tally import Tally
from planrunner.outputs.samples.recorder import Recording
from planrunner.pacing.executors import Shard
from planrunner.plan import model
from planrunner.plan.model import Plan, Request, Scenario, Setting, Step, Values
from planrunner.protocols import Call
from planrunner.values.dealing import Table
from planrunner.values.expressions import compile_text
from planrunner.values.names import UNKNOWN, Names
from planrunner.values.settings import resolve

NOWHERE = "http://nowhere.invalid"  # stands in for a target that is not known
DEMO = "demo"  # `target: demo` is the embedded target
SETUP, TEARDOWN = "::setup", "::teardown"  # the groups of their samples, as in k6
WITHIN = 30.0  # seconds that a preflight waits for the target
LIFECYCLE_TIMEOUT = 60.0  # seconds for setup and for teardown, k6's defaults


class Given(Struct, frozen=True):
    """What a run is given beside the plan; picklable, the same for every worker."""

    variables: Mapping[str, Any] = field(default_factory=dict)  # resolved
    secrets: tuple[str, ...] = ()
    demo: str = ""  # where the embedded target listens, once it does
    seed: str = ""  # of every random choice
    test_id: str = ""
    folder: str = "."  # of the plan
    tables: Mapping[str, Table] = field(default_factory=dict)  # the rows of each data set
    saved: Mapping[str, Any] = field(default_factory=dict)  # what setup made
    tags: Mapping[str, str] = field(default_factory=dict)  # for all samples, from the command line
    recording: Recording | None = None  # what single samples are written for

    def chance(self, scenario: str) -> str:
        """Return the seed of the arrivals of a scenario, the same for every worker."""
        return f"{self.seed}/{scenario}"


class ScenarioProgram(Struct, frozen=True):
    """A scenario, ready to run."""

    name: str
    work: Work
    steps: Sequence[Action]
    vu_setup: Sequence[Action]
    warm: tuple[Sequence[Action], Sequence[Action]]  # both for its warm-up, where they count elsewhere
    start_after: float
    warm_up: float  # seconds
    first_vu: int  # VUs are numbered through all scenarios
    waits: bool  # whether an iteration lets others run
    tags: Mapping[str, str]
    data: frozenset[str]  # the data sets whose rows it takes
    each_time: frozenset[str]  # those of which each iteration takes one
    at_first: frozenset[str]  # those of which each VU takes one in vu_setup


class Probe(Struct, frozen=True):
    """A request of the preflight, and how many seconds it may take until it succeeds."""

    name: str
    send: Action
    expected: frozenset[int]
    within: float


class Once(Struct, frozen=True):
    """What happens once, around all scenarios; timeouts in seconds."""

    preflight: Sequence[Probe] = ()
    setup: Sequence[Action] = ()
    setup_timeout: float = LIFECYCLE_TIMEOUT
    teardown: Sequence[Action] = ()
    teardown_timeout: float = LIFECYCLE_TIMEOUT


class Program(Struct, frozen=True):
    """A plan, ready to run."""

    scenarios: tuple[ScenarioProgram, ...]
    once: Once
    asked: tuple[Asked, ...]
    requests: frozenset[str]  # what they and other steps are called
    groups: frozenset[str]
    tags: frozenset[str]  # names of the plan's own
    metrics: Mapping[str, Metric]  # built in and the plan's own
    needs_demo: bool  # whether any request goes to the embedded target
    calls: tuple[Call, ...]  # its requests
    run_tags: Mapping[str, str]  # of the whole run

    def all_tags(self, given: Given) -> dict[str, str]:
        """Return the tags of everything in this run, `testid` among them."""
        return {"testid": given.test_id, **self.run_tags}

    @property
    def measured_from(self) -> float:
        """The first moment that counts, in seconds: when the first warm-up is over, if all have one."""
        return min((s.start_after + s.warm_up if s.warm_up else 0.0 for s in self.scenarios), default=0.0)


def build(
    plan: Plan,
    given: Given,
    meter: Meter,
    problems: Problems,
    shard: Shard | None = None,
    warm: Meter | None = None,
) -> Program:
    """Compile a plan; what is wrong with it goes to `problems`, and the program must not be run then.

    What scenarios do in their warm-up counts into `warm`, which whoever runs nothing can leave out.
    """
    builder = Builder(plan, given, meter, problems, shard or Shard(), warm)
    scenarios = tuple(made for made in map(builder.scenario, plan.scenarios.values()) if made)
    number_rows(builder.shares, scenarios)
    once = builder.once()
    builder.unused()
    enough(given.tables, scenarios, plan, problems)
    return Program(
        scenarios,
        once,
        tuple(builder.asked),
        frozenset(builder.requests),
        frozenset(builder.groups),
        frozenset(builder.own_tags),
        {**METRICS, **builder.metrics},
        builder.needs_demo,
        tuple(builder.calls),
        builder.plan_tags,
    )


class Builder:
    """Compiles scenario after scenario; holds what they share."""

    def __init__(
        self, plan: Plan, given: Given, meter: Meter, problems: Problems, shard: Shard, warm: Meter | None
    ) -> None:
        self.plan, self.given, self.meter, self.problems, self.shard = plan, given, meter, problems, shard
        self.warm = warm
        unread = {name: UNKNOWN for name in plan.data if name not in given.tables}  # that was said already
        self.shares = shares(given.tables, shard)
        self.known = Names({**given.variables, **unread}, runtime=False, folder=given.folder)
        self.asked: list[Asked] = []
        self.numbers: dict[Key, int] = {}  # of checks
        self.calls: list[Call] = []
        self.used: set[str] = set()  # endpoints
        self.used_flows: set[str] = set()
        self.requests: set[str] = {"log", "vu_setup"}  # names; these two stand in errors
        once = {SETUP: plan.setup, TEARDOWN: plan.teardown}
        self.groups: set[str] = {group for group, steps in once.items() if steps}
        self.own_tags: set[str] = set(given.tags)
        self.vus = 0
        self.needs_demo = False
        self.plan_tags = {**self.tags({}, plan.tags), **given.tags}
        self.metrics = {name: metric_of(custom) for name, custom in plan.metrics.items() if self._new(custom)}
        self.setup_made = frozenset(self._made(plan.setup, None))

    def scenario(self, scenario: Scenario) -> ScenarioProgram | None:
        """Compile one scenario."""
        work = understand(scenario.load, self.known, self.problems)
        made = self._made((*scenario.vu_setup, *scenario.steps), scenario.http)
        deals = Deals(self.shares)
        names = replace(self.known, runtime=True, saved=self.setup_made.union(made), data=deals)
        tags = self.tags(self.plan_tags, scenario.tags)
        here = Here(names, scenario.name, scenario.target, scenario.http, tags)
        first = Deals(self.shares)
        before = replace(here, names=replace(names, data=first))
        vu_setup = Compiler(self, before, self.meter).compile(scenario.vu_setup)
        actions = Compiler(self, here, self.meter).compile(scenario.steps)
        start = scenario.start_after
        after = resolve(start, self.known, units.duration, self.problems) if start else 0.0
        warm_up = self._warm_up(scenario, work)
        if work is None or after is None:
            return None
        number, self.vus = self.vus, self.vus + work.schedule.max_vus
        return ScenarioProgram(
            scenario.name,
            work,
            actions,
            vu_setup,
            self._for_warm_up(scenario, before, here) if warm_up else ((), ()),
            after,
            warm_up,
            first_vu=number,
            waits=waits(scenario.steps, self.plan.flows),
            tags=tags,
            data=deals.everything | first.everything,
            each_time=frozenset(deals.used),
            at_first=frozenset(first.used),
        )

    def _warm_up(self, scenario: Scenario, work: Work | None) -> float:
        """Return how long a scenario warms up; shorter than its load, or nothing would be measured."""
        seconds = self._seconds(scenario.warm_up, 0.0)
        if scenario.warm_up and work and seconds >= work.schedule.seconds:
            took = units.show_duration(work.schedule.seconds)
            message = f"the warm-up is as long as the load ({took}), so nothing would be measured"
            self.problems.add(message, scenario.warm_up.place, "make it shorter, or the load longer")
        return seconds

    def _for_warm_up(
        self, scenario: Scenario, before: Here, here: Here
    ) -> tuple[Sequence[Action], Sequence[Action]]:
        """Compile `vu_setup` and steps anew, to count elsewhere; what is wrong with them was said already."""
        if self.warm is None:
            return (), ()
        aside = copy(self)
        aside.problems, aside.calls = Problems(), []
        beginning = Compiler(aside, before, self.warm).compile(scenario.vu_setup)
        return beginning, Compiler(aside, here, self.warm).compile(scenario.steps)

    def once(self) -> Once:
        """Compile what happens once; the preflight is no part of what is measured."""
        plan = self.plan
        aside = Meter(Tally(), self.meter.mask, self.meter.elapsed)
        names = replace(self.known, runtime=True, data=Deals(self.shares), unique=False)
        before = Here(replace(names, saved=self.setup_made), tags=self.plan_tags, group=SETUP)
        after = frozenset(self._made(plan.teardown, None))
        behind = replace(before, names=replace(names, saved=self.setup_made | after), group=TEARDOWN)
        return Once(
            [probe for one in plan.preflight for probe in self._probe(one, Here(names), aside)],
            Compiler(self, before, self.meter).compile(plan.setup),
            self._seconds(plan.setup_timeout, LIFECYCLE_TIMEOUT),
            Compiler(self, behind, self.meter).compile(plan.teardown),
            self._seconds(plan.teardown_timeout, LIFECYCLE_TIMEOUT),
        )

    def _probe(self, one: model.Preflight, here: Here, meter: Meter) -> Iterator[Probe]:
        saved = frozenset(self._made((one.step,), None))
        names = replace(here.names, saved=saved)
        known = dict(self.numbers), list(self.asked)
        send = Compiler(self, replace(here, names=names), meter).step(one.step)
        self.numbers, self.asked = known  # its checks are none of the run's
        if isinstance(send, Send):
            yield Probe(
                f"{send.call.method} {send.call.url}",
                send,
                send.call.expected,
                self._seconds(one.within, WITHIN),
            )

    def _seconds(self, setting: Setting | None, usual: float) -> float:
        found = resolve(setting, self.known, units.duration, self.problems) if setting else usual
        return usual if found is None else found

    def number(self, asked: Asked) -> int:
        """Give a check its number; the same check at two steps of one name is one check, as in k6."""
        if asked.key not in self.numbers:
            self.numbers[asked.key] = len(self.asked)
            self.asked.append(asked)
        return self.numbers[asked.key]

    def unused(self) -> None:
        """Look at endpoints and flows that no step uses: their mistakes are mistakes too."""
        flows = [Step(self.plan.place, model.Flow(name, self.plan.place)) for name in self.plan.flows]
        endpoints = [
            Step(e.place, model.Send(Request(e.place), name)) for name, e in self.plan.endpoints.items()
        ]
        everything = {
            name for s in self.plan.scenarios.values() for name in self._made(s.steps + s.vu_setup, s.http)
        }
        made = self.setup_made.union(everything, self._made((*flows, *endpoints), None))
        deals = Deals(self.shares)
        names = replace(self.known, runtime=True, saved=made, data=deals, loop=True)
        compiler = Compiler(self, Here(names), Meter(Tally(), self.meter.mask, self.meter.elapsed))
        known = list(self.asked)
        compiler.compile(
            [s for s in flows if isinstance(s.does, model.Flow) and s.does.name not in self.used_flows]
        )
        compiler.compile(
            [s for s in endpoints if isinstance(s.does, model.Send) and s.does.endpoint not in self.used]
        )
        self.asked = known

    def target(self, target: Setting | None, place: Place) -> Setting | None:
        """Return where relative URLs lead; the demo target once it is known where it listens."""
        target = target or self.plan.target
        if target is not None and is_demo(target, self.given.variables):
            self.needs_demo = True
            return Setting(self.given.demo or NOWHERE, target.place)
        if target is None and self.plan.damaged:  # it may have been there, and wrong: that is said already
            return Setting(NOWHERE, place)
        return target

    def tags(self, below: Mapping[str, str], above: Values) -> dict[str, str]:
        """Lay tags of the plan over others; null removes one."""
        merged = dict(below)
        for name, setting in above.items():
            if setting is None:
                merged.pop(name, None)
                continue
            self.own_tags.add(name)
            value = compile_text(setting, self.known, self.problems)
            merged[name] = str(value.value) if value.constant else ""
        return merged

    def _made(self, steps: Sequence[Step], http: Request | None) -> Iterator[str]:
        return names_made(steps, self.plan.flows, lambda send: whole(self.plan, send, http))

    def _new(self, custom: model.CustomMetric) -> bool:
        """Whether a metric of the plan has a name of its own."""
        if custom.name not in METRICS:
            return True
        self.problems.add(
            f"{custom.name!r} is a built-in metric", custom.place, f"call it {'my_' + custom.name!r}"
        )
        return False


def is_demo(target: Setting, variables: Mapping[str, Any]) -> bool:
    """Whether a target, as written or by its variables, is the embedded one."""
    return bool(compile_text(target, Names(variables, runtime=False), Problems()).value == DEMO)
