"""Lines that fit a terminal: broken between words, what follows indented below what it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PAINT = re.compile(r"\x1b\[\d+m")  # takes no room
WORD = re.compile(r"( *)((?:[^ ]|(?<=\d) %)+)")  # a number and its percent sign stay together
NARROWEST = 24  # columns beside an indentation, below which breaking lines only makes it worse


def fitted(lines: Iterable[str], width: int) -> Iterator[str]:
    """Break lines that are longer than `width`; 0: there is no end to a line, as in a file."""
    for line in lines:
        yield from broken(line, width, 2) if width and room(line) > width else [line]


def broken(line: str, width: int, hang: int) -> Iterator[str]:
    """Break a line; what follows is indented by `hang` more than the line is, if that leaves room enough."""
    indent = len(line) - len(line.lstrip(" ")) + hang
    margin = " " * (indent if width - indent >= NARROWEST else 0)
    held, used = "", 0
    for gap, word in WORD.findall(line):
        if held and used + len(gap) + room(word) > width:
            yield held
            gap, held, used = margin, "", 0  # noqa: PLW2901 - the gap is where the line was broken
        held += gap + word
        used += len(gap) + room(word)
    yield held


def room(text: str) -> int:
    """Return how many columns a text takes, without its colours."""
    return len(PAINT.sub("", text))
