"""The requests of an HTTP/2 connection: those under way, and those for which the target has no stream yet."""

from __future__ import annotations

from math import inf

from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.channel import Channel
from planrunner.protocols.http.h2.control import BrokenError

LAST = frames.STREAM  # the largest number of a stream


class Streams:
    """Who waits for what: each request belongs to a channel."""

    __slots__ = ("next", "open", "waiting")

    def __init__(self) -> None:
        self.open: dict[int, Channel] = {}  # by their numbers
        self.waiting: dict[Channel, bytes] = {}  # with their requests, the first to come first
        self.next = 1  # number of the next one; ours are odd (RFC 9113, 5.1.1)

    def __bool__(self) -> bool:
        """Whether anybody waits for anything."""
        return bool(self.open or self.waiting)

    @property
    def exhausted(self) -> bool:
        """Whether there are no numbers left."""
        return self.next > LAST

    def begin(self, channel: Channel) -> bytes:
        """Open a stream, and return its number as it is written."""
        number = channel.number = self.next
        self.next = number + 2
        self.open[number] = channel
        return number.to_bytes(4, "big")

    def of(self, stream: int) -> Channel | None:
        """Return whose stream it is; None for one that is over, BrokenError for one that never was."""
        channel = self.open.get(stream)
        if channel is None and (stream >= self.next or not stream & 1):
            raise BrokenError(frames.PROTOCOL_ERROR)
        return channel

    def forget(self, channel: Channel) -> None:
        """Have a channel wait for nothing any more."""
        if self.open.pop(channel.number, None) is None:
            self.waiting.pop(channel, None)

    def everybody(self) -> list[Channel]:
        """List all who wait."""
        return [*self.open.values(), *self.waiting]

    def late(self, now: float) -> tuple[list[Channel], float]:
        """List those whose deadline has passed, and return the next deadline of the others."""
        everybody = self.everybody()
        to_come = min((channel.deadline for channel in everybody if channel.deadline > now), default=inf)
        return [channel for channel in everybody if channel.deadline <= now], to_come
