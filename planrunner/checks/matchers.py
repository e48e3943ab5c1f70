"""Matchers: what is wanted of a value, as a function from the value to a complaint.

A matcher is prepared once for what is wanted (ValueError says why that cannot be) and then asked about
each value. It answers "" or a predicate like `is 3, expected 5`, to which the caller adds the subject.
A value of the wrong type is a complaint, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from planrunner import units
from planrunner.checks.regex import compile_pattern
from planrunner.errors import suggestion
from planrunner.values import data
from planrunner.values.data import NOTHING, equal, is_number, shown

Matcher: TypeAlias = Callable[[Any], str]
Prepare: TypeAlias = Callable[[Any], Matcher]


def exists(wanted: Any) -> Matcher:
    """Want something to be there (null counts), or with false nothing."""
    if wanted is None or wanted is True:
        return lambda value: "is missing" if value is NOTHING else ""
    if wanted is False:
        return lambda value: "" if value is NOTHING else f"is {shown(value)}, expected to be missing"
    raise ValueError("write true or false")


def equals(wanted: Any) -> Matcher:
    """Want the same data; numbers compare as numbers."""
    expected = shown(wanted)
    return lambda value: "" if equal(value, wanted) else f"is {shown(value)}, expected {expected}"


def differs(unwanted: Any) -> Matcher:
    """Want other data; numbers compare as numbers."""
    expected = f"expected not {shown(unwanted)}"
    return lambda value: f"is {shown(value)}, {expected}" if equal(value, unwanted) else ""


def contains(wanted: Any) -> Matcher:
    """Want a text in a text, an item in a list, a name in an object."""
    expected = f"expected to contain {shown(wanted)}"
    return lambda value: "" if _holds(value, wanted) else f"is {shown(value)}, {expected}"


def not_contains(unwanted: Any) -> Matcher:
    """Want a text, a list or an object without this."""
    expected = f"expected not to contain {shown(unwanted)}"
    return lambda value: "" if _holds(value, unwanted) is False else f"is {shown(value)}, {expected}"


def matches(wanted: Any) -> Matcher:
    """Want a text in which a regular expression finds something."""
    found = compile_pattern(wanted).found
    expected = f"expected to match {shown(wanted)}"

    def match(value: Any) -> str:
        return "" if type(value) is str and found(value) else f"is {shown(value)}, {expected}"

    return match


def comparing(word: str, compare: data.Binary, read: Callable[[Any], Any] = lambda value: value) -> Prepare:
    """Make a matcher that compares a number with a number, or a text with a text; `read` prepares both."""

    def prepare(wanted: Any) -> Matcher:
        if not is_number(wanted) and type(wanted) is not str:
            raise ValueError("write a number like 10")
        limit, expected = read(wanted), f"expected {word} {shown(wanted)}"

        def match(value: Any) -> str:
            try:
                return "" if compare(read(value), limit) else f"is {shown(value)}, {expected}"
            except ValueError:  # a number against a text
                return f"is {shown(value)}, {expected}"

        return match

    return prepare


def member_of(wanted: Any) -> Matcher:
    """Want one of several."""
    if type(wanted) is not list or not wanted:
        raise ValueError("write a list of values like [a, b]")
    expected = f"expected one of {shown(wanted)}"

    def match(value: Any) -> str:
        return "" if any(equal(value, item) for item in wanted) else f"is {shown(value)}, {expected}"

    return match


def of_type(wanted: Any) -> Matcher:
    """Want a JSON type; an integer is a number without decimals (JSON Schema, 6.1.1)."""
    is_type = TYPES.get(wanted) if type(wanted) is str else None
    if is_type is None:
        raise ValueError(suggestion(str(wanted), TYPES))
    return lambda value: "" if is_type(value) else f"is {shown(value)}, expected type {wanted}"


def length(wanted: Any) -> Matcher:
    """Want so many characters, items or members."""
    count = units.whole(wanted)

    def match(value: Any) -> str:
        if not isinstance(value, str | list | dict):
            return f"is {shown(value)}, expected a length of {count}"
        return "" if len(value) == count else f"has length {len(value)}, expected {count}"

    return match


def min_items(wanted: Any) -> Matcher:
    """Want a list of at least so many items."""
    count = units.whole(wanted)

    def match(value: Any) -> str:
        if type(value) is not list:
            return f"is {shown(value)}, expected a list of at least {count}"
        return "" if len(value) >= count else f"has {_items(len(value))}, expected at least {count}"

    return match


def max_items(wanted: Any) -> Matcher:
    """Want a list of at most so many items."""
    count = units.whole(wanted)

    def match(value: Any) -> str:
        if type(value) is not list:
            return f"is {shown(value)}, expected a list of at most {count}"
        return "" if len(value) <= count else f"has {_items(len(value))}, expected at most {count}"

    return match


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


def _holds(holder: Any, wanted: Any) -> bool | None:
    """Tell whether the holder contains it; None when it cannot hold such a thing."""
    try:
        return data.contains(holder, wanted)
    except ValueError:
        return None


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: type(value) is str,
    "number": is_number,
    "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "null": lambda value: value is None,
}

COMPARISONS: Mapping[str, tuple[str, data.Binary]] = {
    "below": ("below", data.below),
    "above": ("above", data.above),
    "at_most": ("at most", data.at_most),
    "at_least": ("at least", data.at_least),
}

MATCHERS: Mapping[str, Prepare] = {
    "exists": exists,
    "equals": equals,
    "not": differs,
    "contains": contains,
    "not_contains": not_contains,
    "matches": matches,
    **{name: comparing(word, compare) for name, (word, compare) in COMPARISONS.items()},
    "in": member_of,
    "type": of_type,
    "length": length,
    "min_items": min_items,
    "max_items": max_items,
}
