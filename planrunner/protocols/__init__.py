"""Protocols: a module for each, the table that names them, and the contract they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import msgspec

from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting
from planrunner.values.expressions import Names
from planrunner.values.scope import Scope

PROTOCOLS: Mapping[str, str] = {
    "http": "planrunner.protocols.http",
}


class Reply:
    """What came back for one request, or why nothing did; made once a request, so a plain class with slots.

    `timings` holds seconds in the order of the protocol's TIMINGS and is empty when there is nothing to time
    (a connection that failed has no duration). `sent` and `received` are bytes.
    """

    __slots__ = (
        "_json",
        "body",
        "duration",
        "error",
        "error_code",
        "headers",
        "interrupted",
        "protocol",
        "received",
        "retried",
        "sent",
        "status",
        "timings",
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
        self.timings: tuple[float, ...] = ()
        self.duration = 0.0  # seconds
        self.sent = 0
        self.received = 0
        self._json: Any = _UNREAD

    def header(self, name: str) -> str | None:
        """Return a header's value, several joined with ", " (RFC 9110, 5.3); None when it is absent."""
        wanted = name.lower().encode("latin-1", "replace")
        found = [value for key, value in self.headers if key.lower() == wanted]
        return b", ".join(found).decode("latin-1") if found else None

    def text(self) -> str:
        """Return the body as text; what is not UTF-8 is shown as U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON, parsed at most once; ValueError says why it is none."""
        if self._json is _UNREAD:
            try:
                self._json = msgspec.json.decode(self.body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise ValueError(f"the body is not JSON: {error}") from None
        return self._json


_UNREAD = object()


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail: the text that reports show, and what usually helps."""

    message: str
    fix: str = ""


class Session(Protocol):
    """What one VU speaks a protocol through: its connections."""

    def interrupt(self) -> Reply | None:
        """Stop waiting for what is under way; its reply says what was sent, None if nothing was."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


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
    def expected(self) -> frozenset[int]:
        """The statuses that are no failure."""
        ...

    def send(self, session: Any, scope: Scope) -> Awaitable[Reply]:
        """Send it; a failure is a reply with an error. EvaluationError, and nothing sent, for a bad value."""
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

    def connector(self, now: Callable[[], float]) -> Callable[[], Session]:
        """Make the function that gives each VU of a worker its session; it shares what VUs can share."""
        ...

    def fault(self, code: int) -> Fault:
        """Say what an error code means and what helps."""
        ...


def speaker(name: str) -> Speaker:
    """Import the module of a protocol."""
    return cast(Speaker, import_module(PROTOCOLS[name]))
