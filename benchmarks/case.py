"""A case: who is measured in turn, and which figures come of a round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

from benchmarks.cores import Cores
from benchmarks.load import Load, Told, Tool
from benchmarks.processes import Order, Ran, run
from benchmarks.server import Served

Round: TypeAlias = Mapping[str, Mapping[str, float]]
"""What one round measured: by side, then by the name of the number."""

Unit: TypeAlias = Literal["times", "percent", "allowed", "milliseconds", "seconds", "megabytes", "count"]

GRACE = 45  # seconds beyond the planned ones after which a tool counts as hanging


class Stage(Struct, frozen=True):
    """What all cases find ready."""

    served: Served
    folder: Path
    cores: Cores
    tools: Mapping[str, Tool]  # those that are installed
    seconds: int = 4  # how long a run takes where the case does not say
    long: bool = False

    def measure(self, tool: str, load: Load, meanwhile: Callable[[], None] | None = None) -> tuple[Ran, Told]:
        """Let a tool make a load on the client's core."""
        chosen = self.tools[tool]
        assert chosen.can(load), f"{tool} cannot do all of {load.needs}"
        ran = self.run(chosen.command(load), load.ramp + load.seconds, meanwhile, chosen.accepted)
        return ran, chosen.read(ran, load)

    def run(
        self,
        command: list[str],
        seconds: float,
        meanwhile: Callable[[], None] | None = None,
        accepted: tuple[int, ...] = (0,),
    ) -> Ran:
        """Run a command on the client's core; all tools trust the server's certificate."""
        trust = {"SSL_CERT_FILE": str(self.served.authority)}
        return run(Order(command, self.cores.client, seconds + GRACE, trust, meanwhile, accepted))


class Side(Struct, frozen=True):
    """One of those who take turns; left out where its tool is not installed."""

    tool: str
    measure: Callable[[Stage], Mapping[str, float]]


class Figure(Struct, frozen=True):
    """A number of the table, computed of each round; None when the round has not got it."""

    what: str
    of: Callable[[Round], float | None]
    unit: Unit
    least: float | None = None  # what must be reached
    aim: float | None = None
    less: bool = False  # whether less is better

    def reaches(self, found: float, target: float) -> bool:
        """Whether a number is as good as a target."""
        return found <= target if self.less else found >= target


class Case(Struct, frozen=True):
    """A question to be answered by measuring; its name is what the command line calls it."""

    name: str
    title: str
    sides: Mapping[str, Side]
    figures: tuple[Figure, ...]
    linux: bool = False  # whether it needs Linux: timers of the kernel, or /proc
    connections: int = 0  # how many it holds open at the most
    takes_minutes: bool = False  # for the long form, and in one round


def loaded(tool: str, load: Callable[[Stage], Load]) -> Side:
    """Make the side of a tool that makes a load against nginx."""

    def measure(stage: Stage) -> dict[str, float]:
        return numbers(*stage.measure(tool, load(stage)))

    return Side(tool, measure)


def numbers(ran: Ran, told: Told) -> dict[str, float]:
    """Name all that is known of a run. Without /proc there is no memory to tell."""
    latency = {f"p{percent}": seconds for percent, seconds in told.latency.items()}
    memory = {"memory": float(ran.peak)} if ran.peak else {}
    return {"rate": told.rate, "core": ran.cpu / ran.seconds, **memory, **latency, **told.numbers}


def value(side: str, name: str) -> Callable[[Round], float | None]:
    """Pick a number of a round."""
    return lambda measured: measured.get(side, {}).get(name)


def share(side: str, other: str, name: str = "rate") -> Callable[[Round], float | None]:
    """Compare two sides of the same round: what slows a whole round down cancels out."""

    def of(measured: Round) -> float | None:
        mine, theirs = value(side, name)(measured), value(other, name)(measured)
        return mine / theirs if mine is not None and theirs else None

    return of
