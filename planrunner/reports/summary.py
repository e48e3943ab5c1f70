"""The end-of-test summary for the terminal, in the layout of k6 2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.fit import broken, fitted, room
from planrunner.reports.wording import MARKS, clip
from planrunner.result import Capacity, Check, Error, Metric, Result, Threshold

Paint: TypeAlias = Callable[[str, str], str]  # (colour, text) -> text

COLORS: Mapping[str, str] = {"green": "\x1b[32m", "red": "\x1b[31m", "yellow": "\x1b[33m", "dim": "\x1b[2m"}

TONES: Mapping[str, str] = {
    "passed": "green",
    "failed": "red",
    "no data": "yellow",
    "interrupted": "yellow",
    "unjudged": "yellow",
}

SECTIONS = ("CUSTOM", "HTTP", "EXECUTION", "NETWORK")
LOSSES = ("aborted_iterations", "dropped_iterations", "errors", "http_retries", "interrupted_iterations")
EXECUTION = (
    "iteration_duration",
    "iteration_response_time",
    "iterations",
    "generator_lag",
    "vus",
    "vus_max",
    *LOSSES,
)
HIDDEN = (  # k6's compact mode, and what the result says elsewhere
    "checks",
    "group_duration",
    "http_req_blocked",
    "http_req_connecting",
    "http_req_dns",
    "http_req_receiving",
    "http_req_sending",
    "http_req_tls_handshaking",
    "http_req_waiting",
)
STATISTICS = ("avg", "min", "med", "max", "p(90)", "p(95)")

MOST_ERRORS = 10  # more kinds than that are one problem seen from many sides
SAMPLES = 2  # failures shown of each check


@dataclass(frozen=True, slots=True)
class Row:
    """A line of totals: its label, and cells that are aligned with those of other rows of its shape."""

    label: str
    shape: str
    cells: tuple[str, ...]


def summary(result: Result, *, color: bool, width: int = 0) -> str:
    """Write what is printed when a run has ended; the last line is the verdict in one sentence.

    Lines are broken where the terminal has only so many columns; 0: a file has no end of them.
    """
    paint = _ansi if color else _plain
    outcome = wording.outcome(result)
    lines = [
        *_capacity(result.capacity, paint),
        *_thresholds(result, paint),
        *_totals(result, paint, width),
        *_errors(result.errors, paint),
        *_losses(result, paint),
        *_trust(result, paint),
        *_left_out(result, paint),
        f"  {paint(TONES[outcome], f'{MARKS[outcome]} {wording.verdict(result)}')}",
    ]
    return "\n".join(fitted(lines, width)) + "\n"


def _ansi(color: str, text: str) -> str:
    return f"{COLORS[color]}{text}\x1b[0m"


def _plain(_: str, text: str) -> str:
    return text


def _capacity(found: Capacity | None, paint: Paint) -> Iterator[str]:
    if found is None or not found.levels:
        return
    yield from ("  █ CAPACITY", "")
    rows = wording.level_rows(found)
    widths = [
        max(map(len, column)) for column in zip(wording.HEAD, *(cells for _, cells in rows), strict=True)
    ]
    yield paint("dim", f"      {_aligned(wording.HEAD, widths)}")
    for level, cells in rows:
        verdict = wording.VERDICTS[level.verdict]
        yield f"    {paint(TONES[verdict], MARKS[verdict])} {_aligned(cells, widths)}"
    yield from ("", f"    {wording.judged_at(found)}", "")


def _aligned(cells: Iterable[str], widths: Iterable[int]) -> str:
    """Write the cells of a row, the numbers to the right, what is said to the left."""
    *numbers, said = cells
    return "  ".join([*(f"{cell:>{width}}" for cell, width in zip(numbers, widths, strict=False)), said])


def _thresholds(result: Result, paint: Paint) -> Iterator[str]:
    if not (result.thresholds or result.skipped):
        return
    yield from ("  █ THRESHOLDS", "")
    for metric, limits in groupby(result.thresholds, key=lambda t: t.metric):
        yield f"    {clip(metric)}"
        for limit in limits:
            yield f"    {_limit(limit, paint)}"
        yield ""
    complaints = [_complaint(t, paint) for t in result.thresholds if t.verdict != "passed"]
    yield from complaints
    for one in result.skipped:
        name = f"{clip(one.metric)} {clip(one.expression)}"
        where = paint("dim", wording.place(one.file, one.line))
        yield f"    {where}  {name}: skipped, {clip(one.reason)}"
    if complaints or result.skipped:
        yield ""


def _limit(limit: Threshold, paint: Paint) -> str:
    mark = paint(TONES[limit.verdict], MARKS[limit.verdict])
    told = wording.measured(limit)
    if limit.verdict == "no data":
        return f"{mark} '{clip(limit.expression)}' {told}"
    notes = [clip(limit.reason)] * limit.censored + wording.notes(limit)
    why = f" ({'; '.join(notes)})" if notes else ""
    return f"{mark} '{clip(limit.expression)}' {wording.equation(clip(limit.aggregate), told)}{why}"


def _complaint(limit: Threshold, paint: Paint) -> str:
    where = paint("dim", wording.place(limit.file, limit.line))
    name = f"{clip(limit.metric)} {clip(limit.expression)}"
    told = wording.measured(limit)
    if limit.verdict == "no data":
        return f"    {where}  {name}: {paint('yellow', told)}"
    stopped = ", stopped the run" if limit.aborted else ""
    return f"    {where}  {name}: measured {paint('red', told)}, {wording.difference(limit)}{stopped}"


def _totals(result: Result, paint: Paint, columns: int) -> Iterator[str]:
    sections = _sections(result)
    checks = _check_rows(result)
    rows = [row for section in sections.values() for row in section]
    width = max((len(row.label) for row in [*checks, *rows]), default=0) + 3
    yield from ("  █ TOTAL RESULTS", "")
    yield from _table(checks, checks, width, paint, columns)
    if checks:
        yield ""
    yield from _checks(result.checks, paint)
    if not sections:
        yield from ("    nothing was measured", "")
    for name, section in sections.items():
        yield f"    {name}"
        yield from _table(section, rows, width, paint, columns)
        yield ""
    few = (name for m in result.metrics if m.name not in HIDDEN for name in STATISTICS if name in m.few)
    for why in (*wording.doubtful(result, few), *wording.warm_ups(result)):
        yield from (f"    {why}", "")


def _table(rows: Iterable[Row], peers: list[Row], width: int, paint: Paint, columns: int) -> Iterator[str]:
    """Write rows, their cells aligned to all their peers of the same shape, broken where there is no room."""
    for row in rows:
        alike = [peer.cells for peer in peers if peer.shape == row.shape]
        widths = [max(len(c[i]) for c in alike if i < len(c)) for i in range(len(row.cells))]
        cells = " ".join(cell.ljust(size) for cell, size in zip(row.cells, widths, strict=True))
        dots = paint("dim", "." * (width - len(row.label)))
        line = f"    {row.label}{dots}: {cells.rstrip()}"
        indent = len(line) - len(line.lstrip(" "))
        hang = 4 + width + 2 - indent
        yield from broken(line, columns, hang) if columns and room(line) > columns else [line]


def _sections(result: Result) -> dict[str, list[Row]]:
    """Sort the metrics into sections, custom ones first; empty sections are left out."""
    found: dict[str, list[Row]] = {name: [] for name in SECTIONS}
    for metric in sorted(result.metrics, key=lambda m: (m.name, m.selector)):
        lost_none = metric.name in LOSSES and not metric.values.get("count")  # no loss, no line
        if metric.name not in HIDDEN and not lost_none:
            found[_section(metric.name)].append(_row(metric))
    return {name: rows for name, rows in found.items() if rows}


def _section(name: str) -> str:
    if name.startswith("http_"):
        return "HTTP"
    if name in EXECUTION:
        return "EXECUTION"
    return "NETWORK" if name in {"data_received", "data_sent"} else "CUSTOM"


def _row(metric: Metric) -> Row:
    label = f"  {{ {clip(metric.selector, 60)} }}" if metric.selector else clip(metric.name)
    shown = wording.values(metric)
    if metric.type == "trend":
        return Row(label, "trend", tuple(wording.equation(s, shown[s]) for s in STATISTICS if s in shown))
    if metric.type == "rate":
        return Row(label, "plain", (shown["rate"], _out_of(metric.values["passes"], metric.values["fails"])))
    if metric.type == "gauge":
        return Row(label, "plain", (shown["value"], f"min={shown['min']}", f"max={shown['max']}"))
    return Row(label, "plain", (shown["count"], shown["rate"]))


def _out_of(part: float, rest: float) -> str:
    return f"{part:.0f} out of {part + rest:.0f}"


def _check_rows(result: Result) -> list[Row]:
    checks = result.metric("checks")
    if checks is None:
        return []
    passes, fails = checks.values["passes"], checks.values["fails"]
    total = passes + fails
    rate = units.show_rate(_rate(total, result.duration))
    return [
        Row("checks_total", "plain", (f"{total:.0f}", rate)),
        Row("checks_succeeded", "plain", (_part(passes, total), _out_of(passes, fails))),
        Row("checks_failed", "plain", (_part(fails, total), _out_of(fails, passes))),
    ]


def _rate(count: float, seconds: float) -> float:
    return count / seconds if seconds else 0.0


def _part(part: float, total: float) -> str:
    return wording.show_share(part / total if total else 0.0)


def _checks(checks: tuple[Check, ...], paint: Paint) -> Iterator[str]:
    names = Counter(c.name for c in checks)
    steps = Counter((c.name, c.step) for c in checks)
    for check in checks:
        verdict = "failed" if check.fails else "passed"
        scenario = f"{clip(check.scenario)}, " if steps[check.name, check.step] > 1 else ""
        which = paint("dim", f" ({scenario}{clip(check.step)})") if names[check.name] > 1 else ""
        yield f"    {paint(TONES[verdict], MARKS[verdict])} {clip(check.name)}{which}"
        if check.fails:
            yield from _failures(check, paint)
    if checks:
        yield ""


def _failures(check: Check, paint: Paint) -> Iterator[str]:
    share = 100 * check.passes // (check.passes + check.fails)
    counts = f"↳  {share}% — ✓ {check.passes} / ✗ {check.fails}"
    yield f"      {paint('red', counts)}  {paint('dim', wording.place(check.file, check.line))}"
    for sample in check.samples[:SAMPLES]:
        yield f"         at {units.show_duration(sample.at)}: {clip(sample.complaint)}"
        yield from (f"           {paint('dim', clip(line, 240))}" for line in wording.exchanged(sample))


def _errors(errors: tuple[Error, ...], paint: Paint) -> Iterator[str]:
    if not errors:
        return
    yield from ("  █ ERRORS", "")
    for error in wording.frequent(errors)[:MOST_ERRORS]:
        facts = [f"code {error.code}"] * bool(error.code) + [f"status {error.status}"] * bool(error.status)
        told = f" ({', '.join(facts)})" if facts else ""
        yield f"    {paint('red', f'✗ {error.count} ×')} {clip(wording.told(error))}"  # noqa: RUF001 - times
        yield f"      {clip(error.request)}{paint('dim', told)}"
        if first := wording.seen(error):
            yield f"      {paint('dim', clip(first, 240))}"
        if error.fix:
            yield f"      → {clip(error.fix, 240)}"
    if len(errors) > MOST_ERRORS:
        yield f"    and {len(errors) - MOST_ERRORS} more kinds"
    yield ""


def _losses(result: Result, paint: Paint) -> Iterator[str]:
    if result.lost:
        yield from ("  █ LOST AGENTS", "")
        yield from (f"    {paint('red', MARKS['failed'])} {told}" for told in wording.losses(result))
        yield ""


def _trust(result: Result, paint: Paint) -> Iterator[str]:
    """Say of the generator what is wrong with it, or in one line that nothing is."""
    health = result.health
    if not health.findings:
        if answer := wording.trust(result):
            yield f"  {paint('dim', f'trust the numbers? {answer}')}"
        return
    yield from ("  █ CAN I TRUST THIS?", "")
    for finding in health.findings:
        bad = finding.trust == "untrusted"
        mark = paint("red" if bad else "yellow", MARKS["failed" if bad else "interrupted"])
        yield f"    {mark} {clip(wording.found(finding), 240)}"
        yield f"      → {clip(finding.fix, 240)}"
    yield ""


def _left_out(result: Result, paint: Paint) -> Iterator[str]:
    if result.left_out:
        yield from ("  █ LEFT OUT, so that the result is not too large", "")
        yield from (f"    {paint('dim', told)}" for told in wording.left_out(result))
        yield ""
