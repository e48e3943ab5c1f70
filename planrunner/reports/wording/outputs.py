"""What is said of outputs: where the numbers went while the plan ran, and how many did not arrive."""

from __future__ import annotations

from planrunner.reports.wording.numbers import clip
from planrunner.result import Output, Result


def outputs(result: Result) -> list[str]:
    """Say of each output how many points it sent and lost, and what went wrong last."""
    return [f"{clip(one.kind)} {clip(one.address)}: {sent(one)}" for one in result.outputs]


def sent(output: Output) -> str:
    """Say how an output did."""
    told = f"{_points(output.sent)} sent"
    if output.lost:
        told += f", {output.lost:,} lost"
    elif output.error and output.sent:
        told += ", none lost"  # although something went wrong on the way
    return f"{told} ({clip(output.error, 200)})" if output.error else told


def undelivered(result: Result) -> bool:
    """Whether any output lost something."""
    return any(one.lost or (one.error and not one.sent) for one in result.outputs)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"
