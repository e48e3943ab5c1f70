"""The answers that a first plan is made from, and how each one is read; ValueError says what to write."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from planrunner import units
from planrunner.metrics.series import METRICS
from planrunner.metrics.threshold.parse import parse
from planrunner.protocols.http.urls.url import split

Kind: TypeAlias = Literal["smoke", "load", "stress", "spike"]

KINDS: tuple[Kind, ...] = get_args(Kind)
DEMO = "demo"
_URL = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:/[\w./~%-]*)?")


class Answers(Struct, frozen=True):
    """What a tester wants to know of which target."""

    name: str
    target: str
    path: str
    kind: Kind
    goal: str  # an expression over http_req_duration


def name(text: str) -> str:
    """Read the name of a plan."""
    return _plain(text, "give the plan a name, for example 'Pizza shop'")


def target(text: str) -> str:
    """Read where the load goes: `demo`, or a URL without query and user."""
    url = _plain(text, "write a URL like https://shop.example, or demo")
    if url == DEMO:
        return url
    if not _URL.fullmatch(url):
        raise ValueError(f"{url!r} is no target: write a URL like https://shop.example, or demo")
    split(url)  # which knows what ports there are
    return url


def path(text: str) -> str:
    """Read the path of the first request."""
    found = _plain(text, "write a path like /api/quotes")
    if not found.startswith("/") or " " in found:
        raise ValueError(f"{found!r} is no path: write one like /api/quotes")
    return found


def goal(text: str) -> str:
    """Read how fast replies must be: `p(95) < 500ms`, or the longest time that any may take, `800ms`."""
    found = _plain(text, "write a goal like 'p(95) < 500ms', or the longest time a reply may take, like 2s")
    if found[0].isdigit():
        units.duration(found)
        found = f"max < {found}"
    return str(parse(found, METRICS["http_req_duration"]))


def _plain(text: str, hint: str) -> str:
    """Refuse what would mean something else in a plan, or nothing."""
    found = text.strip()
    if not found:
        raise ValueError(hint)
    if not found.isprintable():
        raise ValueError("this has characters that cannot be seen; write it again")
    if "${" in found:
        raise ValueError("${...} can be written into the plan afterwards")
    return found
