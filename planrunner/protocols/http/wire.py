"""Requests as bytes, changed: cookies put in, credentials put in, sent on to where a redirect leads.

A request is written once where nothing in it depends on the run; what replies make necessary is done to
its bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from planrunner.protocols.http.cookies import Cookie, named
from planrunner.protocols.http.urls.routes import Route

END: Final = b"\r\n\r\n"  # of the head
COOKIE: Final = b"\r\nCookie: "  # the last header line, if the request has one of its own
CONTENT: Final = b"content-"  # begins the names of most headers that are about a body (RFC 9110, 15.4)
OF_BODY: Final = frozenset({b"digest", b"expect", b"last-modified", b"repr-digest", b"trailer"})
PRIVATE: Final = frozenset({b"authorization", b"cookie", b"host", b"proxy-authorization"})


def with_cookies(data: bytes, cookies: Sequence[Cookie]) -> bytes:
    """Put cookies into a request, behind its own, which win by name."""
    end = data.index(END)
    at = data.rfind(COOKIE, 0, end)
    if at < 0:
        return b"".join((data[:end], COOKIE, b"; ".join([cookie.text for cookie in cookies]), data[end:]))
    own = {named(pair)[0] for pair in data[at + len(COOKIE) : end].split(b";")}
    more = [cookie.text for cookie in cookies if cookie.name not in own]
    return b"".join((data[:end], *(b"; " + text for text in more), data[end:]))


def without_cookies(data: bytes, names: Collection[bytes]) -> bytes:
    """Take cookies of some names out of a request's own."""
    end = data.index(END)
    at = data.rfind(COOKIE, 0, end)
    if at < 0:
        return data
    pairs = data[at + len(COOKIE) : end].split(b";")
    kept = [pair.strip() for pair in pairs if named(pair)[0] not in names]
    line = COOKIE + b"; ".join(kept) if kept else b""
    return data[:at] + line + data[end:]


def with_authorization(data: bytes, value: bytes) -> bytes:
    """Put credentials into a request that has none."""
    at = data.index(b"\r\n") + 2
    return b"".join((data[:at], b"Authorization: ", value, b"\r\n", data[at:]))


def method_of(data: bytes) -> str:
    """Return the method of a request."""
    return data[: data.index(b" ")].decode("ascii")


def redirected(data: bytes, method: str, route: Route, *, foreign: bool) -> bytes:
    """Write a request anew for where a redirect leads.

    Where the method changes the body goes; `foreign` is another origin, which must not see what is meant for
    this one.
    """
    head, _, body = data.partition(END)
    _, *lines = head.split(b"\r\n")
    dropped = PRIVATE if foreign else frozenset()
    if method != method_of(data):
        dropped, body = dropped | OF_BODY, b""
        lines = [line for line in lines if line[: len(CONTENT)].lower() != CONTENT]
    kept = [line for line in lines if line.partition(b":")[0].lower() not in dropped]
    first = f"{method} {route.asked} HTTP/1.1\r\n"
    if foreign:
        first += f"Host: {route.host}\r\n{route.login}"
    return first.encode() + b"\r\n".join(kept) + END + body
