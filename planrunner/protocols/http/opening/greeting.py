"""Who speaks over a new connection: known only when TLS has agreed on a protocol (ALPN, RFC 7301)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.h2.connection import Multiplex

H2 = "h2"


class Greeting(asyncio.Protocol):
    """Waits for the handshake, and hands the connection to a speaker of what was agreed on, if any."""

    def __init__(self, choose: Callable[[str], Connection | Multiplex | None]) -> None:
        self._choose = choose
        self.speaker: Connection | Multiplex | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        found: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        agreed = found.selected_alpn_protocol() if found else None
        self.speaker = self._choose(agreed or "")
        if self.speaker is not None:
            cast(asyncio.Transport, transport).set_protocol(self.speaker)
            self.speaker.connection_made(transport)
