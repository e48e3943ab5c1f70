"""Shared by the tests of requests: requests compiled as in a plan, a session whose target is a script."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from planrunner.errors import Place, Problems
from planrunner.plan.model import Request, Setting, Timeout
from planrunner.protocols import Reply
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.request.prepare import Call, prepare
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin, Terms
from planrunner.values.expressions import Names
from planrunner.values.scope import Scope

PLACE = Place("p.yml", 1, 1)
NAMES = Names(
    {"base": "http://base:81/v1", "word": "a/b ü", "limit": 5, "wait": "2s", "host": "h:9", "port": 81},
    frozenset({"token", "id"}),
)


def at(value: Any, place: Place = PLACE) -> Setting:
    return Setting(value, place, str(value))


def within(total: str) -> Timeout:
    return Timeout(PLACE, at(total))


def settings(**values: Any) -> dict[str, Setting]:
    return {name: at(value) for name, value in values.items()}


def prepared(
    url: str, target: str | None = "http://h", method: str = "GET", names: Names = NAMES, **rest: Any
) -> tuple[Call, Problems]:
    problems = Problems()
    request = Request(PLACE, method=method, url=at(url), **rest)
    return prepare(request, at(target) if target else None, names, problems), problems


def compiled(url: str = "/a", **rest: Any) -> Call:
    """Compile a request that is free of problems."""
    call, problems = prepared(url, **rest)
    assert [problem.message for problem in problems] == []
    return call


def complaints(url: str = "/a", **rest: Any) -> list[str]:
    """Return what is wrong with a request."""
    return [problem.message for problem in prepared(url, **rest)[1]]


def scope(**values: Any) -> Scope:
    made = Scope(1, "s", "t", Random(1))
    made.values = values
    return made


def wire(call: Call, **values: Any) -> bytes:
    """Return what a call would send first."""
    return (call.constant or call.render(scope(**values)))[1]


def sent(call: Call, **values: Any) -> str:
    return wire(call, **values).decode()


def body_of(call: Call, **values: Any) -> bytes:
    return wire(call, **values).partition(b"\r\n\r\n")[2]


def headers_of(data: str) -> dict[str, str]:
    """Read the header lines of a request, except the first line."""
    _, *lines = data.partition("\r\n\r\n")[0].split("\r\n")
    return dict(line.split(": ", 1) for line in lines)


def answer(status: int = 200, *headers: tuple[str, str], body: bytes = b"", seconds: float = 0.0) -> Reply:
    """Make a reply as a connection does."""
    reply = Reply()
    reply.status, reply.body = status, body
    reply.headers = [(name.encode(), value.encode()) for name, value in headers]
    reply.sets_cookies = any(name.lower() == "set-cookie" for name, _ in headers)
    reply.duration, reply.timings = seconds, (0.0, 0.0, 0.0, 0.0, 0.0, seconds, 0.0, seconds)
    return reply


class Scripted(Session):
    """A session that answers from a script, by path, and remembers what it was asked."""

    def __init__(self, script: Callable[[str, str], Reply]) -> None:
        super().__init__(Dialer())
        self.script = script  # path and the whole request -> reply
        self.asked: list[tuple[Origin, str]] = []
        self.terms: list[Terms] = []

    async def exchange(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        text = data.decode()
        self.asked.append((origin, text))
        self.terms.append(terms)
        return self.script(text.split(" ")[1], text)

    @property
    def lines(self) -> list[str]:
        """The first lines of all requests, without the version."""
        return [text.partition(" HTTP/1.1")[0] for _, text in self.asked]


def to(location: str, status: int = 302, *headers: tuple[str, str]) -> Reply:
    """Make a redirect."""
    return answer(status, ("Location", location), *headers)


def by_path(**replies: Reply) -> Callable[[str, str], Reply]:
    """Answer by path; keys are paths without their slash, all else is 200."""
    return lambda path, _: replies.get(path.partition("?")[0].removeprefix("/"), answer())


async def whole(call: Call, session: Session, **values: Any) -> Reply:
    """Send a request and do what follows from its reply, as the engine does."""
    reply = await call.send(session, scope(**values))
    return reply if reply.plain else await call.follow(session, reply)


def send(session: Scripted, call: Call, **values: Any) -> Reply:
    """Send a call to the end of what follows from it."""
    return asyncio.run(whole(call, session, **values))
