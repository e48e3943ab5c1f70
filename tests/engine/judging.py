"""A judge for some thresholds of a small plan, and snapshots for it."""

from collections.abc import Sequence

from running import checked_plan
from snapshots import second, snapshot

from planrunner.engine.verdict.baseline import Baselines
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import open_load
from planrunner.metrics.threshold.judge import Judgement

PLAN = """name: lab
target: http://h
endpoints:
  a: {get: /a}
  b: {get: /b}
scenarios:
  x: {load: {rate: 1/s, duration: 30s}, steps: [{request: a}, {request: b}]}
  y: {load: {vus: 1, duration: 30s}, steps: [{request: a}]}
thresholds:
"""

Request = tuple[str, str, float, bool]
Requests = Sequence[Request]


def judge_of(thresholds: str, baselines: Baselines | None = None) -> Judge:
    """Make the judge of some thresholds, a line each."""
    lines = "".join(f"  {line}\n" for line in thresholds.splitlines())
    checked = checked_plan(PLAN + lines)
    return Judge(checked.limits, checked.program.metrics, open_load(checked.program), baselines)


def judged(
    thresholds: str, seconds: Sequence[Requests], baselines: Baselines | None = None
) -> list[Judgement]:
    """Judge seconds of requests."""
    judge = judge_of(thresholds, baselines)
    for number, requests in enumerate(seconds):
        judge.take(snapshot(number, second(requests)))
    return [judgement for _, judgement in judge.verdicts(float(len(seconds)))]


def request(
    seconds: float = 0.125, endpoint: str = "a", scenario: str = "x", *, failed: bool = False
) -> Request:
    """Describe a request."""
    return endpoint, scenario, seconds, failed
