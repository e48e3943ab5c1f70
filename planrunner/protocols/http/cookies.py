"""The cookies of one VU: what targets set, and what is sent back where.

The rules are those of browsers: draft-ietf-httpbis-rfc6265bis ("6265bis"), which is to replace RFC 6265.
Three of them are left out. SameSite is for sites that others embed or link to; each request is as if
its user had typed it. Lifetimes are not cut to 400 days, which no run takes. And of the Public Suffix List
nothing is known but that a name without a dot, such as `com`, belongs to nobody: a target below `co.uk` that
sets cookies for all of it could harm the users of a browser, but here nobody.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final, TypeAlias

from msgspec import Struct

from planrunner.protocols.http.urls.url import Url

SIZE: Final = 4096  # bytes of name and value together (6265bis, 5.6)
LONGEST: Final = (
    1024  # bytes of what an attribute says; a longer one is as if it was not there (6265bis, 5.6)
)
PER_DOMAIN: Final = 50  # the least that 6265bis wants (6.1); when there are more the oldest one goes
IN_ALL: Final = 300  # per VU: a browser has one jar where a run has thousands
FOUND: Final = 50  # URLs for which it is remembered which cookies they get

Key: TypeAlias = tuple[str, bool, str, bytes]
"""Domain, whether subdomains are left out, path and name: what tells two cookies apart."""

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_AGE: Final = re.compile(r"-?[0-9]+")
_DATE_PARTS: Final = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")  # 6265bis, 5.1.1
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_NUMBER: Final = re.compile(r"[0-9]+")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Cookie(Struct, frozen=True):
    """One cookie, and where it belongs."""

    name: bytes
    text: bytes  # as it is sent: name=value, or the value alone where there is no name
    domain: str
    path: str
    host_only: bool  # not for subdomains
    secure: bool
    until: float  # seconds since the epoch


class Jar:
    """The cookies of one VU; where it is empty it costs nothing but the look at `cookies`."""

    __slots__ = ("_found", "_kept", "changed", "cookies")

    def __init__(self) -> None:
        self.cookies: dict[Key, Cookie] = {}
        self._kept: dict[Key, Cookie] = {}  # what an iteration begins with
        self.changed = False  # whether `cookies` may differ from that
        self._found: dict[Url, tuple[float, list[Cookie]]] = {}  # for a URL, and until when it holds

    def begin(self) -> None:
        """Begin an iteration with the cookies that were kept."""
        self.cookies, self._found, self.changed = dict(self._kept), {}, False

    def keep(self) -> None:
        """Keep the cookies that are there now for all iterations."""
        self._kept, self.changed = dict(self.cookies), False

    def store(self, lines: Iterable[bytes], url: Url, now: float, *, lasting: bool = False) -> None:
        """Take in the Set-Cookie lines of a reply; `lasting` ones are kept for all iterations."""
        for line in lines:
            cookie = parse(line, url, now)
            if cookie is not None and not self._hides_secure(cookie, url):
                self._found, self.changed = {}, True
                for cookies in (self.cookies, self._kept) if lasting else (self.cookies,):
                    _put(cookies, cookie, now)

    def matching(self, url: Url, now: float) -> list[Cookie]:
        """Return the cookies to send with a request, longest path first, then the oldest first."""
        until, found = self._found.get(url, (0.0, []))
        if now >= until:
            found = self._find(url, now)
            if len(self._found) >= FOUND:
                self._found.clear()
            self._found[url] = min((cookie.until for cookie in found), default=math.inf), found
        return found

    def _find(self, url: Url, now: float) -> list[Cookie]:
        host, path, safe = _host(url), url.path.partition("?")[0], _is_safe(url)
        found = [
            cookie
            for cookie in self.cookies.values()
            if (cookie.domain == host if cookie.host_only else _belongs(host, cookie.domain))
            and cookie.until > now
            and (safe or not cookie.secure)
            and _within(path, cookie.path)
        ]
        found.sort(key=lambda cookie: -len(cookie.path))
        return found

    def _hides_secure(self, cookie: Cookie, url: Url) -> bool:
        """Whether a cookie that came in the clear would pass for a secure one (6265bis, 5.7)."""
        return not _is_safe(url) and any(
            other.secure
            and other.name == cookie.name
            and (_belongs(other.domain, cookie.domain) or _belongs(cookie.domain, other.domain))
            and _within(cookie.path, other.path)
            for other in self.cookies.values()
        )


def _put(cookies: dict[Key, Cookie], cookie: Cookie, now: float) -> None:
    """Add or replace a cookie, or delete it when it is over, and keep within the limits."""
    key = (cookie.domain, cookie.host_only, cookie.path, cookie.name)
    known = cookies.get(key)
    if known is not None and known.until > now < cookie.until:
        cookies[key] = cookie  # it keeps the age of the one before (6265bis, 5.7)
        return
    cookies.pop(key, None)
    if cookie.until > now:
        _make_room(cookies, cookie.domain, now)
        cookies[key] = cookie


def _make_room(cookies: dict[Key, Cookie], domain: str, now: float) -> None:
    """Where there are too many, delete those that are over, or else the oldest."""
    beside = [key for key in cookies if key[0] == domain]
    among = beside if len(beside) >= PER_DOMAIN else list(cookies) if len(cookies) >= IN_ALL else []
    for key in [key for key in among if cookies[key].until <= now] or among[:1]:
        del cookies[key]


def parse(line: bytes, url: Url, now: float) -> Cookie | None:
    """Read a Set-Cookie line (6265bis, 5.6 and 5.7); None when the cookie is not to be stored."""
    pair, *rest = line.split(b";")
    name, value = named(pair)
    if _CONTROL.search(line) or not 0 < len(name) + len(value) <= SIZE:
        return None
    said = _attributes(rest, now)
    host, domain = _host(url), said.domain
    if domain and domain != host and not _may_set(host, domain):
        return None
    cookie = Cookie(
        name,
        name + b"=" + value if name else value,
        domain or host,
        said.path or _folder(url.path.partition("?")[0]),
        host_only=not domain or "." not in domain or _is_address(host),
        secure=said.secure,
        until=next((end for end in (said.age_ends, said.expires) if end is not None), math.inf),
    )
    if (said.secure and not _is_safe(url)) or _breaks_promise(cookie, explicit=said.path):
        return None
    return cookie


def named(pair: bytes) -> tuple[bytes, bytes]:
    """Take a cookie apart into name and value; without a = it is a value that has no name."""
    name, equals, value = pair.partition(b"=")
    return (name.strip(b" \t"), value.strip(b" \t")) if equals else (b"", name.strip(b" \t"))


class _Said(Struct):
    """What the attributes of a cookie say; of two with one name the last."""

    domain: str = ""
    path: str = ""
    secure: bool = False
    age_ends: float | None = None  # Max-Age, which wins
    expires: float | None = None


def _attributes(items: list[bytes], now: float) -> _Said:
    """Read attributes; what cannot be read was not said."""
    said = _Said()
    for item in items:
        key, _, value = item.decode("latin-1").partition("=")
        key, value = key.strip(" \t").lower(), value.strip(" \t")
        if len(value) > LONGEST:
            continue
        if key == "domain":
            said.domain = value.removeprefix(".").lower()
        elif key == "path":
            said.path = value if value.startswith("/") else ""
        elif key == "secure":
            said.secure = True
        elif key == "max-age" and _AGE.fullmatch(value):
            said.age_ends = now + float(value) if float(value) > 0 else -math.inf
        elif key == "expires":
            date = read_date(value)
            said.expires = said.expires if date is None else date
    return said


def _breaks_promise(cookie: Cookie, explicit: str) -> bool:
    """Whether a name promises what is not so (6265bis, 4.1.3); `explicit` is the path that was said.

    A value without a name, which looks like a name when it is sent, may promise nothing.
    """
    said = cookie.text[:9].lower()
    if said.startswith(b"__host-"):
        return not (cookie.name and cookie.secure and cookie.host_only and explicit == "/")
    return said == b"__secure-" and not (cookie.name and cookie.secure)


def _host(url: Url) -> str:
    """Return the host of a URL as a Domain attribute has it."""
    return f"[{url.origin.host}]" if ":" in url.origin.host else url.origin.host


def _is_safe(url: Url) -> bool:
    """Whether secure cookies may come from a URL and go to it.

    Over plain HTTP that is this machine alone, as in Chrome and Firefox (W3C, Secure Contexts, 3.1).
    """
    host = url.origin.host
    if url.origin.tls or host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_address(host) and ip_address(host).is_loopback


def _may_set(host: str, domain: str) -> bool:
    """Whether a host may set cookies for a domain above it; `com` alone belongs to nobody."""
    return "." in domain and _belongs(host, domain) and not _is_address(host)


def _belongs(host: str, domain: str) -> bool:
    """Whether a host is a domain, or below it."""
    return host == domain or host.endswith(f".{domain}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _folder(path: str) -> str:
    """Return the path for which a cookie is meant that names none (6265bis, 5.1.4)."""
    return path.rpartition("/")[0] or "/"


def _within(path: str, folder: str) -> bool:
    """Whether a cookie for `folder` is for `path` (6265bis, 5.1.4)."""
    if not path.startswith(folder):
        return False
    return len(path) == len(folder) or folder.endswith("/") or path[len(folder)] == "/"


def read_date(text: str) -> float | None:
    """Read a date in any of HTTP's forms as seconds since the epoch (6265bis, 5.1.1); None if it is none.

    The order of day, month and time does not matter, so one rule reads RFC 1123, RFC 850 and asctime.
    """
    time = day = month = year = None
    for part in _DATE_PARTS.findall(text):
        clock, number = _TIME.match(part), _NUMBER.match(part)
        digits = len(number[0]) if number else 0
        if time is None and clock:
            time = (int(clock[1]), int(clock[2]), int(clock[3]))
        elif day is None and 1 <= digits <= 2:
            day = int(part[:digits])
        elif month is None and part[:3].lower() in _MONTHS:
            month = _MONTHS.index(part[:3].lower()) + 1
        elif year is None and 2 <= digits <= 4:
            year = _whole_year(int(part[:digits]))
    if time is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        return datetime(year, month, day, *time, tzinfo=UTC).timestamp()
    except ValueError:  # there is no such day or time
        return None


def _whole_year(number: int) -> int:
    if number >= 100:
        return number
    return number + (1900 if number >= 70 else 2000)
