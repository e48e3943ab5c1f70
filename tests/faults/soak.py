"""Many requests with faults among them, from VUs side by side: each counts once, and nothing is left behind.

`python tests/faults/soak.py 100000` runs it at length; the suite runs a small one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import uvloop
from fault_client import Ends, encrypted, expected, outcome, request, terms_of
from fault_server import SLICINGS, Do, FaultServer, serving, turns
from fault_table import SURPLUS, TABLE, Row

from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin

OPEN = Ends()
PLAIN = Row("does nothing odd", ())
FAULTS = [row for row in TABLE if row.wire and not row.timed]
LATE = [replace(row, timeout=0.3) for row in TABLE if row.wire and row.timed]
LOST = [replace(row, method="GET", kept=0) for row in TABLE if row.method == "POST" and row.wire]
SHARES = ((0.5, [PLAIN]), (0.96, FAULTS), (0.99, LOST), (1.0, LATE))  # by chance below the number


@dataclass(slots=True)
class Room:
    """What the process takes."""

    memory: int  # bytes, resident
    objects: int  # that the garbage collector knows
    files: int

    @classmethod
    def taken(cls) -> Room:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        files = len([*Path("/proc/self/fd").iterdir()])
        return cls(pages * resource.getpagesize(), len(gc.get_objects()), files)


@dataclass(slots=True)
class Soak:
    """What came of it, as the VUs saw it and as the server did."""

    sent: int = 0  # requests, those that were sent anew twice
    received: int = 0  # requests that the server saw
    outcomes: Counter[tuple[int, int]] = field(default_factory=Counter)  # replies, by code and status
    wrong: list[object] = field(default_factory=list)
    rooms: list[Room] = field(
        default_factory=list
    )  # after a fifth, when all that stays is there, and at the end

    @property
    def replies(self) -> int:
        return self.outcomes.total()


class VU:
    """One of those who send, each as its own chance has it."""

    def __init__(
        self, number: int, server: FaultServer, session: Session, origin: Origin, found: Soak
    ) -> None:
        self._chance, self._number = Random(number), number
        self._server, self._session, self._origin, self._found = server, session, origin, found

    async def run(self, requests: int) -> None:
        for turn in range(requests):
            await self._send(turn)
        await self._session.close()

    async def _send(self, turn: int) -> None:
        row, slicing = self._draw()
        path = f"/{row.name}?{slicing}&{self._number}&{turn}"
        connection = self._session.connections.get(self._origin)
        kept = connection is not None and connection.usable
        data = request(path, row.method)
        reply = await self._session.exchange(self._origin, data, terms_of(row))
        wanted = (0, 200, path.encode()) if row is PLAIN else expected(row, kept=kept)
        seen = outcome(reply)
        await self._settle(row, path)
        came = len(self._server.log.pop(path, ()))
        if (seen, came, reply.sent) != (wanted, 1 + reply.retried, (1 + reply.retried) * len(data)):
            self._found.wrong.append((row.name, slicing, kept, seen, wanted, came, reply.retried))
        self._found.sent += 1 + reply.retried
        self._found.received += came
        self._found.outcomes[seen[:2]] += 1

    def _draw(self) -> tuple[Row, str]:
        chance = self._chance.random()
        row = self._chance.choice(next(rows for share, rows in SHARES if chance < share))
        # What comes behind an answer must come with it: later, the next request would take it for its own.
        return row, "whole" if row in SURPLUS else self._chance.choice([*SLICINGS])

    async def _settle(self, row: Row, path: str) -> None:
        """Wait until the server has done all it does with a connection that does not stay."""
        if not row.stays or Do.CLOSE in row.script:
            for received in self._server.requests(path):
                await received.done.wait()
            await turns()


async def soak(requests: int, vus: int, ends: Ends = OPEN) -> Soak:
    """Send so many requests from so many VUs."""
    found = Soak()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.wrong.append(context))
    dialer = Dialer()
    scripts = {row.name: row.script for row in (*FAULTS, *LATE)}
    async with serving(FaultServer(scripts, tls=ends.server)) as server:
        origin = Origin(ends.server is not None, "127.0.0.1", server.port, how=ends.client)
        for first, share in ((0, 0.2), (vus, 0.8)):
            async with asyncio.TaskGroup() as group:
                for number in range(first, first + vus):
                    each = round(requests * share / vus)
                    vu = VU(number, server, Session(dialer), origin, found)
                    group.create_task(vu.run(each))
            await turns()
            found.rooms.append(Room.taken())
        found.wrong += server.log.items()
    return found


def main() -> None:
    """Soak, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=int, nargs="?", default=100_000)
    parser.add_argument("--vus", type=int, default=50)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="uvloop")
    said = parser.parse_args()
    factory = uvloop.new_event_loop if said.loop == "uvloop" else asyncio.new_event_loop
    began = perf_counter()
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=factory) as runner:
        ends = encrypted(Path(folder)) if said.tls else Ends()
        found = runner.run(soak(said.requests, said.vus, ends))
    lines = [
        f"{found.sent} requests sent, {found.received} seen by the server, {found.replies} replies",
        f"{perf_counter() - began:.1f} s, {said.vus} VUs, {said.loop}{', TLS' * said.tls}",
        *(
            f"  code {code}, status {status}: {count}"
            for (code, status), count in sorted(found.outcomes.items())
        ),
        *(f"{room.memory / 1e6:.1f} MB, {room.objects} objects, {room.files} files" for room in found.rooms),
        f"{len(found.wrong)} wrong",
        *(f"  {wrong}" for wrong in found.wrong[:20]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
