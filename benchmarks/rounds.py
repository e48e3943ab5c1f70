"""The runner: round after round, all sides of a case in turn, so that a slow minute slows all of them."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.case import Case, Figure, Round, Side, Stage
from benchmarks.processes import BadRunError

SPARE = 200  # files that a process needs beside its connections


class Measured(Struct, frozen=True):
    """A case that was measured; a side that failed is missing in that round."""

    case: Case
    rounds: Sequence[Round]

    def values(self, figure: Figure) -> list[float]:
        """Compute a figure of each round that has it."""
        return [found for each in self.rounds if (found := figure.of(each)) is not None]

    def numbers(self, side: str, name: str) -> list[float]:
        """List what was measured of a side, round by round."""
        return [each[side][name] for each in self.rounds if name in each.get(side, {})]


def unable(case: Case, stage: Stage) -> str:
    """Say why a case cannot be measured here, or nothing."""
    if case.linux and sys.platform != "linux":
        return "it needs Linux"
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if case.connections + SPARE > files:
        return f"it needs {case.connections + SPARE:,} open files, and {files:,} are allowed (ulimit -n)"
    if not any(side.tool in stage.tools for side in case.sides.values()):
        return "none of its tools is installed"
    return ""


def measure(case: Case, stage: Stage, rounds: int, say: Callable[[str], None]) -> Measured:
    """Measure a case; each run is told as soon as it has ended."""
    made: list[Round] = []
    for number in range(1, rounds + 1):
        found = {}
        for name, side in case.sides.items():
            if side.tool not in stage.tools:
                continue
            try:
                found[name] = alone(side, stage)
            except BadRunError as error:
                say(f"  round {number}: {name}: left out: {error}")
            else:
                say(f"  round {number}: {name}: {told(found[name])}")
        made.append(found)
    return Measured(case, made)


def alone(side: Side, stage: Stage) -> dict[str, float]:
    """Measure one side in a folder of its own: no run can be taken for another's."""
    with TemporaryDirectory(dir=stage.folder) as folder:
        return dict(side.measure(replace(stage, folder=Path(folder))))


def told(numbers: dict[str, float]) -> str:
    """Write all numbers of a run on a line."""
    return ", ".join(f"{name} {number:,.6g}" for name, number in numbers.items())
