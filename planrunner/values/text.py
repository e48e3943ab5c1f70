"""Text with `${...}` in it: where each expression begins and ends, and where that is in the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from planrunner.errors import Place, Problems
from planrunner.plan.model import Setting

_OPEN = re.compile(r"\$?\$\{")
# A brace inside quotes does not end an expression. Possessive, so that a missing end is found in one pass.
_INSIDE = re.compile(r"""(?:[^"'}]|\"(?:\\.|[^"\\])*+\"|'(?:\\.|[^'\\])*+')*+""", re.DOTALL)


class Part(Struct, frozen=True):
    """A piece of a text: literal, or the source of an expression."""

    text: str
    start: int  # of `text` in the whole, from 0
    expression: bool = False


class UnclosedError(Exception):
    """A `${` without its `}`."""

    def __init__(self, start: int, hint: str) -> None:
        super().__init__("'${' is not closed")
        self.start = start
        self.hint = hint


def split(text: str) -> Iterator[Part]:
    """Cut a text into its parts; `$${` is a literal `${`. Raises UnclosedError."""
    at = 0
    while opening := _OPEN.search(text, at):
        if opening.start() > at:
            yield Part(text[at : opening.start()], at)
        if opening[0] == "$${":
            yield Part("${", opening.start())
            at = opening.end()
            continue
        end = _close(text, opening.start(), opening.end())
        yield Part(text[opening.end() : end], opening.end(), expression=True)
        at = end + 1
    if at < len(text):
        yield Part(text[at:], at)


def _close(text: str, opened: int, start: int) -> int:
    inside = _INSIDE.match(text, start)
    end = inside.end() if inside else start
    if text[end : end + 1] == "}":
        return end
    if end < len(text) and "}" in text[end:]:
        raise UnclosedError(opened, f"the quote {text[end]} inside it is not closed")
    raise UnclosedError(opened, "write } at its end, or $${ for a literal ${")


def place_of(setting: Setting, start: int, width: int, problems: Problems) -> Place:
    """Find the place of a part of a setting's text; the setting's own where that cannot be told.

    A scalar's characters may stand in the file otherwise than in its value: escaped, folded, in a block.
    So a place counts only when the text really stands there.
    """
    place, lines = setting.place, problems.lines.get(setting.place.file, [])
    row = setting.text.count("\n", 0, start)
    text = setting.text.split("\n")[row]
    column = start - (setting.text.rfind("\n", 0, start) + 1)
    if not row and 1 <= place.line <= len(lines):
        for quote in (0, 1):
            if lines[place.line - 1].startswith(text, max(place.column - 1 + quote, 0)):
                return Place(place.file, place.line, place.column + quote + column, width)
    line = place.line + row + 1  # of a block: the line after the `|`
    if place.line and line <= len(lines) and text.strip() and lines[line - 1].strip() == text.strip():
        indent = lines[line - 1].index(text.strip()) - text.index(text.strip())
        return Place(place.file, line, indent + column + 1, width)
    return place
