"""The cookies of one VU: what targets set, and what is sent back where (RFC 6265)."""

from __future__ import annotations

import math
import re
from calendar import timegm
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final, TypeAlias

from msgspec import Struct

from planrunner.protocols.http.url import Url

SIZE: Final = 4096  # bytes of name and value together; RFC 6265, 6.1, and all browsers
PER_DOMAIN: Final = 50  # the same; when there are more the oldest one goes
IN_ALL: Final = 300  # per VU: a browser has one jar where a run has thousands
FOUND: Final = 50  # URLs for which it is remembered which cookies they get

Key: TypeAlias = tuple[str, str, bytes]
"""Domain, path and name: what tells two cookies apart."""

_DATE_PARTS = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")  # RFC 6265, 5.1.1
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Cookie(Struct, frozen=True):
    """One cookie, and where it belongs."""

    name: bytes
    text: bytes  # name=value, as it is sent
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
            if cookie is not None:
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
        host, path, tls = url.origin.host, url.path.partition("?")[0], url.origin.tls
        found = [
            cookie
            for cookie in self.cookies.values()
            if (cookie.domain == host or (not cookie.host_only and host.endswith(f".{cookie.domain}")))
            and cookie.until > now
            and (tls or not cookie.secure)
            and _within(path, cookie.path)
        ]
        found.sort(key=lambda cookie: -len(cookie.path))
        return found


def _put(cookies: dict[Key, Cookie], cookie: Cookie, now: float) -> None:
    """Add or replace a cookie, or delete it when it is over, and keep within the limits."""
    key = (cookie.domain, cookie.path, cookie.name)
    if cookie.until <= now:
        cookies.pop(key, None)
        return
    if key not in cookies:
        beside = [other for other in cookies if other[0] == cookie.domain]
        if len(beside) >= PER_DOMAIN:
            del cookies[beside[0]]
        elif len(cookies) >= IN_ALL:
            del cookies[next(iter(cookies))]
    cookies[key] = cookie  # one that is replaced keeps its age (RFC 6265, 5.3, step 11)


def parse(line: bytes, url: Url, now: float) -> Cookie | None:
    """Read a Set-Cookie line (RFC 6265, 5.2 and 5.3); None when the cookie is not to be stored."""
    pair, *rest = line.split(b";")
    name, equals, value = (part.strip() for part in pair.partition(b"="))
    if not (name and equals) or len(name) + len(value) > SIZE or _CONTROL.search(pair):
        return None
    attributes = {}
    for item in rest:
        key, _, said = item.decode("latin-1").partition("=")
        attributes[key.strip().lower()] = said.strip()
    host = url.origin.host
    domain = attributes.get("domain", "").removeprefix(".").lower()
    if domain and domain != host and not _may_set(host, domain):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name,
        name + b"=" + value,
        domain or host,
        path if path.startswith("/") else _folder(url.path.partition("?")[0]),
        host_only=not domain or _is_address(host) or "." not in domain,
        secure="secure" in attributes,
        until=_until(attributes, now),
    )


def _may_set(host: str, domain: str) -> bool:
    """Whether a host may set cookies for a domain above it; `com` alone belongs to nobody."""
    return host.endswith(f".{domain}") and "." in domain and not _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _folder(path: str) -> str:
    """Return the path for which a cookie is meant that names none (RFC 6265, 5.1.4)."""
    return path.rpartition("/")[0] or "/"


def _within(path: str, folder: str) -> bool:
    """Whether a cookie for `folder` is for `path` (RFC 6265, 5.1.4)."""
    if not path.startswith(folder):
        return False
    return len(path) == len(folder) or folder.endswith("/") or path[len(folder)] == "/"


def _until(attributes: dict[str, str], now: float) -> float:
    """Return when a cookie ends; Max-Age wins, and what cannot be read was not said."""
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]+", age):
        return now + float(age) if float(age) > 0 else -math.inf
    date = read_date(attributes.get("expires", ""))
    return math.inf if date is None else date


def read_date(text: str) -> float | None:
    """Read a date in any of HTTP's forms as seconds since the epoch (RFC 6265, 5.1.1); None if it is none.

    The order of day, month and time does not matter, so one rule reads RFC 1123, RFC 850 and asctime.
    """
    time = day = month = year = None
    for part in _DATE_PARTS.findall(text):
        clock, digits = _TIME.match(part), re.match(r"(\d+)(?!\d)", part)
        if time is None and clock:
            time = (int(clock[1]), int(clock[2]), int(clock[3]))
        elif day is None and digits and len(digits[1]) <= 2:
            day = int(digits[1])
        elif month is None and part[:3].lower() in _MONTHS:
            month = _MONTHS.index(part[:3].lower()) + 1
        elif year is None and digits and len(digits[1]) in {2, 4}:
            year = _whole_year(int(digits[1]), len(digits[1]))
    if time is None or day is None or month is None or year is None:
        return None
    if not (1 <= day <= 31 and year >= 1601 and time[0] <= 23 and time[1] <= 59 and time[2] <= 59):
        return None
    return float(timegm((year, month, day, *time)))


def _whole_year(number: int, digits: int) -> int:
    if digits == 4:
        return number
    return number + (1900 if number >= 70 else 2000)
