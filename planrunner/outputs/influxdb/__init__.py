"""InfluxDB, version 1 and 2: every sample in line protocol, in the layout of k6's outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from planrunner.outputs.influxdb.line import encoder
from planrunner.outputs.influxdb.place import Place, place
from planrunner.outputs.output import Output, View, address
from planrunner.outputs.post import Credentials, Poster, complain
from planrunner.outputs.samples.output import Samples
from planrunner.outputs.samples.stream import Packer, Stream
from planrunner.outputs.sender import RefusedError, Send, Sender

KIND = "influxdb"
PACKED = {"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"}
FORM = {"Content-Encoding": "identity", "Content-Type": "application/x-www-form-urlencoded"}


def open(settings: Mapping[str, Any], view: View) -> Output:  # noqa: A001 (what each kind has)
    """Make the output."""
    return Samples(KIND, address(settings["url"]), view)


def stream(settings: Mapping[str, Any], say: Callable[[str], None]) -> Stream:
    """Make the stream of one process; OSError for a certificate that cannot be read."""
    where, senders = place(settings), []
    tls = Credentials(ca=settings["ca"], insecure=settings["insecure"])
    for _ in range(settings["concurrent_writes"]):
        poster = Poster(where.url, {**where.headers, **PACKED}, tls)
        send = _creating(where, poster) if where.version == 1 else poster.send
        senders.append(Sender(send, say, poster.close))
    every = max(1, round(settings["push_interval"]))
    return Stream(KIND, encoder(settings["tags_as_fields"]), Packer(packed=True), senders, every)


def _creating(where: Place, poster: Poster) -> Send:
    """Make what sends to InfluxDB 1: it creates the database before it sends anything.

    Who may not do that goes on, as in k6: the database may be there.
    """
    name = where.name.replace("\\", "\\\\").replace('"', '\\"')
    body = urlencode({"q": f'CREATE DATABASE "{name}"'}).encode()
    created = False

    async def send(data: bytes) -> None:
        nonlocal created
        if not created:
            answer = await poster.post(body, "/query", FORM)
            with suppress(RefusedError):
                complain(answer)
            created = True
        await poster.send(data)

    return send
