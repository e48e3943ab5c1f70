"""Results that hold what a test is about, and nothing else."""

import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from planrunner.metrics.series import Key, Sink
from planrunner.result import PlanInfo, Result, Timeline
from planrunner.result.series import series


def empty() -> Result:
    """Return a result of a run in which nothing happened."""
    return Result(
        format=2,
        planrunner="0",
        plan=PlanInfo("", "", "", ""),
        target="",
        started="",
        duration=1.0,
        verdict="passed",
        judged=False,
        exit_code=0,
        stopped="",
        scenarios=(),
        metrics=(),
        thresholds=(),
        checks=(),
        requests=(),
        errors=(),
        timeline=Timeline(),
    )


def of(sinks: Mapping[Key, Sink]) -> Result:
    """Return a result that has these series."""
    return replace(empty(), series=series(sinks.items()))


def zipped(content: bytes) -> str:
    """Write bytes as those of buckets are."""
    return b64encode(zlib.compress(content)).decode()
