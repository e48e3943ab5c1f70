"""URLs: from text to where to connect and what to ask for."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from planrunner.protocols.http.dial import Origin

# What a URL may hold unencoded (RFC 3986, 2.2 and 2.3) and "%", so that existing %XX stay;
# browsers encode the rest.
LEGAL = "!#$%&'()*+,/:;=?@[]-._~"

LABEL, NAME = 63, 253  # characters between two dots of a host name, and in all (RFC 1035, 2.3.4)

_BROKEN = re.compile(r"[\x00-\x20\x7f]")


class OtherSchemeError(ValueError):
    """A URL that is not for HTTP."""


class Url(NamedTuple):
    """A URL, taken apart: the origin to connect to, the Host header, path and query as sent."""

    origin: Origin
    host: str
    path: str


def split(text: str) -> Url:
    """Take a URL apart; ValueError says what is wrong with it."""
    try:
        parts = urlsplit(text)
        port, name = parts.port, ascii_host(parts.hostname or "")
    except ValueError as error:
        raise ValueError(f"{text!r} is no URL: {error}") from None
    if parts.scheme not in {"http", "https"}:
        raise OtherSchemeError(f"{text!r} is no URL that begins with http:// or https://")
    if not name:
        raise ValueError(f"{text!r} names no host")
    if parts.username is not None:
        raise ValueError("a URL may not hold a user name or password: write `auth: {basic: ...}`")
    origin = Origin(parts.scheme == "https", name, port or usual_port(tls=parts.scheme == "https"))
    path = encode(parts.path or "/") + (f"?{encode(parts.query)}" if parts.query else "")
    return Url(origin, host_header(origin), path)


def usual_port(*, tls: bool) -> int:
    """Return the port of a URL that names none."""
    return 443 if tls else 80


def ascii_host(name: str) -> str:
    """Write a host name as it goes over the wire; ValueError when it cannot be.

    What neither a name lookup nor TLS could take is found out here, where it can still be said of the plan.
    """
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if _BROKEN.search(name):
        raise ValueError("its host holds a space or a control character")
    whole = name.removesuffix(".")
    if len(whole) > NAME:
        raise ValueError(f"its host is longer than {NAME} characters")
    if name and not all(0 < len(label) <= LABEL for label in whole.split(".")):
        raise ValueError(f"a part of its host is empty or longer than {LABEL} characters")
    return name


def host_header(origin: Origin) -> str:
    """Write an origin as the Host header has it: the port only where it is not the usual one."""
    shown = f"[{origin.host}]" if ":" in origin.host else origin.host
    return shown if origin.port == usual_port(tls=origin.tls) else f"{shown}:{origin.port}"


def encode(text: str) -> str:
    """Encode what is illegal in a URL as browsers do, and leave existing %XX alone."""
    return quote(text, safe=LEGAL, errors="replace")


def encode_part(text: str) -> str:
    """Encode a value that is put into a URL, so that it stays one part of it."""
    return quote(text, safe="", errors="replace")


def join(target: str, url: str) -> str:
    """Put a relative URL behind the target, whose path is kept; an absolute URL stands for itself.

    ValueError for a target that has more behind its path, where nothing can be put.
    """
    if url.startswith(("http://", "https://")):
        return url
    for sign, what in (("?", "query"), ("#", "fragment")):
        if sign in target:
            raise ValueError(f"the target holds a {what}, so that no path can be put behind it")
    return target.rstrip("/") + "/" + url.removeprefix("/")
