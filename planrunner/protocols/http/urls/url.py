"""URLs of a plan: from text to where to connect and what to ask for (RFC 3986).

A browser guesses what a broken URL might mean; a plan is told what is wrong with it. What targets say in
`Location` is read by `location`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import quote

from planrunner.protocols.http.terms import Origin
from planrunner.protocols.http.urls.hostname import ascii_host, ipv6

# What a URL may hold unencoded (RFC 3986, 2.2 and 2.3) and "%", so that existing %XX stay.
LEGAL = "!#$%&'()*+,/:;=?@[]-._~"

_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_PLACE: Final = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<name>[^:]*))(?::(?P<port>[0-9]*))?", re.DOTALL)
_WEB: Final = re.compile("https?://", re.IGNORECASE)
_BREAK: Final = re.compile(r"[\t\r\n]")


class OtherSchemeError(ValueError):
    """A URL that is not for HTTP."""


class Url(NamedTuple):
    """A URL, taken apart: the origin to connect to, the Host header, path and query as sent."""

    origin: Origin
    host: str
    path: str


def split(text: str) -> Url:
    """Take a URL apart; ValueError says what is wrong with it."""
    found = _URL.fullmatch(text)
    scheme = found["scheme"].lower() if found else ""
    if found is None or scheme not in {"http", "https"}:
        raise OtherSchemeError(f"{text!r} is no URL that begins with http:// or https://")
    if "@" in found["authority"]:
        raise ValueError("a URL may not hold a user name or password: write `auth: {basic: ...}`")
    try:
        if _BREAK.search(text):
            raise ValueError("it holds a tab or a line break; in YAML, `>-` leaves out the last one")
        origin = _origin(found["authority"], tls=scheme == "https")
    except ValueError as error:
        raise ValueError(f"{text!r} is no URL: {error}") from None
    return Url(origin, host_header(origin), encode(found["path"] or "/") + encode(found["query"] or ""))


def _origin(authority: str, *, tls: bool) -> Origin:
    found = _PLACE.fullmatch(authority)
    if found is None:
        raise ValueError("its host is followed by something else than `:` and a port")
    if found["six"] is None:
        host = ascii_host(found["name"])
    elif "%" in found["six"]:
        raise ValueError("its address has a zone (RFC 9844): write a name, and the address in `hosts`")
    else:
        host = ipv6(found["six"])
    return Origin(tls, host, port_of(found["port"], tls=tls))


def port_of(digits: str | None, *, tls: bool) -> int:
    """Return the port that a URL means, by the digits of its port; ValueError when there is no such port."""
    if not digits:
        return usual_port(tls=tls)
    port = int(digits)
    if not 0 < port < 65536:
        raise ValueError("its port is not between 1 and 65535")
    return port


def usual_port(*, tls: bool) -> int:
    """Return the port of a URL that names none."""
    return 443 if tls else 80


def host_header(origin: Origin) -> str:
    """Write an origin as the Host header has it: the port only where it is not the usual one."""
    host = origin.host.partition("%")[0]  # a zone means something on this machine only
    shown = f"[{host}]" if ":" in host else host
    return shown if origin.port == usual_port(tls=origin.tls) else f"{shown}:{origin.port}"


def encode(text: str) -> str:
    """Encode what is illegal in a URL, and leave existing %XX alone."""
    return quote(text, safe=LEGAL, errors="replace")


def encode_part(text: str) -> str:
    """Encode a value that is put into a URL, so that it stays one part of it."""
    return quote(text, safe="", errors="replace")


def absolute(text: str) -> bool:
    """Whether a URL, or the beginning of one, stands for itself."""
    return _WEB.match(text) is not None


def join(target: str, url: str) -> str:
    """Put a relative URL behind the target, whose path is kept; an absolute URL stands for itself.

    ValueError for a target that has more behind its path, where nothing can be put.
    """
    if absolute(url):
        return url
    for sign, what in (("?", "query"), ("#", "fragment")):
        if sign in target:
            raise ValueError(f"the target holds a {what}, so that no path can be put behind it")
    return target.rstrip("/") + "/" + url.removeprefix("/")
