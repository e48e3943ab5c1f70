"""What a summary is written on: colours or none, and so many columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

Paint: TypeAlias = Callable[[str, str], str]  # (colour, text) -> text

COLORS: Mapping[str, str] = {"green": "\x1b[32m", "red": "\x1b[31m", "yellow": "\x1b[33m", "dim": "\x1b[2m"}

TONES: Mapping[str, str] = {
    "passed": "green",
    "failed": "red",
    "no data": "yellow",
    "interrupted": "yellow",
    "unjudged": "yellow",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal, or a file."""

    paint: Paint
    columns: int  # 0: a file has no end of them

    def within(self, indent: int) -> Screen:
        """Return what is left of it behind an indentation."""
        return replace(self, columns=max(1, self.columns - indent) if self.columns else 0)


def ansi(color: str, text: str) -> str:
    """Colour a text."""
    return f"{COLORS[color]}{text}\x1b[0m"


def plain(_: str, text: str) -> str:
    """Leave a text as it is."""
    return text
