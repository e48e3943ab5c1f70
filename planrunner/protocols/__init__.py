"""Protocols: a module for each, the table that names them, and the contract they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

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
