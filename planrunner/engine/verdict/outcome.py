"""From the totals of a run to its result: every number that a report may show."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

from planrunner import __version__, result
from planrunner.engine.health.diagnosis import diagnose
from planrunner.engine.health.record import Record
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.program.compile_beside import Asked
from planrunner.engine.verdict.failing import failures
from planrunner.engine.verdict.frame import Frame
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.masking import masked
from planrunner.engine.verdict.metrics import metrics
from planrunner.engine.verdict.phases import phases
from planrunner.engine.verdict.thresholds import told
from planrunner.engine.verdict.warm_up import warm_ups
from planrunner.errors import PRECEDENCE, Exit
from planrunner.metrics.hidden import among, by_scenario
from planrunner.metrics.series import Counter, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Complaint, Totals
from planrunner.metrics.threshold.judge import Judgement
from planrunner.protocols import speaker
from planrunner.result import Result
from planrunner.result.series import series
from planrunner.values.mask import Mask

PLACES = ("med", "p90", "p95", "p99", "max")
"""The values of a row of requests that may be lower bounds, or of too few samples."""

STOPPED: Mapping[result.Stopped, Exit] = {
    "interrupted": Exit.INTERRUPTED,
    "killed": Exit.INTERRUPTED,
    "plan": Exit.STOPPED,
    "preflight": Exit.NOT_READY,
    "setup": Exit.SETUP_FAILED,
    "setup timeout": Exit.SETUP_TIMEOUT,
}
"""The exit codes of runs that ended before their time; what a threshold stopped has that of thresholds."""

NEVER_RAN = ("preflight", "setup", "setup timeout")
"""How runs ended of which no scenario began."""

UNSUCCESSFUL = ("killed", "plan", *NEVER_RAN)
"""How runs ended that failed, whatever their thresholds say."""


Compare: TypeAlias = Callable[[Result], result.Comparison | None]
"""Holds a result that was not judged yet against others; None where there is nothing to hold it against."""


class Ended(Struct, frozen=True):
    """How a run came to its end."""

    stopped: result.Stopped = ""
    aborted: tuple[Limit, Judgement] | None = None  # the threshold that stopped it, and what it said then
    reason: str = ""
    late: bool = False  # teardown took too long
    processes: int = 1  # that shared the load
    lost: Sequence[result.Lost] = ()
    incomplete: bool = False  # an agent was lost without which it was not to go on
    capacity: result.Capacity | None = None  # what a search found
    compare: Compare | None = None


class Measured(Struct, frozen=True):
    """What a run has measured."""

    totals: Totals
    warm: Totals  # what was left out of them, as it was warm-up
    complaints: Sequence[Complaint]
    timeline: result.Timeline
    verdicts: Sequence[tuple[Limit, Judgement]]
    record: Record
    seconds: float  # that the load took
    counted: float  # of these seconds, without warm-ups


def conclude(
    frame: Frame,
    measured: Measured,
    ended: Ended,
    mask: Mask,
    judged: Sequence[result.Threshold] | None = None,
) -> Result:
    """Put a result together; secrets are masked in every text of it.

    `judged` are the thresholds where they were judged before, and not by `measured`.
    """
    fresh = told(measured.verdicts, frame.metrics, ended.aborted)
    made = _unjudged(frame, measured, ended, tuple(fresh if judged is None else judged))
    # What a search drops is what it was looking for, and judged level by level.
    planned = set() if ended.capacity else frame.arriving
    health = diagnose(made, measured.record, measured.totals, planned)
    # As it will be read from its file, in which 1 is a float where the format says so.
    safe = msgspec.convert(
        msgspec.to_builtins(masked(dataclasses.replace(made, health=health), mask)), Result
    )
    whole = dataclasses.replace(safe, series=series(measured.totals.sinks.items(), mask))
    compared = masked(ended.compare(whole), mask) if ended.compare else _compared(frame, whole)
    return _judged(dataclasses.replace(whole, comparison=compared), ended)


def _compared(frame: Frame, made: Result) -> result.Comparison | None:
    """Hold the run against its baseline, if it has one and came so far; earlier results are masked, too."""
    if frame.baselines is None or made.stopped in NEVER_RAN or made.capacity:
        return None
    return frame.baselines.against(made)


def _unjudged(
    frame: Frame, measured: Measured, ended: Ended, thresholds: tuple[result.Threshold, ...]
) -> Result:
    """Put together what was measured, as a run that passed until something says otherwise."""
    totals, seconds = measured.totals, measured.counted
    limits = [limit for limit, _ in measured.verdicts]
    return Result(
        format=2,
        planrunner=__version__,
        plan=frame.plan,
        target=frame.target,
        started=frame.started,
        duration=measured.seconds,
        verdict="passed",
        judged=bool(thresholds or set(frame.fail_on) - {"thresholds"}),
        exit_code=Exit.PASSED,
        stopped=ended.stopped,
        reason=ended.reason,
        scenarios=tuple(scene.info for scene in frame.scenes),
        metrics=tuple(metrics(limits, totals, seconds, frame)),
        thresholds=thresholds,
        checks=tuple(_checks(frame.asked, measured)),
        requests=tuple(_requests(totals, seconds, frame.arriving)),
        errors=tuple(errors(totals, measured.complaints)),
        timeline=measured.timeline,
        processes=ended.processes,
        lost=tuple(ended.lost),
        measured=seconds,
        phases=tuple(phases(frame.scenes, measured.seconds)),
        warm_up=tuple(warm_ups(frame.scenes, measured.warm, measured.seconds)),
        fail_on=frame.fail_on,
        unjudged=frame.unjudged,
        environment=frame.environment,
        skipped=frame.skipped,
        summary=frame.summary,
        capacity=ended.capacity,
    )


def _nothing_held(made: Result) -> bool:
    """Whether a search found no level that the target bears, although nobody interrupted it."""
    return made.capacity is not None and made.capacity.last_good is None and made.stopped != "interrupted"


def _judged(made: Result, ended: Ended) -> Result:
    """Say whether the run failed, of what, and with which exit code."""
    broken = failures(made)
    if _nothing_held(made):
        broken.append((Exit.THRESHOLDS, ""))
    failed = bool(broken) or ended.late or ended.incomplete or ended.stopped in UNSUCCESSFUL
    holds = {Exit.PASSED, STOPPED.get(ended.stopped, Exit.PASSED)}
    if ended.stopped not in NEVER_RAN:  # thresholds without data are no news then
        holds.update(code for code, _ in broken)
    if ended.late:
        holds.add(Exit.TEARDOWN_TIMEOUT)
    if ended.incomplete:
        holds.add(Exit.AGENT_LOST)
    return dataclasses.replace(
        made,
        verdict="failed" if failed else "passed",
        exit_code=next(code for code in PRECEDENCE if code in holds),
        failures=tuple(told for _, told in broken if told),
    )


def _checks(asked: Sequence[Asked], measured: Measured) -> Iterator[result.Check]:
    for number, question in enumerate(asked):
        rate = measured.totals.sinks.get(question.key)
        if isinstance(rate, Rate):
            seen = sorted((c for c in measured.complaints if c.check == number), key=lambda c: c.at)
            yield result.Check(
                name=question.name,
                scenario=question.scenario,
                step=question.step,
                passes=rate.passes,
                fails=rate.fails,
                samples=tuple(result.CheckSample(c.at, c.text, c.request, c.reply) for c in seen),
                file=question.place.file,
                line=question.place.line,
            )


def _requests(totals: Totals, seconds: float, arriving: Collection[str]) -> Iterator[result.Request]:
    """Yield a row for each name and method, the most frequent first."""
    names, known = ("name", "method"), by_scenario(totals, arriving)
    places = list(totals.group("http_reqs", (*names, "scenario")))
    failed, trends = totals.group("http_req_failed", names), totals.group("http_req_duration", names)
    rows = [(_number(sink), row) for row, sink in totals.group("http_reqs", names).items()]
    for count, row in sorted(rows, key=lambda pair: (-pair[0], pair[1])):
        rate, trend = failed.get(row), trends.get(row)
        unknown = among(known, {scenario for *where, scenario in places if tuple(where) == row})
        held = trend.histogram if isinstance(trend, Trend) else None
        med, p90, p95, p99 = (held.quantile(q) if held else None for q in (0.5, 0.9, 0.95, 0.99))
        yield result.Request(
            name=row[0],
            method=row[1],
            count=count,
            failed=rate.passes if isinstance(rate, Rate) else 0,
            rate=count / seconds if seconds else 0.0,
            replies=held.count if held else 0,
            avg=held.mean if held else None,
            min=held.min if held else None,
            med=med,
            p90=p90,
            p95=p95,
            p99=p99,
            max=held.max if held else None,
            censored=unknown.bounds(PLACES) if held else (),
            few=result.few(PLACES, held.count) if held else (),
        )


KIND = ("error_code", "error", "name", "status", "expected_response")
"""The tags that tell one kind of failed request from another."""


def errors(totals: Totals, complaints: Sequence[Complaint]) -> Iterator[result.Error]:
    """Yield what failed, the most frequent first: no reply, unexpected status, values that were not there."""
    seen, fault = _first_seen(complaints), speaker(SPOKEN).fault
    found = [
        (_number(sink), int(code or 0), error, name, int(status or 0))
        for (code, error, name, status, expected), sink in totals.group("http_reqs", KIND).items()
        if expected == "false"
    ]
    unsent = totals.group("errors", ("error", "name"))
    found += [(_number(sink), 0, error, name, 0) for (error, name), sink in unsent.items() if error]
    for count, code, error, name, status in sorted(found, key=lambda row: (-row[0], row[1:])):
        known = fault(code) if code else None
        message = error or (known.message if known else f"unexpected HTTP status {status}")
        ours = known is not None and known.ours
        first = seen.get((code, error, name, status))
        at, sample = (first.at, first.text) if first else (None, "")
        yield result.Error(code, message, name, status, count, known.fix if known else "", ours, at, sample)


def _first_seen(complaints: Sequence[Complaint]) -> dict[tuple[int, str, str, int], Complaint]:
    """Find the first failed request of each kind."""
    found: dict[tuple[int, str, str, int], Complaint] = {}
    for complaint in sorted(complaints, key=lambda complaint: complaint.at):
        if isinstance(complaint.check, Key):
            tags = dict(complaint.check.tags)
            status = int(tags.get("status", 0))
            kind = int(tags.get("error_code", 0)), tags.get("error", ""), tags["name"], status
            found.setdefault(kind, complaint)
    return found


def _number(sink: Sink) -> int:
    return int(sink.value) if isinstance(sink, Counter) else 0
