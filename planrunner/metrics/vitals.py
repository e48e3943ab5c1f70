"""Vitals: how a process that makes load was doing in a second, which says whether to believe its numbers."""

from __future__ import annotations

from msgspec import Struct


class Vitals(Struct, frozen=True):
    """What one process felt in about a second; None is what its system does not tell."""

    process: int  # its number among those that share the load, from 0
    at: float  # seconds since the run began, at its end
    seconds: float
    loop_lag: float = 0.0  # seconds: the latest that the event loop woke up
    lags: tuple[float, ...] = ()  # seconds: how late it was each time that it should have
    generator_lag: float | None = None  # seconds, the p95 of the arrivals that began; None without any
    frozen: float = 0.0  # seconds in which it did not run at all
    cpu: float | None = None  # share of a core that its event loop used
    waiting: float | None = None  # share of the time in which it could run and had no core
    wanted: float | None = None  # share of a core that it would have used if nobody had kept it from one
    switches: float | None = None  # a second: how often a core was taken from it
    gc_pause: float = 0.0  # seconds: the longest time for which the garbage collector stopped it
    gc_share: float = 0.0  # share of the time for which the garbage collector stopped it
    files: float | None = None  # open ones, connections included
    most_files: float | None = None  # that it may have open
    ports: float | None = None  # TCP sockets of this machine, those that wait to be closed included
    clock_step: float = 0.0  # seconds by which the wall clock was set, forward or back
    steal: float | None = None  # share of this machine's time that the hypervisor gave to others
    throttled: float | None = None  # share of the time for which a CPU limit held it back
    dropped: float = 0.0  # iterations that could not begin
    interrupted: float = 0.0  # iterations that were cut off


MEASURES = tuple(
    field for field in Vitals.__struct_fields__ if field not in {"process", "at", "seconds", "lags"}
)
"""The names of what is measured."""
