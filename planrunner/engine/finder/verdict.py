"""The verdict on one level of a search: whether the target bears it, or whether nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from planrunner import units
from planrunner.engine.finder.window import Window
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.thresholds import told as threshold_told
from planrunner.metrics.series import Counter
from planrunner.metrics.threshold.judge import Judgement
from planrunner.pacing.levels import Level
from planrunner.protocols import speaker
from planrunner.result import CapacityLevel, Found, SearchEnd, Threshold

LATE = 0.1  # seconds by which one iteration in twenty may begin too late, before we measure ourselves
LOST = 0.01  # of the iterations or requests: what is lost on our side up to it changes no verdict


class Verdict(Struct, frozen=True):
    """How a level went; `ends` is what that makes of the search, empty when it goes on."""

    found: Found
    broken: tuple[Threshold, ...] = ()
    reason: str = ""
    ends: SearchEnd | None = None


def decide(window: Window, scenario: str) -> Verdict:
    """Judge a level by the thresholds.

    What this machine could not do is no news of the target, so it comes first. Dropped iterations come after
    the thresholds: when the target gets slow all VUs are busy with it, and that it is too slow is known then.
    """
    if ours := next(_own_faults(window, scenario), ""):
        return Verdict("inconclusive", reason=ours, ends="generator")
    judged = window.verdicts()
    broken = tuple(threshold_told([one for one in judged if one[1].verdict == "failed"], window.metrics))
    if broken:
        return Verdict("bad", broken)
    if window.busy and not window.number("http_reqs", scenario):
        return Verdict("bad", reason="no request was answered")
    if dropped := _dropped(window, scenario):
        return Verdict("inconclusive", reason=dropped, ends="generator")
    if missing := next(_without_data(judged), ""):
        return Verdict("inconclusive", reason=missing, ends="no data")
    return Verdict("good")


def told(level: Level, window: Window, scenario: str, verdict: Verdict) -> CapacityLevel:
    """Return a level as the result has it."""
    p50, p95, p99 = window.times("http_req_duration", scenario)
    ended = window.number("iterations", scenario)
    return CapacityLevel(
        level=level.value,
        at=level.begin,
        seconds=window.seconds,
        verdict=verdict.found,
        rate=ended / window.seconds if window.seconds else 0.0,
        p50=p50,
        p95=p95,
        p99=p99,
        failed=window.share("http_req_failed", scenario),
        dropped=window.number("dropped_iterations", scenario),
        broken=verdict.broken,
        reason=verdict.reason,
    )


def _own_faults(window: Window, scenario: str) -> Iterator[str]:
    """Yield what this machine could not do."""
    _, late, _ = window.times("generator_lag", scenario)
    if late is not None and late > LATE:
        yield f"this machine is too slow: one iteration in twenty began {units.show_duration(late)} late"
    fault = speaker(SPOKEN).fault
    sent = failed = 0.0
    for (code,), sink in window.totals.group("http_reqs", ("error_code",)).items():
        count = sink.value if isinstance(sink, Counter) else 0.0
        sent += count
        failed += count if code and fault(int(code)).ours else 0.0
    if failed > LOST * sent:
        yield f"this machine could not send {failed:.0f} of {sent:.0f} requests"


def _dropped(window: Window, scenario: str) -> str:
    dropped, done = (window.number(name, scenario) for name in ("dropped_iterations", "iterations"))
    if dropped <= LOST * (dropped + done):
        return ""
    return f"{dropped} of {dropped + done} iterations found no free VU (raise `max_vus`)"


def _without_data(judged: Sequence[tuple[Limit, Judgement]]) -> Iterator[str]:
    for limit, said in judged:
        if said.verdict == "no data":
            yield f"{limit.metric} {limit.text} has no data: {said.reason}"
