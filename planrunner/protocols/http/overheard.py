"""A session that tells what goes over the wire, for those who want to see it; a run has none of this."""

from __future__ import annotations

from copy import copy

from planrunner.protocols import Heard, Reply
from planrunner.protocols.http.cookies import Jar
from planrunner.protocols.http.digest import Nonce
from planrunner.protocols.http.encodings import decode
from planrunner.protocols.http.excerpt import answered, asked
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin, Terms
from planrunner.protocols.http.urls.routes import Route


class Overheard:
    """Does all that a session does, and tells each request with its reply."""

    def __init__(self, session: Session, heard: Heard) -> None:
        self._session, self._heard = session, heard
        self.connections: dict[Origin, Connection] = {}  # none that could be used past us
        self.under_way: Connection | None = None
        self.wire: tuple[Route, bytes] | None = None

    @property
    def jar(self) -> Jar:
        """The cookies."""
        return self._session.jar

    @property
    def nonces(self) -> dict[tuple[Origin, str], Nonce]:
        """What digests go on with."""
        return self._session.nonces

    @property
    def hops(self) -> tuple[Reply, ...]:
        """What a request that was cut short already has behind it."""
        return self._session.hops

    @hops.setter
    def hops(self, hops: tuple[Reply, ...]) -> None:
        self._session.hops = hops

    async def exchange(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        """Send a request, wait for its reply, and tell both, the reply as the plan sees it."""
        reply = await self._session.exchange(origin, data, terms)
        seen = copy(reply)
        decode(seen, terms.max_body)
        self._heard(data, seen)
        return reply

    def tls_version(self, origin: Origin | None = None) -> str:
        """Return the version of TLS that a target speaks."""
        return self._session.tls_version(origin or (self.wire[0].dial if self.wire else None))

    def told(self, reply: Reply) -> tuple[str, str]:
        """Tell the newest request and a reply in a line each."""
        return asked(self.wire[1] if self.wire else b""), answered(reply)

    def begin(self) -> None:
        """Begin an iteration."""
        self._session.begin()

    def keep(self) -> None:
        """Keep the cookies that are there now for all iterations."""
        self._session.keep()

    def lane(self) -> Overheard:
        """Make a session for requests beside this one's."""
        return Overheard(self._session.lane(), self._heard)

    def interrupt(self) -> Reply | None:
        """Stop waiting for the request under way."""
        return self._session.interrupt()

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
