"""Selectors: `metric{tag:value}` picks the series of a metric whose tags fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from planrunner.metrics.series import Key, Tags

Fits = Callable[[Tags], bool]

KEPT = 1000  # selectors of a process that stay compiled


class Tag(Struct, frozen=True):
    """What a selector says of one tag: it has one of these values, or none of them; `*` is any text."""

    name: str
    values: tuple[str, ...]
    wanted: bool = True

    @property
    def exact(self) -> tuple[str, ...]:
        """The values without a wildcard."""
        return tuple(value for value in self.values if "*" not in value)


class Selector(Struct, frozen=True):
    """A metric, and what its tags must be."""

    metric: str
    tags: tuple[Tag, ...] = ()

    def picks(self, key: Key) -> bool:
        """Whether a series belongs to it; a tag that a series lacks counts as empty."""
        return key.metric == self.metric and (not self.tags or fits(self.tags)(key.tags))

    @property
    def inside(self) -> str:
        """What stands in its braces; empty for the whole metric."""
        return ", ".join(_written(tag) for tag in self.tags)

    def __str__(self) -> str:
        """Write it so that `selector` reads the same."""
        return f"{self.metric}{{{self.inside}}}" if self.tags else self.metric


@lru_cache(KEPT)
def fits(tags: tuple[Tag, ...]) -> Fits:
    """Compile what is said of tags to a function of those of a series."""
    asked = [(tag.name, _matcher(tag.values), tag.wanted) for tag in tags]

    def decide(has: Tags) -> bool:
        found = dict(has)
        return all(matches(found.get(name, "")) == wanted for name, matches, wanted in asked)

    return decide


def _matcher(values: tuple[str, ...]) -> Callable[[str], bool]:
    if not any("*" in value for value in values):
        return frozenset(values).__contains__
    pattern = "|".join(".*".join(map(re.escape, value.split("*"))) for value in values)
    found = re.compile(pattern, re.DOTALL).fullmatch
    return lambda value: found(value) is not None


_METRIC = re.compile(r"\s*([^{}\s]+)\s*")
_NAME = re.compile(r"""\s*('[^']*'|"[^"]*"|[^\s:!=,{}]+)\s*(!=|:)\s*""")
_QUOTED = r"""(?:"(?:[^"]|"")*"|'(?:[^']|'')*')"""
_END = r"\s*(?=,|$)"
_ENDS = re.compile(_END)
_WHOLE = re.compile(rf"({_QUOTED}){_END}", re.DOTALL)
_BARE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^,"']|["'])+""", re.DOTALL)
_ITEM = re.compile(rf"\s*(?:({_QUOTED})|([^\],\"'][^\],]*?))\s*([,\]])", re.DOTALL)


def selector(text: str) -> Selector:
    """Read a threshold's key, for example `checks{check:status is 200, scenario!=warm}`.

    Raises ValueError. k6's form (metrics/thresholds.go): commas separate, quotes around a value are
    dropped. Beyond it, a value in quotes may hold commas, and its own quotes written twice; `[a, b]` is any
    of several values.
    """
    metric = _METRIC.match(text)
    rest = text[metric.end() :].strip() if metric else ""
    if not metric or (rest and not (rest.startswith("{") and rest.endswith("}"))):
        raise ValueError("write it as metric or metric{tag:value}")
    return Selector(metric[1], tuple(_tags(rest[1:-1].strip())))


def _tags(text: str) -> list[Tag]:
    tags, at = [], 0
    while at < len(text):
        name = _NAME.match(text, at)
        if not name:
            raise ValueError(f"{text[at:].partition(',')[0].strip()!r} is not tag:value")
        values, at = _values(text, name.end(), name[1])
        tags.append(Tag(name[1].strip("'\""), values, name[2] == ":"))
        at = _after_comma(text, at)
    return tags


def _after_comma(text: str, at: int) -> int:
    rest = text[at:].lstrip()
    return len(text) - len(rest.removeprefix(",").lstrip())


def _values(text: str, at: int, name: str) -> tuple[tuple[str, ...], int]:
    """Read one value or a list of them; returns them and where they end."""
    if text.startswith("[", at):
        return _listed(text, at + 1, name)
    whole = _WHOLE.match(text, at)
    if whole:
        return (_unquoted(whole[1]),), whole.end()
    bare = _BARE.match(text, at)
    return ((bare[0].strip() if bare else "",), bare.end() if bare else at)


def _listed(text: str, at: int, name: str) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    while item := _ITEM.match(text, at):
        found.append(_unquoted(item[1]) if item[1] else item[2].strip())
        at = item.end()
        if item[3] == "]":
            if _ENDS.match(text, at):
                return tuple(found), at
            break
    raise ValueError(f"write the values of {name} as a list [a, b], or put a value with [ in it in quotes")


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])


def _written(tag: Tag) -> str:
    if len(tag.values) == 1:
        (value,) = tag.values
        told = _quoted(value) if value.startswith("[") or _unsafe(value, ",'\"{}") else value
    else:
        told = ", ".join(_quoted(value) if _unsafe(value, ",'\"{}[]") else value for value in tag.values)
        told = f"[{told}]"
    return f"{tag.name}{':' if tag.wanted else '!='}{told}"


def _unsafe(value: str, marks: str) -> bool:
    """Whether a value is read differently where it does not stand in quotes."""
    return value != value.strip() or not value or any(mark in value for mark in marks)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
