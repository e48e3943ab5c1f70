"""The diagnosis: what the rules find in the record of a run, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Literal, TypeAlias

from planrunner import units
from planrunner.engine.health.facts import Facts, facts
from planrunner.engine.health.record import History, Record
from planrunner.engine.health.rules import LATE, RULES, Rule, enough
from planrunner.engine.health.whole import WHOLE
from planrunner.metrics.tally import Totals
from planrunner.result import Finding, Health, Process, Result, Trust, pulses

Bad: TypeAlias = Literal["degraded", "untrusted"]

WORST_FIRST: tuple[Bad, ...] = ("untrusted", "degraded")

ORDER = (
    "own_failures",
    "lost",
    "frozen",
    "files",
    "throttled",
    "steal",
    "waiting",
    "cpu",
    "gc",
    "loop_lag",
    "generator_lag",
    "arrivals",
    "clock",
)
"""All findings, a cause before what may be its effect."""


def diagnose(result: Result, record: Record, totals: Totals, arriving: Collection[str]) -> Health:
    """Judge a run's generator; `arriving` names scenarios with arrivals."""
    histories = [record.processes[number] for number in sorted(record.processes)]
    findings = found(facts(result, totals, arriving), histories)
    processes = tuple(summed_up(history, result.processes) for history in histories)
    return Health(trust(findings, histories), findings, processes, pulses(record.course()))


def untrusted(health: Health) -> bool:
    """Whether the numbers of a run are not to be believed."""
    return health.trust == "untrusted"


def trust(findings: Collection[Finding], histories: Collection[History]) -> Trust:
    """Return the worst that was found; without vitals and findings nothing is known."""
    said = {finding.trust for finding in findings}
    good: Trust = "trusted" if histories else "not measured"
    return next((bad for bad in WORST_FIRST if bad in said), good)


def found(facts: Facts, histories: Collection[History]) -> tuple[Finding, ...]:
    """Apply all rules: what is worse comes first, then what is rather a cause than an effect."""
    findings = {finding.name: finding for finding in (*_whole(facts), *_each(facts, histories))}
    ordered = [findings[name] for name in ORDER if name in findings]
    return tuple(sorted(ordered, key=lambda finding: WORST_FIRST.index(finding.trust)))


def _whole(facts: Facts) -> Iterator[Finding]:
    for rule in WHOLE:
        finding = rule(facts)
        if finding:
            yield finding


def _each(facts: Facts, histories: Collection[History]) -> Iterator[Finding]:
    """Yield a finding for each rule at most: of the process that is worst off, and how many are like it."""
    for rule in RULES:
        seen = [(history, *judged(rule, facts, history)) for history in histories]
        ill = [(history, bad, level) for history, bad, level in seen if bad]
        if ill:
            worst, bad, level = min(
                ill, key=lambda one: (WORST_FIRST.index(one[1]), -one[0].of(rule.vital).most)
            )
            yield _finding(rule, bad, facts, worst, level, len(ill) - 1)


def judged(rule: Rule, facts: Facts, history: History) -> tuple[Bad | None, float]:
    """Return what a rule says of a process, and which level was reached."""
    levels = {"untrusted": rule.untrusted(facts, history), "degraded": rule.degraded(facts, history)}
    for bad in WORST_FIRST:
        if reached(rule, history, bad, levels[bad]):
            return bad, levels[bad]
    return None, 0.0


def reached(rule: Rule, history: History, bad: Bad, level: float) -> bool:
    """Whether a level counts as reached."""
    spread = history.of(rule.vital)
    match rule.how:
        case "often":
            return spread.reached(level) >= enough(spread.seconds)
        case "late":
            common = history.lags.reached(level) > LATE[bad] * history.lags.seconds
            return common and spread.reached(level) >= enough(spread.seconds)
        case "mean":
            return spread.mean >= level
        case "total":
            return spread.total >= level
        case _:  # once
            return spread.most >= level


def _finding(rule: Rule, bad: Bad, facts: Facts, history: History, level: float, others: int) -> Finding:
    spread, show = history.of(rule.vital), SHOWN[rule.unit]
    seen = rule.seen.format(
        most=show(spread.most),
        mean=show(spread.mean),
        total=show(spread.total),
        level=show(level),
        often=spread.reached(level),
        of=spread.seconds,
        limit=f"{history.most('most_files') or 0:.0f}",
        run=units.show_duration(facts.seconds),
    )
    also = f", {others} more of them also" if others else ""
    return Finding(rule.name, bad, seen + also, rule.fix, named(history.process, facts.processes))


def percent(value: float) -> str:
    """Write a share in whole percents, or as many digits as it takes."""
    return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"


def duration(seconds: float) -> str:
    """Write a duration with no more digits than anybody reads."""
    return units.show_duration(float(f"{seconds:.3g}"))


SHOWN: Mapping[str, Callable[[float], str]] = {
    "share": percent,
    "time": duration,
    "count": "{:.0f}".format,
}


def named(process: int, processes: int) -> str:
    """Name a process; the only one needs no name."""
    return f"agent {process + 1} of {processes}" if processes > 1 else ""


def summed_up(history: History, processes: int) -> Process:
    """Return what the result tells of a process."""

    def whole(name: str) -> int | None:
        most = history.most(name)
        return None if most is None else int(most)

    return Process(
        name=named(history.process, processes),
        seconds=history.seconds,
        cpu=history.most("cpu"),
        cpu_mean=history.mean("cpu"),
        waiting=history.most("waiting"),
        loop_lag=history.of("loop_lag").most,
        generator_lag=history.most("generator_lag"),
        frozen=history.of("frozen").total,
        gc_pause=history.of("gc_pause").most,
        switches=history.most("switches"),
        files=whole("files"),
        most_files=whole("most_files"),
        ports=whole("ports"),
        clock_step=history.of("clock_step").most,
        steal=history.mean("steal"),
        throttled=history.mean("throttled"),
        dropped=int(history.of("dropped").total),
        interrupted=int(history.of("interrupted").total),
    )
