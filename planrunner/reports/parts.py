"""The parts of a Markdown report, and how they fit where there is only so much room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

MOST = 65_536  # characters of a comment on GitHub
ROOM = 400  # for what is said of the parts that are left out


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines; `name` is what they are called where they are left out, empty for what always stays."""

    name: str
    lines: tuple[str, ...]


def part(name: str, lines: Iterable[str]) -> Part:
    """Gather the lines of a part."""
    return Part(name, tuple(lines))


def fitted(parts: Sequence[Part], most: int, order: Sequence[str]) -> str:
    """Write the parts in their order; where they do not fit, those go first that `order` names first."""
    kept, gone = list(parts), list[str]()
    for name in order:
        if _size(kept) <= most - ROOM * bool(gone):
            break
        if any(one.lines for one in kept if one.name == name):
            gone.append(name)
            kept = [one for one in kept if one.name != name]
    lines = [line for one in kept for line in one.lines]
    if _size(kept) > most - ROOM * bool(gone):
        gone.append("the rest of the limits")
        lines = _cut(lines, most - ROOM)
    if gone:
        told = f"Left out, so that this is not too long: {', '.join(gone)}; the HTML report shows all."
        lines += ["", told]
    return "\n".join(lines).rstrip("\n") + "\n"


def _size(parts: Sequence[Part]) -> int:
    return sum(len(line) + 1 for one in parts for line in one.lines)


def _cut(lines: Sequence[str], most: int) -> list[str]:
    """Keep whole lines from the beginning on."""
    ends = accumulate(len(line) + 1 for line in lines)
    return [line for line, end in zip(lines, ends, strict=True) if end <= most]
