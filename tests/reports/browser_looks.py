"""A page as a real browser shows it: Debian's Chromium, driven from Node."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from browsing import browsing


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is opened, and what is asked of it then."""

    file: str
    scheme: str = "light"
    width: int = 1200
    height: int = 900
    script: bool = True
    media: str = "screen"
    motion: str | None = None
    run: str = ""  # JavaScript that gives a value
    rules: bool = False  # whether those of accessibility are held against it
    shot: str = ""  # where a picture goes
    full: bool = False  # of the whole page


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it."""

    said: list[str] = field(default_factory=list)  # on the console
    asked: list[str] = field(default_factory=list)  # requests
    value: Any = None
    faults: list[str] = field(default_factory=list)  # of accessibility, with everything folded out


def look(*looks: Look) -> list[Seen]:
    """Open pages one after the other in one browser."""
    with browsing() as browser:
        return [Seen(**browser.do("look", **asdict(one))) for one in looks]
