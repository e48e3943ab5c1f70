"""Protocols: a module for each, the table that names them, and the contract they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Protocol, TypeAlias, cast

import msgspec
from msgspec import Struct

from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting
from planrunner.values.expressions import Names
from planrunner.values.picking import UNREAD, Picker
from planrunner.values.scope import Scope

PROTOCOLS: Mapping[str, str] = {
    "http": "planrunner.protocols.http",
}


class Reply:
    """What came back for one request, or why nothing did; made once a request, so a plain class with slots.

    `timings` holds seconds in the order of the protocol's TIMINGS and is empty when there is nothing to time
    (a connection that failed has no duration). `sent` and `received` are bytes. `hops` are the replies that
    led to this one, oldest first: redirects, and the 401 before a digest; each is a request of its own.
    A `plain` one is complete, without an error, and nothing follows from it, neither another request nor
    a body to decode: nearly all are.
    """

    __slots__ = (
        "awaited",
        "body",
        "duration",
        "error",
        "error_code",
        "headers",
        "hops",
        "interrupted",
        "method",
        "picked",
        "plain",
        "protocol",
        "received",
        "retried",
        "sent",
        "sets_cookies",
        "status",
        "timings",
        "tls",
        "whole",
    )

    def __init__(self) -> None:
        self.status = 0  # 0: no reply
        self.headers: list[tuple[bytes, bytes]] = []  # as received, names in any case
        self.body = b""
        self.error = ""  # a fixed text for each code, never what the target said
        self.error_code = 0  # k6's numbers (lib/netext/httpext/error_codes.go)
        self.interrupted = False  # we stopped waiting: no fault of the target
        self.retried = False  # sent a second time: the kept connection turned out to be closed
        self.protocol = ""
        self.tls: str | None = None  # the version, "" without TLS; None where only the session knows
        self.timings: tuple[float, ...] = ()
        self.duration = 0.0  # seconds
        self.sent = 0
        self.received = 0
        self.sets_cookies = False  # whether there is a Set-Cookie among the headers
        self.hops: tuple[Reply, ...] = ()
        self.plain = False
        self.awaited = False  # of a hop: it is no failure, whatever its status
        self.method = ""  # where it differs from the call's: a POST that a redirect turned into a GET
        self.whole: Any = UNREAD  # the JSON, once `json` has parsed it
        self.picked: tuple[Picker, list[Any]] | None = None  # out of the JSON, by whoever asked last

    def header(self, name: str) -> str | None:
        """Return a header's value, several joined with ", " (RFC 9110, 5.3); None when it is absent."""
        wanted = name.lower().encode("latin-1", "replace")
        found = [value for key, value in self.headers if key.lower() == wanted]
        return b", ".join(found).decode("latin-1") if found else None

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie that this reply set, or a hop that led to it; None if none did."""
        wanted = name.encode("utf-8", "replace")
        for reply in (self, *reversed(self.hops)):
            for key, value in reversed(reply.headers):
                if key.lower() == b"set-cookie":
                    found, equals, rest = value.partition(b";")[0].partition(b"=")
                    if equals and found.strip() == wanted:
                        return rest.strip().decode("utf-8", "replace")
        return None

    def forget(self) -> None:
        """Drop what was parsed, which takes ten times the room of the body; parsed again when needed."""
        self.whole, self.picked = UNREAD, None

    def text(self) -> str:
        """Return the body as text; what is not UTF-8 is shown as U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON, parsed at most once; ValueError says why it is none."""
        if self.whole is UNREAD:
            if self.picked is not None:
                self.picked[0].waste()
            try:
                self.whole = msgspec.json.decode(self.body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise ValueError(f"the body is not JSON: {error}") from None
        return self.whole


class Fault(Struct, frozen=True):
    """One way to fail: the text that reports show, and what usually helps."""

    message: str
    fix: str = ""
    ours: bool = False  # the fault of the machine that makes the load


Heard: TypeAlias = Callable[[bytes, Reply], None]
"""Hears a request as it was sent, and its reply."""


class Session(Protocol):
    """What one VU speaks a protocol through: its connections and its cookies."""

    def begin(self) -> None:
        """Begin an iteration: forget the cookies of the last one, but not those that `vu_setup` made."""
        ...

    def keep(self) -> None:
        """Keep the cookies that are there now for every iteration to come: `vu_setup` is over."""
        ...

    def lane(self) -> Session:
        """Make a session for requests beside this one's: own connections, shared cookies."""
        ...

    def interrupt(self) -> Reply | None:
        """Stop waiting for what is under way; its reply says what was sent, None if nothing was."""
        ...

    def tls_version(self) -> str:
        """Return the version of TLS of the newest request, as k6 names it; "" for none."""
        ...

    def told(self, reply: Reply) -> tuple[str, str]:
        """Tell the newest request and a reply, in a short line each: what a failed check looked at."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


Connect: TypeAlias = Callable[[int], Session]
"""Makes the session of a VU, by its number from 1; 0 is for what is no VU of the load."""


class Call(Protocol):
    """A request, prepared when the program is built."""

    @property
    def method(self) -> str:
        """The verb, as a tag."""
        ...

    @property
    def url(self) -> str:
        """Where it goes, as written in the plan, as a tag."""
        ...

    @property
    def host(self) -> str:
        """Which host it goes to, with its port; the plan's own words where only the run tells it."""
        ...

    @property
    def expected(self) -> frozenset[int]:
        """The statuses that are no failure."""
        ...

    def send(self, session: Any, scope: Scope) -> Awaitable[Reply]:
        """Send it; a failure is a reply with an error. EvaluationError, and nothing sent, for a bad value."""
        ...

    def follow(self, session: Any, reply: Reply) -> Awaitable[Reply]:
        """Do what follows from a reply of `send` that is not plain, and return the reply at the end of it."""
        ...


class Speaker(Protocol):
    """What the module of a protocol offers."""

    TIMINGS: tuple[str, ...]  # the metrics that `Reply.timings` holds, in its order
    COUNT: str  # the counter of requests
    FAILED: str  # the rate of failed ones
    RETRIES: str  # the counter of those that were sent a second time

    def prepare(self, request: Request, target: Setting | None, names: Names, problems: Problems) -> Call:
        """Compile a request whose layers are merged; what is wrong with it goes to `problems`."""
        ...

    def connector(
        self,
        now: Callable[[], float],
        heard: Heard | None = None,
        worker: int = 0,
        calls: Iterable[Any] = (),
    ) -> Connect:
        """Make the function that gives each VU of a worker a session; it shares what VUs can share.

        What the first sending of its `calls` would have to make, and which takes long, is made now.

        Workers have numbers, so that what each does by turns does not begin everywhere with the same.
        Whoever wants to hear each request as it is sent, with its reply, gives a function for it.
        """
        ...

    def fault(self, code: int) -> Fault:
        """Say what an error code means and what helps."""
        ...


def speaker(name: str) -> Speaker:
    """Import the module of a protocol."""
    return cast(Speaker, import_module(PROTOCOLS[name]))
