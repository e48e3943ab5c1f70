"""What warm-ups leave out of a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner.engine.verdict.frame import Scene
from planrunner.metrics.series import Counter, Rate
from planrunner.metrics.tally import Totals
from planrunner.result import WarmUp


def warm_ups(scenes: Sequence[Scene], warm: Totals, seconds: float) -> Iterator[WarmUp]:
    """Yield for each scenario that warmed up in a run of so many seconds when, and how much was left out."""
    requests, iterations = _counts(warm, "http_reqs"), _counts(warm, "iterations")
    failed = {
        name: sink.passes
        for (name,), sink in warm.group("http_req_failed", ("scenario",)).items()
        if isinstance(sink, Rate)
    }
    for scene in scenes:
        name, begin = scene.name, scene.start
        if scene.warm_up and begin < seconds:
            end = begin + scene.warm_up
            counts = (each.get(name, 0) for each in (iterations, requests, failed))
            yield WarmUp(name, begin, end, *counts)


def _counts(warm: Totals, metric: str) -> dict[str, int]:
    groups = warm.group(metric, ("scenario",)).items()
    return {name: int(sink.value) for (name,), sink in groups if isinstance(sink, Counter)}
