"""The seam of outputs: what each is told, and what it says at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from planrunner.metrics.series import Metric
from planrunner.metrics.tally import Snapshot, Totals
from planrunner.result import Output as Delivered
from planrunner.result import Result, Threshold

if TYPE_CHECKING:
    from planrunner.outputs.samples.recorder import Recorder  # which needs what this module says


class View(Struct, frozen=True):
    """What an output may look at while the run goes on."""

    metrics: Mapping[str, Metric]
    totals: Totals  # grows each second
    tags: Mapping[str, str]  # of everything in this run, `testid` among them
    mask: Callable[[str], str]
    limits: Callable[[], Iterable[Threshold]]  # what thresholds say so far
    say: Callable[[str], None]  # tells who runs the plan
    recorder: Recorder | None = None  # of this process, where an output wants single samples


class Output(Protocol):
    """An output under way."""

    def take(self, snapshot: Snapshot) -> None:
        """Hear of which series a second brought something, which is in the totals now; takes no time."""
        ...

    async def run(self) -> None:
        """Do its work until it is cancelled; never raises."""
        ...

    async def close(self, result: Result) -> Delivered:
        """Send what is left, in bounded time, and say how it went."""
        ...


Open = Callable[[Mapping[str, Any], View], Output]
"""What the module of a kind has as `open`: from its settings to an output."""


def address(url: str) -> str:
    """Return a URL without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
