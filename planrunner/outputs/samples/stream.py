"""A stream: the samples of one process on their way to one output."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

from planrunner.metrics.tally import Delivered
from planrunner.outputs.samples.encoding import Encoder, Form, Part
from planrunner.outputs.sender import Batch, Sender

POINTS = 5_000  # of a batch: what InfluxDB advises, and some 2 MB of JSON
GZIP = 31  # what zlib calls the format of gzip, with its largest window
LEVEL = 1  # of packing: the quickest, since it is done while the load runs


class Packer:
    """Puts texts together to batches; packed ones are members of gzip, which can follow each other."""

    def __init__(self, *, packed: bool, most: int = POINTS) -> None:
        self._packed, self._most = packed, most
        self._pieces: list[bytes] = []
        self._points = 0
        self._pack = self._begin()

    def add(self, text: str, points: int) -> Batch | None:
        """Take in lines; the batch that is full with them."""
        self._pieces.append(self._pack(text.encode()))
        self._points += points
        return self.rest() if self._points >= self._most else None

    def rest(self) -> Batch | None:
        """Hand out what there is."""
        if not self._points:
            return None
        if self._packed:
            self._pieces.append(self._member.flush())
        made = Batch(self._points, b"".join(self._pieces))
        self._pieces, self._points, self._pack = [], 0, self._begin()
        return made

    def _begin(self) -> Callable[[bytes], bytes]:
        self._member = zlib.compressobj(LEVEL, wbits=GZIP)
        return self._member.compress if self._packed else lambda data: data


class Stream:
    """Writes events as lines and sends them; with several senders, batches go at the same time."""

    def __init__(
        self, kind: str, encoder: Encoder, packer: Packer, senders: Sequence[Sender], every: int = 1
    ) -> None:
        self.kind = kind
        self._every, self._flushed = every, 0
        self._encoder, self._packer, self._senders = encoder, packer, senders
        self._next = cycle(senders)
        self._forms: dict[int, tuple[Form, int]] = {}
        self._told = (0, 0, "")

    def write(
        self,
        events: Iterable[tuple[int, int, Sequence[float]]],
        parts: Callable[[int], Sequence[Part]],
    ) -> None:
        """Take in events: the number of the kind, the moment and the values of each; `parts` of a kind."""
        lines, points = [], 0
        for number, moment, values in events:
            known = self._forms.get(number)
            if known is None:
                these = parts(number)
                known = self._forms[number] = self._encoder(these), len(these)
            lines.append(known[0](moment, values))
            points += known[1]
        self._put(self._packer.add("".join(lines), points))

    def flush(self) -> None:
        """Send what has come in so far; asked each second, it does so every so many seconds."""
        self._flushed += 1
        if self._flushed % self._every == 0:
            self._put(self._packer.rest())

    def news(self) -> Delivered:
        """Tell how much arrived or was lost since the last time."""
        sent, lost, _ = self._told
        self._told = self.so_far()
        return Delivered(self.kind, self._told[0] - sent, self._told[1] - lost, self._told[2])

    def so_far(self) -> tuple[int, int, str]:
        """Tell how much arrived, how much was lost, and what went wrong last."""
        error = next((one.error for one in self._senders if one.error), "")
        return sum(one.sent for one in self._senders), sum(one.lost for one in self._senders), error

    async def run(self) -> None:
        """Send what comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for sender in self._senders:
                group.create_task(sender.run())

    async def close(self, end: float | None = None) -> None:
        """Send what is left, in bounded time, or within `end` seconds; `run` must be under way."""
        self._put(self._packer.rest())
        await asyncio.gather(*(sender.close(end) for sender in self._senders))

    def _put(self, batch: Batch | None) -> None:
        if batch:
            next(self._next).put(batch)
