"""What was measured: of the whole run, then, where all is asked for, of each scenario and group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.terminal.paint import TONES, Screen
from planrunner.reports.terminal.rows import LOSSES, blocks, check_rows, label_width, table
from planrunner.reports.wording import MARKS, clip
from planrunner.result import Check, Held, Metric, Result, Section, sections

ELSEWHERE = frozenset({"checks"})  # stands above the other metrics

PARTS = frozenset(  # k6's compact mode
    {
        "group_duration",
        "http_req_blocked",
        "http_req_connecting",
        "http_req_dns",
        "http_req_receiving",
        "http_req_sending",
        "http_req_tls_handshaking",
        "http_req_waiting",
    }
)

UNNAMED = "default"  # the scenario of a plan that names none

SAMPLES = 2  # failures shown of each check


def totals(result: Result, screen: Screen, *, full: bool) -> Iterator[str]:
    """Write all that was measured."""
    parts = list(sections(result, scenarios=_names_scenarios(result))) if full else []
    shown = _shown(result.metrics, full=full)
    yield from ("  █ TOTAL RESULTS", "")
    yield from _results(result, result.metrics, shown, list(_checks(result.checks, screen)), screen)
    if not shown:
        yield from ("    nothing was measured", "")
    more = [metric for part in parts for metric in _shown(part.metrics, full=True)]
    few = (name for metric in (*shown, *more) for name in result.summary.stats if name in metric.few)
    for why in (*wording.doubtful(result, few, more), *wording.warm_ups(result)):
        yield from (f"    {why}", "")
    for part in parts:
        yield from _part(result, part, screen)


def _names_scenarios(result: Result) -> bool:
    """Whether scenarios tell more than the totals; k6 leaves out the one that nobody named, too."""
    return [scenario.name for scenario in result.scenarios] != [UNNAMED]


def _shown(metrics: Iterable[Metric], *, full: bool) -> list[Metric]:
    hidden = ELSEWHERE if full else ELSEWHERE | PARTS
    return [metric for metric in metrics if metric.name not in hidden and not _lost_none(metric)]


def _lost_none(metric: Metric) -> bool:
    return metric.name in LOSSES and not metric.values.get("count")  # no loss, no line


def _results(
    result: Result, metrics: Iterable[Metric], shown: Iterable[Metric], said: Sequence[str], screen: Screen
) -> Iterator[str]:
    """Write the numbers of checks, what is `said` of each, and a block of rows for each kind of metrics."""
    whole = next((metric for metric in metrics if metric.name == "checks" and not metric.selector), None)
    checks, kinds = check_rows(whole, result.span), blocks(shown, result.summary.stats)
    rows = [row for block in kinds.values() for row in block]
    width = label_width([*checks, *rows])
    if checks:
        yield from (*table(checks, checks, width, screen), "")
    if said:
        yield from (*said, "")
    for name, block in kinds.items():
        yield from (f"    {name}", *table(block, rows, width, screen), "")


def _part(result: Result, part: Section, screen: Screen) -> Iterator[str]:
    """Write a scenario, or a group, which stands below its scenario or the totals."""
    shown = _shown(part.metrics, full=True)
    inner = screen.within(2) if part.group else screen
    lines = list(_results(result, part.metrics, shown, list(_held(part.checks, inner)), inner))
    if part.unknown:
        names = ", ".join(clip(name) for name in part.unknown)
        lines += [f"    not known, since the file would be too large: {names}", ""]
    if part.group:
        yield from (f"    ↳ GROUP: {clip(part.group)}", "")
        yield from (f"  {line}" if line else "" for line in lines)
    else:
        yield from (f"  █ SCENARIO: {clip(part.scenario)}", "", *lines)


def _held(checks: Iterable[Held], screen: Screen) -> Iterator[str]:
    """Write the checks of a part; how they failed stands with the totals."""
    for check in checks:
        verdict = "failed" if check.fails else "passed"
        yield f"    {screen.paint(TONES[verdict], MARKS[verdict])} {clip(check.name)}"
        if check.fails:
            yield f"      {screen.paint('red', _counts(check))}"


def _checks(checks: Sequence[Check], screen: Screen) -> Iterator[str]:
    names = Counter(c.name for c in checks)
    steps = Counter((c.name, c.step) for c in checks)
    for check in checks:
        verdict = "failed" if check.fails else "passed"
        scenario = f"{clip(check.scenario)}, " if steps[check.name, check.step] > 1 else ""
        which = screen.paint("dim", f" ({scenario}{clip(check.step)})") if names[check.name] > 1 else ""
        yield f"    {screen.paint(TONES[verdict], MARKS[verdict])} {clip(check.name)}{which}"
        if check.fails:
            yield from _failures(check, screen)


def _counts(check: Check | Held) -> str:
    share = 100 * check.passes // (check.passes + check.fails)
    return f"↳  {share}% — ✓ {check.passes} / ✗ {check.fails}"


def _failures(check: Check, screen: Screen) -> Iterator[str]:
    paint = screen.paint
    yield f"      {paint('red', _counts(check))}  {paint('dim', wording.place(check.file, check.line))}"
    for sample in check.samples[:SAMPLES]:
        yield f"         at {units.show_duration(sample.at)}: {clip(sample.complaint)}"
        yield from (f"           {paint('dim', clip(line, 240))}" for line in wording.exchanged(sample))
