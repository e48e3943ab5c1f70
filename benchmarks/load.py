"""What a load generator is asked to do, and what it says it did: the same words for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from benchmarks.processes import Ran

Body = Literal["none", "constant", "row"]
Ability = Literal["body", "row", "checks", "rate", "delays", "pace", "ramp", "http2", "fresh"]

CONSTANT = '{"maxCaloriesPerSlice":500,"mustBeVegetarian":false,"customer":"Ann","note":"as always, please"}'
"""What a POST sends; with `row`, the customer comes from a row of data and the calories from a variable."""

CUSTOMERS = ("Ann", "Bob", "Cleo", "Dan", "Eve")


class Load(Struct, frozen=True):
    """The load; without `rate` and `pace`, as fast as the VUs can."""

    url: str
    folder: Path  # for files that the tool needs
    vus: int = 50
    seconds: int = 4
    rate: int = 0  # requests a second, all VUs together
    pace: int = 0  # seconds from one request of a VU to its next
    ramp: int = 0  # seconds until all VUs are there, before `seconds`
    checks: bool = False  # whether the status and a field of the JSON reply are checked
    body: Body = "none"
    delays: tuple[int, ...] = ()  # microseconds; one of them, at random, becomes the path of each request
    http2: bool = False  # whether HTTP/2 is spoken, one connection for each VU
    fresh: bool = False  # whether each request makes a connection of its own

    @property
    def origin(self) -> str:
        """The URL without its path."""
        return self.url.rpartition("/")[0]

    @property
    def path(self) -> str:
        """What follows the origin."""
        return self.url.removeprefix(self.origin)

    @property
    def needs(self) -> frozenset[Ability]:
        """What a tool must be able to do for this."""
        wanted: dict[Ability, bool] = {
            "body": self.body != "none",
            "row": self.body == "row",
            "checks": self.checks,
            "rate": self.rate > 0,
            "delays": bool(self.delays),
            "pace": self.pace > 0,
            "ramp": self.ramp > 0,
            "http2": self.http2,
            "fresh": self.fresh,
        }
        return frozenset(ability for ability, is_needed in wanted.items() if is_needed)


class Told(Struct, frozen=True):
    """What a tool said; percentiles are seconds by percent, as far as it tells them."""

    rate: float  # requests that were answered, per second
    latency: Mapping[int, float] = {}
    numbers: Mapping[str, float] = {}  # what only some tell, by our name


class Tool(Struct, frozen=True):
    """A load generator: how it is started with one core's worth of threads, and how it is understood."""

    program: str
    command: Callable[[Load], list[str]]
    read: Callable[[Ran, Load], Told]
    abilities: frozenset[Ability] = frozenset()
    accepted: tuple[int, ...] = (0,)

    def can(self, load: Load) -> bool:
        """Whether it can do all of a load; what it cannot check, it is let off."""
        return load.needs - {"checks"} <= self.abilities
