"""Where a redirect leads: `Location`, read as browsers read it (WHATWG URL, 4.4, with the page as its base).

A target that sends users somewhere must send the load to the same place; what no browser understands leads
nowhere. RFC 9110, 10.2.2, allows less, but targets send what browsers take.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from planrunner.protocols.http.terms import Origin
from planrunner.protocols.http.urls.hostname import host_of, ipv6
from planrunner.protocols.http.urls.url import OtherSchemeError, Url, host_header, port_of

# What stays as it is in a path and in a query; the rest is encoded, but existing %XX stay.
IN_PATH = "!$%&'()*+,/:;=@[]|"
IN_QUERY = "!$%&()*+,/:;=?@[\\]^`{|}"

_AROUND: Final = "".join(map(chr, range(0x21)))  # control characters and spaces
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"(?P<authority>[^/\\?#]*)(?P<rest>.*)", re.DOTALL)
_PLACE: Final = re.compile(r"(?:.*@)?(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]*))?", re.DOTALL)
_DOT: Final = re.compile(r"(?:\.|%2e)", re.IGNORECASE)


def follow(url: Url, location: bytes) -> Url:
    """Find where a Location leads from a URL; OtherSchemeError for ftp: and others, ValueError for no URL.

    A user name and password go unused: browsers would send them only when asked for a login.
    """
    # Bytes stay what they are, in whatever encoding, as in Chrome; line breaks and tabs do not count.
    text = "".join([chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location])
    text = text.strip(_AROUND).translate({9: None, 10: None, 13: None})
    scheme = _SCHEME.match(text)
    tls, same = url.origin.tls, True
    if scheme:
        if scheme[1].lower() not in {"http", "https"}:
            raise OtherSchemeError("it is no URL that begins with http:// or https://")
        text, tls = text[scheme.end() :], scheme[1].lower() == "https"
        same = tls == url.origin.tls
    if same and not re.match(r"[/\\]{2}", text):
        return _within(url, text)
    found = _AUTHORITY.fullmatch(text.lstrip("/\\"))
    assert found is not None
    origin = _origin(found["authority"], tls=tls)
    return _within(Url(origin, host_header(origin), "/"), found["rest"])


def _origin(authority: str, *, tls: bool) -> Origin:
    found = _PLACE.fullmatch(authority)
    if found is None:
        raise ValueError("its host is followed by something else than a port")
    host, port = found["host"], port_of(found["port"], tls=tls)
    if not host.startswith("["):
        return Origin(tls, host_of(unquote(host)), port)
    if "%" in host:  # a zone means something on the target's machine only
        raise ValueError("its address has a zone")
    return Origin(tls, ipv6(host[1:-1]), port)


def _within(url: Url, text: str) -> Url:
    """Resolve what stands behind scheme and host against the path of a URL."""
    before, had, asked = url.path.partition("?")
    path, mark, query = text.partition("#")[0].partition("?")
    path, before = path.replace("\\", "/"), _without_dots(before)  # a plan's path goes as written
    if not path:
        path = before
        mark, query = (mark, query) if mark else (had, asked)
    elif not path.startswith("/"):
        path = before[: before.rindex("/") + 1] + path
    whole = quote(_without_dots(path), safe=IN_PATH) + mark + quote(query, safe=IN_QUERY)
    return url._replace(path=whole)


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` in a path, also where the dots are encoded."""
    kept: list[str] = []
    segment = ""
    for segment in path[1:].split("/"):
        plain = _DOT.sub(".", segment)
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
    if _DOT.sub(".", segment) in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
