"""What can be done with data in a `${...}`: look into it, calculate, compare, write it as text."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import Any, Final, TypeAlias

TEXT_LIMIT: Final = 1 << 20  # characters a text may have that an expression makes
TOO_LONG: Final = "the text would be longer than 1 MiB"
BITS_LIMIT: Final = 1023  # of a whole number, so that it still fits a float
SHOWN_LIMIT: Final = 120  # characters of a value that a message quotes: a line on a terminal

Binary: TypeAlias = Callable[[Any, Any], Any]

NOTHING: Final = object()
"""What was looked for and is not there, as opposed to null."""

_KINDS: Mapping[type[object], str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class MissingError(ValueError):
    """A member, header or saved value that is not there; `default(x, y)` forgives it."""


def kind(value: object) -> str:
    """Name the type of a value as a tester would."""
    return _KINDS.get(type(value), "null")


def is_number(value: object) -> bool:
    """Tell a number from anything else; `true` is none."""
    return type(value) is int or type(value) is float


def written(value: object) -> str:
    """Write a value into text: text as it is, all else as JSON."""
    if type(value) is str:
        return value
    return str(value) if type(value) is int else to_json(value)  # most are numbers; JSON writes them so too


def to_json(value: object) -> str:
    """Write a value as compact JSON, of at most TEXT_LIMIT characters."""
    try:
        if _least(value, TEXT_LIMIT) > TEXT_LIMIT:  # told before it is written: it may be far longer
            raise ValueError(TOO_LONG)
        return _JSON.encode(value)
    except RecursionError:
        raise ValueError("the data is nested too deeply to be written") from None


def _least(value: object, limit: int) -> int:
    """Return how many characters a value has at least as JSON; counting ends soon after `limit`."""
    if type(value) is str:
        return len(value)
    parts: Iterable[object] = ()
    count = 1
    if type(value) is list:
        count, parts = 2 * len(value), value  # with commas
    elif type(value) is dict:
        count, parts = 5 * len(value), chain(value, value.values())  # with quotes, colons and commas
    for part in parts:
        if count > limit:
            break
        if isinstance(part, str | list | dict):
            count += _least(part, limit)
    return count


def texts(value: object) -> list[str]:
    """List all texts and numbers in a value, as they are written; `true` and `null` tell nothing."""
    found, rest = [], [value]  # no recursion: a data file may be nested deeply
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(reversed(item.values()))
        elif isinstance(item, list):
            rest.extend(reversed(item))
        elif type(item) is str or is_number(item):
            found.append(written(item))
    return found


def shown(value: object, limit: int = SHOWN_LIMIT) -> str:
    """Quote a value for a message: control characters visible, cut to `limit` characters."""
    if type(value) is str:
        quoted = repr(value[:limit])
        return quoted if len(value) <= limit else f"{quoted[:-1]}…{quoted[-1]}"
    try:
        # In pieces, so that a message about a large body does not write all of it. No piece can be
        # longer than what one text of the data needs.
        pieces = "".join(islice(_JSON.iterencode(value), limit))
    except (ValueError, RecursionError):
        return kind(value)
    visible = "".join(c if c.isprintable() else repr(c)[1:-1] for c in pieces[: limit + 1])
    return visible if len(visible) <= limit else visible[:limit] + "…"


def bounded(text: str) -> str:
    """Return the text unless it is longer than an expression may make one."""
    if len(text) > TEXT_LIMIT:
        raise ValueError(TOO_LONG)
    return text


def member(holder: Any, key: Any, name: str) -> Any:
    """Look into an object by name or into a list by index; `name` says in messages what was looked into."""
    if type(holder) is dict and type(key) is str:
        if key in holder:
            return holder[key]
        raise MissingError(f"{name} has no member {shown(key, 40)}")
    if type(holder) is list and type(key) is int:
        if -len(holder) <= key < len(holder):
            return holder[key]
        raise MissingError(f"{name} has no item {key}: it has {len(holder)}")
    if type(holder) is dict:
        raise ValueError(f"the members of {name} have names, not {shown(key, 40)}")
    if type(holder) is list:
        raise ValueError(f"the items of {name} have whole numbers, not {shown(key, 40)}")
    raise MissingError(f"{name} is {kind(holder)}, so it has no member {shown(key, 40)}")


def equal(a: Any, b: Any) -> bool:
    """Compare data as JSON means it: 1 is 1.0, but true is not 1, and text is no number."""
    if type(a) is type(b):
        if type(a) is list:
            return len(a) == len(b) and all(map(equal, a, b))
        if type(a) is dict:
            return a.keys() == b.keys() and all(equal(value, b[key]) for key, value in a.items())
        return bool(a == b)
    return is_number(a) and is_number(b) and bool(a == b)


def contains(holder: Any, wanted: Any) -> bool:
    """Tell whether a text holds a text, a list an item or an object a name."""
    if type(holder) is list:
        return any(equal(item, wanted) for item in holder)
    if type(holder) is str or type(holder) is dict:
        if type(wanted) is str:
            return wanted in holder
        raise ValueError(f"{kind(holder)} can only hold text, not {shown(wanted)}")
    raise ValueError(f"cannot look for something in {kind(holder)}")


def add(a: Any, b: Any) -> Any:
    """Add numbers, or join two texts or two lists."""
    if type(a) is str and type(b) is str:
        if len(a) + len(b) > TEXT_LIMIT:
            raise ValueError(TOO_LONG)
        return a + b
    if type(a) is list and type(b) is list:
        if len(a) + len(b) > TEXT_LIMIT:
            raise ValueError("the list would have more than a million items")
        return a + b
    if type(a) is str or type(b) is str:
        other = b if type(a) is str else a
        raise ValueError(f"cannot add text and {kind(other)}: str(x) makes text, int(x) a number")
    return _sum(a, b)


def arithmetic(sign: str, calculate: Binary) -> Binary:
    """Make an operator on numbers whose errors and limits are told in words."""

    def checked(a: Any, b: Any) -> Any:
        if not (is_number(a) and is_number(b)):
            wrong = b if is_number(a) else a
            raise ValueError(f"cannot calculate with {kind(wrong)}: {shown(a, 40)} {sign} {shown(b, 40)}")
        try:
            return sized(calculate(a, b))
        except ZeroDivisionError:
            raise ValueError(f"division by zero: {shown(a, 40)} {sign} {shown(b, 40)}") from None
        except OverflowError:
            raise ValueError("the number is too large") from None

    return checked


def sized(value: Any) -> Any:
    """Return a number unless it is beyond what a float can hold, or not a number at all."""
    if type(value) is int:
        if value.bit_length() <= BITS_LIMIT:
            return value
    elif type(value) is float and math.isfinite(value):
        return value
    elif type(value) is complex:
        raise ValueError("the root of a negative number is no number")
    raise ValueError("the number is too large")


def ordered(sign: str, compare: Callable[[Any, Any], bool]) -> Binary:
    """Make a comparison of two numbers or two texts."""

    def checked(a: Any, b: Any) -> bool:
        if (is_number(a) and is_number(b)) or (type(a) is str and type(b) is str):
            return compare(a, b)
        raise ValueError(f"cannot compare {kind(a)} with {kind(b)}: {shown(a, 40)} {sign} {shown(b, 40)}")

    return checked


def negative(value: Any) -> Any:
    """Negate a number."""
    if not is_number(value):
        raise ValueError(f"cannot negate {kind(value)}: {shown(value, 40)}")
    return -value


def positive(value: Any) -> Any:
    """Return a number as it is."""
    if not is_number(value):
        raise ValueError(f"'+' needs a number, not {kind(value)}: {shown(value, 40)}")
    return value


def _power(a: Any, b: Any) -> Any:
    # Both are bounded before the work, not after: 9 ** 9 ** 9 must cost nothing.
    if type(a) is int and type(b) is int and b > 0 and (a.bit_length() - 1) * b > BITS_LIMIT:
        raise OverflowError
    return a**b


_sum = arithmetic("+", operator.add)
subtract = arithmetic("-", operator.sub)
multiply = arithmetic("*", operator.mul)
divide = arithmetic("/", operator.truediv)
floor_divide = arithmetic("//", operator.floordiv)
modulo = arithmetic("%", operator.mod)
power = arithmetic("**", _power)
below = ordered("<", operator.lt)
at_most = ordered("<=", operator.le)
above = ordered(">", operator.gt)
at_least = ordered(">=", operator.ge)
