"""An agent that misbehaves, in the manner that its argument names."""

import asyncio
import sys
from contextlib import suppress

import msgspec

from planrunner.engine.fleet.agent import attend
from planrunner.engine.fleet.link import HEAD, TOKEN, Ack, Failed, Go, Invitation, Link, Ready, connect
from planrunner.metrics.join import Part
from planrunner.metrics.series import Counter, Key
from planrunner.metrics.tally import Snapshot
from planrunner.values.masked import Masked


async def main(manner: str, invitation: Invitation) -> None:
    if manner == "stranger":
        await stranger(invitation)
        await attend(invitation, Masked(sys.stderr))
        return
    link = await connect(invitation)
    await link.receive()
    if manner == "deaf":
        await asyncio.sleep(30)
    if manner in {"world", "internal"}:
        link.send(Failed("world" if manner == "world" else "internal", "on purpose"))
    else:
        link.send(Ready())
        await measure(link, manner)
    await link.close()


async def stranger(invitation: Invitation) -> None:
    """Try to be heard without the token; end with exit code 1 if anything of it is listened to."""
    reader, writer = await asyncio.open_connection(invitation.host, invitation.port)
    writer.write(bytes(TOKEN) + HEAD.pack(4) + b"junk")
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()


async def measure(link: Link, manner: str) -> None:
    while not isinstance(await link.receive(), Go):
        pass
    if manner == "closing":
        await link.close()
        await asyncio.sleep(30)
    if manner == "failing":
        link.send(Failed("internal", "on purpose", at=0.5))
    numbers = [0, 2] if manner == "gap" else [0, 1, 1, 2]
    for number in numbers:
        made = Snapshot(number, number + 1.0, 1.0, {Key("http_reqs", ()): Counter(1, 1)}, [], [])
        link.send(Part(made, last=number == 2))
    while await link.receive() != Ack(2):
        pass


started = msgspec.json.decode(sys.stdin.buffer.readline(), type=Invitation)
if sys.argv[1] == "rude":
    raise SystemExit(1)
asyncio.run(main(sys.argv[1], started))
