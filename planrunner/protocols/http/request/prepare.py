"""From a request of the plan to the bytes of the wire: once where nothing in it depends on the run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from planrunner import units
from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting
from planrunner.protocols import Reply
from planrunner.protocols.http.chain import Chain, CookieJar, Manner, with_cookies
from planrunner.protocols.http.encodings import decode
from planrunner.protocols.http.h1.heads import REDIRECTS
from planrunner.protocols.http.opening.proxy import unasked
from planrunner.protocols.http.request import auth
from planrunner.protocols.http.request.bodies import Compiled, compile_body, compressed
from planrunner.protocols.http.request.discarded import complain
from planrunner.protocols.http.request.headers import compile_headers, find
from planrunner.protocols.http.request.settings import Settings
from planrunner.protocols.http.request.target import compile_url, host_of
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import TERMS, Terms
from planrunner.protocols.http.urls.routes import Route, Routes, compile_routes
from planrunner.values.expressions import EvaluationError
from planrunner.values.names import Names
from planrunner.values.scope import Scope
from planrunner.values.settings import resolve
from planrunner.values.value import Value

EXPECTED = frozenset(range(200, 400))  # k6's default of what is no failure
BODIED = frozenset({"POST", "PUT", "PATCH"})  # methods that say that they have no body (RFC 9110, 8.6)

MARK = b"\x00"  # stands in for a body
MARK_LENGTH = b"Content-Length: 1"

Wire: TypeAlias = tuple[Route, bytes]


class Call(Struct, frozen=True):
    """A request, prepared: what is sent, and what the engine must know of it."""

    method: str
    url: str  # as written
    host: str  # with its port; as written where only the run tells it
    constant: Wire | None  # what is sent, when nothing in it depends on the run
    render: Callable[[Scope], Wire]  # may raise EvaluationError; then nothing is sent
    expected: frozenset[int]  # status codes that are no failure
    manner: Manner
    login: Value | None = None  # of a digest
    jar: bool = True  # whether cookies are stored and sent
    terms: Terms = TERMS  # the manner's

    def send(self, session: Session, scope: Scope) -> Awaitable[Reply]:
        """Send it through a session; where a connection is kept there is nothing more to it.

        What follows from the reply is for `follow`, if it is not plain.
        """
        wire = self.constant or self.render(scope)
        route, data = session.wire = wire
        if self.login is not None:
            return Chain(session, self.manner, route, data, self.login.of(scope)).run()
        if session.jar.cookies and self.jar:
            data = with_cookies(session, route, data)
        connection = session.connections.get(route.dial)
        if connection is None or not connection.usable:
            return session.exchange(route.dial, data, self.terms)
        session.under_way = connection
        return connection.send(data, self.terms)

    async def follow(self, session: Session, reply: Reply) -> Reply:
        """Send anew what was lost with its connection, go wherever the reply leads, decode what is there."""
        if self.login is None and session.wire is not None:
            reply = await self._to_the_end(session, reply, *session.wire)
        decode(reply, self.terms.max_body)  # all that is timed is over
        return reply

    async def _to_the_end(self, session: Session, reply: Reply, route: Route, data: bytes) -> Reply:
        if reply.error and session.under_way is not None:
            dressed = with_cookies(session, route, data) if session.jar.cookies and self.jar else data
            reply = await session.again(reply, route.dial, dressed, self.terms)
        if reply.sets_cookies or reply.status in REDIRECTS:
            return await Chain(session, self.manner, route, data).run(reply)
        return reply


def prepare(request: Request, target: Setting | None, names: Names, problems: Problems) -> Call:
    """Compile a request whose layers are merged; what is wrong with it goes to `problems`."""
    assert request.url is not None
    variables = replace(names, runtime=False)
    settings = Settings(request, variables, problems)
    manner = _manner(request, settings, variables, problems)
    if not manner.terms.keep_body:
        complain(request, problems)
    body = compile_body(request.body, find(request.headers, "content-type"), names, problems)
    body = compressed(body, settings.compression(), request, problems)
    headers = compile_headers(request, body.type, names, problems)
    url = compile_url(request, target, names, problems)
    _tell_of_proxy(request, target, url, manner.routes, problems)
    writer = _Writer(request, manner.routes, url, headers, body)
    return Call(
        method=request.method,
        url=request.url.text,
        host=host_of(request, target, names),
        constant=_constant(writer, request.url, problems),
        render=writer.of_bodies() or writer,
        expected=_expected(request, variables, problems),
        manner=manner,
        login=auth.login(request.auth, names, problems),
        jar=manner.cookie_jar != "off",
        terms=manner.terms,
    )


def _manner(request: Request, settings: Settings, names: Names, problems: Problems) -> Manner:
    most = resolve(request.max_redirects, names, units.whole, problems) if request.max_redirects else None
    return Manner(
        settings.terms(),
        most,
        settings.choice(request.cookie_jar, CookieJar, "iteration"),
        compile_routes(request, names, problems, settings.how()),
    )


def _expected(request: Request, names: Names, problems: Problems) -> frozenset[int]:
    if request.expected_status is None:
        return EXPECTED
    read = [resolve(setting, names, units.statuses, problems) for setting in request.expected_status]
    return frozenset().union(*(codes for codes in read if codes is not None))


def _constant(writer: _Writer, written: Setting, problems: Problems) -> Wire | None:
    if not writer.constant:
        return None
    try:
        return writer.write(writer.url.value, writer.headers.value, writer.body.value)
    except EvaluationError as error:
        problems.add(str(error), written.place)
        return None


def _tell_of_proxy(
    request: Request, target: Setting | None, url: Value, routes: Routes, problems: Problems
) -> None:
    """Warn where others would go through a proxy that the environment names; silent once the plan says."""
    assert request.url is not None
    if request.proxy is not None or not url.constant:
        return
    try:
        dial = routes.of(url.value).dial
    except ValueError:  # told elsewhere
        return
    name = unasked(dial.host, dial.port, tls=dial.tls)
    if name:
        said = request.url if target is None or url.value.startswith(request.url.text) else target
        problems.warn(f"{name} is set, but not used", said.place, "write `proxy: env`, or `proxy: off`")


class _Writer:
    """Writes the request; called once for each sending where a value depends on the run."""

    def __init__(self, request: Request, routes: Routes, url: Value, headers: Value, body: Compiled) -> None:
        self.url, self.headers, self.body = url, headers, body.data
        self._encoding = f"Content-Encoding: {body.encoding}\r\n" if body.encoding else ""
        self.constant = url.constant and headers.constant and body.data.constant
        self._method, self._routes = request.method, routes
        self._hosted = find(request.headers, "host") is not None
        self._known: dict[str, Route] = {}  # of the newest URL: most requests differ in the body alone

    def __call__(self, scope: Scope) -> Wire:
        return self.write(self.url.of(scope), self.headers.of(scope), self.body.of(scope))

    def write(self, url: str, headers: str, body: bytes | None) -> Wire:
        """Put the pieces together; EvaluationError for a URL to which nothing can be sent."""
        route = self._known.get(url) or self._route(url)
        host = "" if self._hosted else f"Host: {route.host}\r\n"
        length = f"Content-Length: {len(body or b'')}\r\n" if body or self._method in BODIED else ""
        encoding = self._encoding if body else ""
        head = f"{self._method} {route.asked} HTTP/1.1\r\n{host}{route.login}{length}{encoding}{headers}\r\n"
        data = head.encode("utf-8", "replace")
        return route, data + body if body else data

    def of_bodies(self) -> Callable[[Scope], Wire] | None:
        """Return a quicker writer for requests of which nothing but the body depends on the run."""
        if not (self.url.constant and self.headers.constant) or self.body.constant:
            return None
        try:
            route, head = self.write(self.url.value, self.headers.value, MARK)
        except EvaluationError:  # told when the request is to be sent
            return None
        body, before, after = self.body.of, *head.removesuffix(MARK).split(MARK_LENGTH, 1)

        def write(scope: Scope) -> Wire:
            data = body(scope)
            if not data:
                return self.write(self.url.value, self.headers.value, data)
            return route, b"%bContent-Length: %d%b%b" % (before, len(data), after, data)

        return write

    def _route(self, url: str) -> Route:
        try:
            found = self._routes.of(url)
        except ValueError as error:
            raise EvaluationError(str(error)) from None
        self._known = {url: found}
        return found
