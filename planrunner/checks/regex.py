"""Regular expressions, run by RE2: no text can make a search slow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from planrunner.values.data import shown

LACKS = {
    "(?=": "lookahead",
    "(?!": "lookahead",
    "(?<=": "lookbehind",
    "(?<!": "lookbehind",
    "(?>": "atomic groups",
    "(?(": "conditions",
    "(?#": "comments",
    "(?x": "verbose mode",
    "(?P": "backreferences",
    **{f"\\{escape}": "backreferences" for escape in "123456789kg"},
    **{f"{sign}+": "possessive repetition" for sign in "*+?"},
}
"""What other engines know and RE2 does not, by what it calls an error."""

INSTEAD = {"\\Z": "\\z", "\\u": "\\x{20AC}", "\\U": "\\x{20AC}", "\\h": "[ \\t]", "\\R": "\\r?\\n"}
"""What RE2 spells otherwise."""


class Pattern(Struct, frozen=True):
    """A compiled regular expression that may be found anywhere in a text.

    `values` gives of each match the first group, or the whole match where the pattern has no group; a
    match in which the group took no part gives nothing. As in JavaScript, `$` is the very end of the text
    and `\\d \\s \\w \\b` know ASCII only.
    """

    found: Callable[[str], bool]
    values: Callable[[str], Iterator[str]]


def compile_pattern(wanted: Any) -> Pattern:
    """Compile a regular expression; ValueError says what is wrong with it."""
    if type(wanted) is not str:
        raise ValueError("write a regular expression in single quotes")
    import re2  # type: ignore[import-untyped]  # noqa: PLC0415  (has no types; few plans have a pattern)

    options = re2.Options()
    options.log_errors = False  # it would write to standard error
    try:
        compiled = re2.compile(wanted, options)
    except re2.error as error:
        raise ValueError(_reason(error.args[0].decode("utf-8", "replace"))) from None
    except UnicodeEncodeError:
        raise ValueError("no regular expression: it holds half a character") from None
    return _pattern(compiled)


def _pattern(compiled: Any) -> Pattern:
    search, group = compiled.search, 1 if compiled.groups else 0

    def found(text: str) -> bool:
        return search(text.encode("utf-8", "replace")) is not None  # bytes: no offsets to be translated

    def values(text: str) -> Iterator[str]:
        return (match[group] for match in compiled.finditer(text) if match[group] is not None)

    return Pattern(found, values)


def _reason(told: str) -> str:
    """Say in words what RE2 tells as `problem: part of the pattern`."""
    problem, _, part = told.partition(": ")
    if part in LACKS:
        return f"RE2, which keeps every search fast, has no {LACKS[part]}: {part}"
    if part in INSTEAD:
        return f"RE2, which keeps every search fast, has no {part}; write {INSTEAD[part]}"
    return f"no regular expression: {problem}" + (f": {shown(part, 40)}" if part else "")
