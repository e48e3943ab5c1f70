"""Whether the numbers can be believed: how the processes were that made the load, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from planrunner.result.kinds import Count, Seconds
from planrunner.result.timeline import DECIMALS, known, short

Trust = Literal["not measured", "trusted", "degraded", "untrusted"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Why the numbers are not to be trusted, or not wholly."""

    name: Annotated[str, Meta(description="which rule found it, as in docs/how-to/trust.md")]
    trust: Annotated[Literal["degraded", "untrusted"], Meta(description="what follows from it")]
    seen: Annotated[str, Meta(description="what was seen, with numbers")]
    fix: Annotated[str, Meta(description="what usually helps")]
    process: Annotated[str, Meta(description="which process it was; empty when it was the only one")] = ""


@dataclass(frozen=True, slots=True)
class Process:
    """How one process was; null is what its system does not tell."""

    name: str
    seconds: Annotated[float, Meta(description="that were watched")]
    cpu: Annotated[float | None, Meta(description="most of a core that its event loop used in a second")]
    cpu_mean: Annotated[float | None, Meta(description="the same over the whole time")]
    waiting: Annotated[float | None, Meta(description="most of a second without a core though it could run")]
    loop_lag: Annotated[float, Meta(description="seconds that the event loop was late at the most")]
    generator_lag: Annotated[
        float | None, Meta(description="the highest p95 of a second of how late arrivals began, in seconds")
    ]
    frozen: Annotated[float, Meta(description="seconds in which it did not run at all")]
    gc_pause: Annotated[float, Meta(description="longest pause for the garbage collector, in seconds")]
    switches: Annotated[
        float | None, Meta(description="how often a core was taken from it, most in a second")
    ]
    files: Annotated[Count | None, Meta(description="most files open at once, connections included")]
    most_files: Annotated[Count | None, Meta(description="how many it may have open")]
    ports: Annotated[Count | None, Meta(description="most TCP sockets of the machine at once")]
    clock_step: Annotated[float, Meta(description="seconds by which the wall clock was set at the most")]
    steal: Annotated[float | None, Meta(description="share of the machine's time that a hypervisor took")]
    throttled: Annotated[float | None, Meta(description="share of the time that a CPU limit held it back")]
    dropped: Annotated[Count, Meta(description="iterations that could not begin")]
    interrupted: Annotated[Count, Meta(description="iterations that were cut off")]


@dataclass(frozen=True, slots=True)
class Pulse:
    """A span of the run: the largest values of all processes."""

    at: Annotated[float, Meta(description="when it began, in seconds since the run began")]
    seconds: float
    cpu: float | None
    loop_lag: Seconds
    generator_lag: Seconds | None


@dataclass(frozen=True, slots=True)
class Pulses:
    """How the generator was when: the columns of a table with a row for each span.

    Of several processes it is the largest value. Spans take a second; on long runs 2, 4, 8, so that there are
    never more than 600.
    """

    at: Annotated[tuple[float, ...], Meta(description="when it began, in seconds since the run began")] = ()
    seconds: Annotated[tuple[float, ...], Meta(description="how long it took")] = ()
    cpu: Annotated[tuple[float | None, ...], Meta(description="of a core that an event loop used")] = ()
    loop_lag: Annotated[tuple[Seconds, ...], Meta(description="how late an event loop was")] = ()
    generator_lag: Annotated[tuple[Seconds | None, ...], Meta(description="p95 of late arrivals")] = ()

    def __len__(self) -> int:
        """Return how many spans there are."""
        return len(self.at)

    def __iter__(self) -> Iterator[Pulse]:
        """Yield the spans."""
        columns = self.at, self.seconds, self.cpu, self.loop_lag, self.generator_lag
        return (Pulse(*row) for row in zip(*columns, strict=True))


def pulses(ones: Iterable[Pulse]) -> Pulses:
    """Write spans as columns, with as many digits as mean something."""
    spans = tuple(ones)
    return Pulses(
        tuple(round(span.at, DECIMALS) for span in spans),
        tuple(round(span.seconds, DECIMALS) or short(span.seconds) for span in spans),
        tuple(known(span.cpu) for span in spans),
        tuple(short(span.loop_lag) for span in spans),
        tuple(known(span.generator_lag) for span in spans),
    )


@dataclass(frozen=True, slots=True)
class Health:
    """The verdict on the generator itself, and what it rests on."""

    trust: Annotated[Trust, Meta(description="the worst that a finding says")] = "not measured"
    findings: Annotated[tuple[Finding, ...], Meta(description="the worst first")] = ()
    processes: tuple[Process, ...] = ()
    course: Pulses = field(default_factory=Pulses)


NOT_MEASURED = Health()
"""What is known of a run of before."""
