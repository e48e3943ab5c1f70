"""One request and what follows from its replies: cookies stored, redirects followed, a digest answered."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from planrunner.protocols import Reply
from planrunner.protocols.http import wire
from planrunner.protocols.http.cookies import named
from planrunner.protocols.http.digest import Login, challenge
from planrunner.protocols.http.faults import BAD_REDIRECT, BLOCKED, FAULTS, OTHER_SCHEME, REDIRECT_LOOP
from planrunner.protocols.http.h1.heads import REDIRECTS
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import TERMS, Terms
from planrunner.protocols.http.urls.location import follow
from planrunner.protocols.http.urls.routes import NotAllowedError, Route, Routes
from planrunner.protocols.http.urls.url import OtherSchemeError

MAX_REDIRECTS = 10  # k6's default
UNFOLLOWED = {NotAllowedError: BLOCKED, OtherSchemeError: OTHER_SCHEME}  # why a redirect is not followed

CookieJar: TypeAlias = Literal["iteration", "vu", "off"]


class Manner(Struct, frozen=True):
    """How a call treats what comes back."""

    terms: Terms = TERMS
    max_redirects: int | None = None  # None: the plan says nothing, so that many more are a loop
    cookie_jar: CookieJar = "iteration"
    routes: Routes = field(default_factory=Routes)


class Chain:
    """A request under way from hop to hop."""

    __slots__ = (
        "_answered",
        "_data",
        "_followed",
        "_hops",
        "_left",
        "_login",
        "_manner",
        "_method",
        "_route",
        "_session",
    )

    def __init__(
        self, session: Session, manner: Manner, route: Route, data: bytes, login: Login | None = None
    ) -> None:
        self._session, self._manner = session, manner
        self._route, self._data, self._login = route, data, login
        self._left = manner.terms.timeout
        self._hops: list[Reply] = []
        self._followed = 0  # redirects
        self._answered = False  # whether the challenge of this hop's target has been answered
        self._method = ""  # where a redirect changed it

    async def run(self, reply: Reply | None = None) -> Reply:
        """Send, and go on until there is a reply to keep; with a reply, begin behind it."""
        try:
            if reply is None:
                reply = await self._send()
            while self._goes_on(reply):
                reply.awaited = True
                self._hops.append(reply)
                self._left -= sum(reply.timings[:1]) + reply.duration  # opening the connection, and the rest
                reply = await self._send()
        except asyncio.CancelledError:
            self._session.hops = tuple(self._hops)
            raise
        reply.hops = tuple(self._hops)
        return reply

    async def _send(self) -> Reply:
        session, route, data = self._session, self._route, self._data
        if self._login is not None:
            data = self._signed(self._login)
        if session.jar.cookies and self._manner.cookie_jar != "off":
            data = with_cookies(session, route, data)
        terms = replace(self._manner.terms, timeout=max(self._left, 0.0), head_only=data.startswith(b"HEAD "))
        reply = await session.exchange(route.dial, data, terms)
        reply.method, reply.plain, reply.tls = self._method, False, session.tls_version(route.dial)
        return reply

    def _signed(self, login: Login) -> bytes:
        """Put in credentials, if the target has told how it wants them."""
        nonce = self._session.nonces.get((self._route.url.origin, login[0]))
        if nonce is None:
            return self._data
        answer = nonce.answer(login, wire.method_of(self._data), self._route.url.path)
        return wire.with_authorization(self._data, answer)

    def _goes_on(self, reply: Reply) -> bool:
        """Take in the cookies of a reply, and get ready for what it asks for, if it asks for anything."""
        if reply.sets_cookies and self._manner.cookie_jar != "off":
            lasting = self._manner.cookie_jar == "vu"
            lines = all_of(reply, b"set-cookie")
            self._session.jar.store(lines, self._route.url, time.time(), lasting=lasting)
        if reply.status == 401:
            return self._challenged(reply)
        if reply.status in REDIRECTS:
            return self._led_on(reply)
        return False

    def _challenged(self, reply: Reply) -> bool:
        """Learn how to answer; a second refusal is one."""
        if self._login is None or self._answered:
            return False
        nonce = challenge(all_of(reply, b"www-authenticate"), os.urandom(8).hex())
        if nonce is None:
            return False
        self._session.nonces[self._route.url.origin, self._login[0]] = nonce
        self._answered = True
        return True

    def _led_on(self, reply: Reply) -> bool:
        """Go where a redirect leads (RFC 9110, 15.4); where it may not be followed, it says why.

        An empty Location counts for nothing, and two that differ lead nowhere, as in Chrome.
        """
        most = self._manner.max_redirects
        places = {place for place in all_of(reply, b"location") if place}
        if not places or self._followed == most:
            return False
        if most is None and self._followed == MAX_REDIRECTS:
            reply.error, reply.error_code = FAULTS[REDIRECT_LOOP].message, REDIRECT_LOOP
            return False
        try:
            (place,) = places  # ValueError where there are several
            route = self._manner.routes.to(follow(self._route.url, place))
        except ValueError as error:
            code = UNFOLLOWED.get(type(error), BAD_REDIRECT)
            reply.error, reply.error_code = FAULTS[code].message, code
            return False
        before = wire.method_of(self._data)
        method = _method_after(reply.status, before)
        foreign = route.url.origin != self._route.url.origin
        self._data = wire.redirected(self._data, method, route, foreign=foreign)
        if reply.sets_cookies and self._manner.cookie_jar != "off":
            # What was just set is newer than what the plan says: as in Go's client, which is k6's.
            self._data = wire.without_cookies(self._data, names_set(reply))
        if foreign:
            self._login = None
        if method != before:
            self._method = method
        self._route, self._answered, self._followed = route, False, self._followed + 1
        return True


def with_cookies(session: Session, route: Route, data: bytes) -> bytes:
    """Put the cookies of a session's jar into a request."""
    cookies = session.jar.matching(route.url, time.time())
    return wire.with_cookies(data, cookies) if cookies else data


def names_set(reply: Reply) -> set[bytes]:
    """Return the names of the cookies that a reply sets or deletes."""
    return {named(line.partition(b";")[0])[0] for line in all_of(reply, b"set-cookie")}


def _method_after(status: int, method: str) -> str:
    """Return the method behind a redirect, as browsers choose it."""
    if (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST"):
        return "GET"
    return method


def all_of(reply: Reply, name: bytes) -> list[bytes]:
    """Return the values of all headers of a name, which is in lower case."""
    return [value for key, value in reply.headers if key.lower() == name]
