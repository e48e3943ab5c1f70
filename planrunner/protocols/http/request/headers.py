"""The header lines of a request: the plan's, the usual ones, credentials and cookies."""

from __future__ import annotations

import re
from collections.abc import Callable

from planrunner import __version__
from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting, Values
from planrunner.protocols.http.request import auth
from planrunner.protocols.http.request.convert import converted, joined, one_line, text
from planrunner.values.names import Names
from planrunner.values.value import Value, constant

FRAMING = frozenset({"content-length", "transfer-encoding"})  # headers that say where a body ends
AGENT = f"planrunner/{__version__}"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_BROKEN = re.compile(r"[\r\n\0]")
_NO_COOKIE = re.compile(r"[;\x00-\x1f\x7f]")


def compile_headers(request: Request, kind: str, names: Names, problems: Problems) -> Value:
    """Compile all header lines but Host and Content-Length to one text; `kind` is the body's usual type.

    Cookie is the last of them, so that others can be put behind it (wire.py).
    """
    auth.clash(request, problems)
    named = {name.lower() for name in request.headers}  # a null removes a default too
    usual = [("User-Agent", AGENT), ("Accept", "*/*"), ("Content-Type", kind)]
    lines = [constant(f"{name}: {value}\r\n") for name, value in usual if value and name.lower() not in named]
    for name, setting in request.headers.items():
        if not _TOKEN.fullmatch(name):
            place = setting.place if setting else request.place
            problems.add(f"{name!r} is no header name", place, "letters, digits and - are allowed")
        elif setting is not None and name.lower() in FRAMING:
            problems.add(f"{name} is written by planrunner", setting.place, "leave it out")
        elif setting is not None and name.lower() != "cookie":
            lines.append(text(setting, names, problems, _line(name)))
    if request.auth is not None:
        credentials = auth.header(request.auth, names, problems)
        if credentials is not None:
            lines.append(converted(credentials, _line("Authorization"), request.auth.place, problems))
    return joined([*lines, *_cookies(request, names, problems)], "".join)


def _line(name: str) -> Callable[[str], str]:
    def line(value: str) -> str:
        if _BROKEN.search(value):
            raise ValueError(f"the value of header {name} holds a line break")
        return f"{name}: {value}\r\n"

    return line


def _cookies(request: Request, names: Names, problems: Problems) -> list[Value]:
    """Compile the Cookie line of a request's own: what `headers` says, and `cookies`; nothing without any."""
    given = find(request.headers, "cookie")
    pairs = [text(given, names, problems, one_line)] if given else []
    for name, setting in request.cookies.items():
        if not _TOKEN.fullmatch(name):
            place = setting.place if setting else request.place
            problems.add(f"{name!r} is no cookie name", place, "letters, digits, - and _ are allowed")
        elif setting is not None:
            pairs.append(_cookie(name, setting, names, problems))
    if not pairs:
        return []
    between = [piece for pair in pairs for piece in (constant("; "), pair)]
    return [constant("Cookie: "), *between[1:], constant("\r\n")]


def _cookie(name: str, setting: Setting, names: Names, problems: Problems) -> Value:
    def pair(value: str) -> str:
        if _NO_COOKIE.search(value):
            raise ValueError(f"the value of cookie {name} holds a semicolon or a control character")
        return f"{name}={value}"

    return text(setting, names, problems, pair)


def find(headers: Values, name: str) -> Setting | None:
    """Find a header by its name in lower case."""
    return next((setting for key, setting in headers.items() if key.lower() == name), None)
