"""The whole explanation of a plan, as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from textwrap import wrap

from msgspec import Struct, field

from planrunner.engine.checked import Checked
from planrunner.engine.program.build import DEMO, Probe
from planrunner.errors import uncommanding, visible
from planrunner.explain.amounts import Amount, Measure, pauses, requests
from planrunner.explain.chart import chart
from planrunner.explain.danger import Load, assess
from planrunner.explain.data import dataset
from planrunner.explain.limits import failing, limits
from planrunner.explain.lines import total
from planrunner.explain.loads import WAIT, Scale, sentence
from planrunner.explain.steps import Outline
from planrunner.explain.targets import targets
from planrunner.explain.words import count, figure, listed, one_line, time
from planrunner.pacing.executors import Quota, RateSearch, Searched
from planrunner.plan.model import Request, Step
from planrunner.values.mask import Mask
from planrunner.values.names import UNKNOWN, Names

WIDTH = 100  # columns
FURTHER = "  "  # what a line is indented by where it goes on; as wide as the dash of a list

SMOKE = "smoke"  # what a profile with little load is usually called


def explain(checked: Checked, profiles: Sequence[str] = ()) -> str:
    """Say in plain words what a plan does; `profiles` are those that were chosen."""
    names = Names(checked.given.variables, runtime=False, folder=checked.given.folder)
    page = Page(checked, profiles, names, scales(checked, names))
    mask = Mask(checked.given.secrets)
    return "\n".join(uncommanding(part) for line in page.lines() for part in fitted(mask(visible(line))))


def fitted(line: str) -> list[str]:
    """Break a long line; what follows is indented a little further."""
    if len(line) <= WIDTH:
        return [line]
    further = " " * (len(line) - len(line.lstrip())) + FURTHER
    return wrap(line, WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)


def scales(checked: Checked, names: Names) -> list[Scale]:
    """Work out how much each scenario does."""
    plan, made = checked.plan, []
    sending, thinking = (Measure(plan.flows, names, worth) for worth in (requests, pauses))
    for program in checked.program.scenarios:
        scenario = plan.scenarios[program.name]
        each, first = sending.of(scenario.steps), sending.of(scenario.vu_setup)
        made.append(Scale(program, each, thinking.of(scenario.steps), first))
    return made


class Page(Struct):
    """Everything there is to say about one plan, section after section."""

    checked: Checked
    profiles: Sequence[str]
    names: Names  # the variables
    scales: Sequence[Scale]
    shown: set[str] = field(default_factory=set)  # flows that were written out

    def lines(self) -> Iterator[str]:
        """Yield all lines, broken nowhere."""
        plan = self.checked.plan
        yield f"{plan.name} ({plan.file})"
        if plan.description:
            yield f"  {one_line(plan.description)}"
        yield from section("WHERE IT GOES", self._where())
        yield from section("BEFORE THE LOAD", self._before())
        for name in plan.scenarios:
            yield from section(f"SCENARIO {name}", self._scenario(name))
        yield from section("AFTER THE LOAD", self._after())
        yield from section("DATA", self._data())
        yield from section("THRESHOLDS", self._thresholds())
        yield from section("PROFILES", self._profiles())
        yield from section("TIME", self._time())
        yield from section("LOAD OVER TIME", self._curves())
        yield from section("DANGER", self._danger())

    def _where(self) -> Iterator[str]:
        for target, local in targets(self.checked.plan, self.names).items():
            here = "the shop that comes with planrunner" if target == DEMO else "this machine"
            yield f"- {target} ({here if local else 'not this machine, as far as can be told'})"
        missing = [name for name, value in self.names.variables.items() if value is UNKNOWN]
        if missing:
            yield f"- without a value, which a run needs: {listed(missing)}"

    def _before(self) -> Iterator[str]:
        once, plan = self.checked.program.once, self.checked.plan
        yield from (waiting(probe) for probe in once.preflight)
        if plan.setup:
            yield f"setup, once, at most {time(once.setup_timeout)}:"
            yield from self._outline(plan.setup)

    def _after(self) -> Iterator[str]:
        once, plan = self.checked.program.once, self.checked.plan
        if plan.teardown:
            yield f"teardown, once, also after an abort, at most {time(once.teardown_timeout)}:"
            yield from self._outline(plan.teardown)

    def _outline(self, steps: Sequence[Step], http: Request | None = None) -> Iterator[str]:
        outline = Outline(self.checked.plan, self.names, http, self.shown)
        return (f"  {line}" for line in outline.lines(steps))

    def _scenario(self, name: str) -> Iterator[str]:
        scenario = self.checked.plan.scenarios[name]
        scale = next((scale for scale in self.scales if scale.scenario.name == name), None)
        yield from loaded(scale) if scale else ("load: not known without the values that are missing",)
        if scenario.vu_setup:
            often = f" ({spread(scale.first)})" if scale else ""
            yield f"each VU, once, before its first iteration{often}:"
            yield from self._outline(scenario.vu_setup, scenario.http)
        yield "each iteration:"
        yield from self._outline(scenario.steps, scenario.http)

    def _data(self) -> Iterator[str]:
        for name, table in self.checked.given.tables.items():
            yield from dataset(self.checked.plan.data[name], table, self.scales, self.names)

    def _thresholds(self) -> Iterator[str]:
        fail_on = self.checked.plan.fail_on
        yield from limits(self.checked.limits)
        if not self.checked.limits and set(fail_on) <= {"thresholds"}:
            yield "none: the run measures, and nothing decides whether it passed"
        yield from failing(fail_on, broken=bool(self.checked.limits))

    def _profiles(self) -> Iterator[str]:
        if self.profiles:
            yield f"chosen: {listed(self.profiles)}"
        others = [name for name in self.checked.plan.profiles if name not in self.profiles]
        if others:
            yield f"also there, with --profile: {listed(others)}"

    def _time(self) -> Iterator[str]:
        scenarios = self.checked.program.scenarios
        last = max(
            (s.start_after + s.work.schedule.seconds + s.work.graceful_stop for s in scenarios), default=0.0
        )
        open_ended = any(isinstance(s.work.schedule, Quota | Searched) for s in scenarios)
        yield f"{'at most ' if open_ended else ''}{time(self.checked.seconds)} as planned"
        yield f"at most {time(last)} when iterations still run at the end (graceful_stop)"

    def _curves(self) -> Iterator[str]:
        loops = [s.vus for s in self.scales if not isinstance(s.scenario.work.schedule, Quota)]
        drawn = {"VUs": total(loops), "iterations begun per second": total([s.begun for s in self.scales])}
        end = max((line[-1].at for line in drawn.values() if line), default=0.0)
        for title, line in drawn.items():
            if line:
                yield from chart(title, line, end)
        quotas = [s.scenario.name for s in self.scales if isinstance(s.scenario.work.schedule, Quota)]
        if quotas:
            yield f"not drawn, since it ends when its iterations are done: {listed(quotas)}"

    def _searches(self) -> bool:
        """Whether there is a search, which goes no further than to a level that breaks a threshold."""
        return any(isinstance(scale.scenario.work.schedule, Searched) for scale in self.scales)

    def _danger(self) -> Iterator[str]:
        local = all(targets(self.checked.plan, self.names).values())
        smoke = SMOKE in self.checked.plan.profiles and SMOKE not in self.profiles
        danger = assess(
            Load(
                total([scale.vus for scale in self.scales]),
                total([scale.sent for scale in self.scales]),
                local=local,
                brake=any(limit.abort_on_fail for limit in self.checked.limits) or self._searches(),
                trial=f"--profile {SMOKE}" if smoke else "--vus 1 --iterations 1",
            )
        )
        yield f"{danger.grade}: {danger.reason}"
        yield f"({danger.figures})"
        yield from (f"- {advice}" for advice in danger.advice)


def section(title: str, lines: Iterator[str]) -> Iterator[str]:
    """Put a title above lines, if there are any."""
    body = [f"  {line}" for line in lines]
    if body:
        yield from ("", title, *body)


def waiting(probe: Probe) -> str:
    """Say what the preflight waits for."""
    return f"wait until {probe.name} succeeds, at most {time(probe.within)}"


def loaded(scale: Scale) -> Iterator[str]:
    """Yield the lines on how much there is of a scenario."""
    work, after = scale.scenario.work, scale.scenario.start_after
    least = work.min_iteration_duration
    slow = f"; an iteration takes at least {time(least)}" if least else ""
    begin = f"; begins after {time(after)}" if after else ""
    warm = f"; what begins in the first {time(scale.scenario.warm_up)} does not count (warm-up)"
    yield f"load: {sentence(scale.scenario)}{slow}{begin}{warm if scale.scenario.warm_up else ''}"
    yield f"VUs: {'' if work.executor == 'constant-vus' else 'up to '}{figure(work.schedule.max_vus)}"
    yield f"iterations: {iterations(scale)}"
    yield f"requests: {sent(scale)}"


def iterations(scale: Scale) -> str:
    """Say how many iterations there are, or what that depends on."""
    most = "at most " if isinstance(scale.scenario.work.schedule, Searched) else ""
    if isinstance(scale.scenario.work.schedule, RateSearch):
        return f"{most}about {figure(scale.iterations)}"
    if scale.exact or scale.by_chance:
        about = "about " if scale.by_chance else ""
        return f"{about}{figure(scale.iterations)}, unless the target is too slow for them"
    thinking = f" and {time(scale.thinking.typical)} of thinking" if scale.thinking.typical else ""
    return (
        "depends on how fast the target answers; "
        f"at {time(WAIT)} for its answers{thinking} in each {most}about {figure(scale.iterations)}"
    )


def sent(scale: Scale) -> str:
    """Say how many requests that makes."""
    each, number = scale.requests, scale.iterations
    if scale.exact and each.low == each.high:
        whole = figure(each.low * number)
    else:
        most = "at most " if isinstance(scale.scenario.work.schedule, Searched) else ""
        whole = f"{most}about {figure(round(each.typical * number))}"
    return f"{spread(each)} in each iteration, {whole} for all of them, redirects not counted"


def spread(amount: Amount) -> str:
    """Write a number of requests that may not be known: `1 request`, `1 to 4 requests (2.3 on average)`."""
    if amount.low == amount.high:
        return count(amount.low, "request")
    if amount.high == inf:
        return f"{count(amount.low, 'request')} or more"
    mean = f" ({figure(amount.mean)} on average)" if amount.mean is not None else ""
    return f"{figure(amount.low)} to {count(amount.high, 'request')}{mean}"
