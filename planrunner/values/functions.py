"""The functions that a `${...}` may call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import string
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from planrunner import units
from planrunner.values.data import (
    TEXT_LIMIT,
    TOO_LONG,
    MissingError,
    bounded,
    is_number,
    kind,
    shown,
    sized,
    to_json,
    written,
)
from planrunner.values.scope import Scope

LAYOUT_LIMIT = 1000
LETTERS = string.ascii_letters + string.digits

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,309}\s*")  # a float ends at 309 digits
_DECIMAL = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
_SHIFT = re.compile(r"([+-]?)(.*)", re.DOTALL)


class Function(Struct, frozen=True):
    """How a function is called: with values; with scope and values (`pure` false); unevaluated (`lazy`).

    A pure function of constants is a constant. A lazy one gets the scope and a function for each argument.
    Errors are ValueErrors with a text for testers.
    """

    call: Callable[..., Any]
    least: int
    most: int
    pure: bool = True
    lazy: bool = False


def uuid(scope: Scope) -> str:
    """Make a random UUID (RFC 9562, version 4) that a seed repeats."""
    digits = f"{scope.random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def random_int(scope: Scope, least: Any, most: Any) -> int:
    """Draw a whole number from `least` to `most`, both included."""
    if type(least) is not int or type(most) is not int:
        wrong = most if type(least) is int else least
        raise ValueError(f"random_int() takes two whole numbers, not {shown(wrong, 40)}")
    if least > most:
        raise ValueError(f"random_int() takes the smaller number first: {least} is above {most}")
    return scope.random.randint(least, most)


def random_choice(scope: Scope, items: Any) -> Any:
    """Draw one item of a list."""
    if not _list("random_choice", items):
        raise ValueError("random_choice() cannot choose from an empty list")
    return scope.random.choice(items)


def random_string(scope: Scope, length: Any) -> str:
    """Draw letters and digits."""
    if type(length) is not int or not 0 <= length <= TEXT_LIMIT:
        raise ValueError(f"random_string() takes a length from 0 to {TEXT_LIMIT}, not {shown(length, 40)}")
    return "".join(scope.random.choices(LETTERS, k=length))


def now(_: Scope, shift: Any = "", layout: Any = "%Y-%m-%dT%H:%M:%SZ") -> str:
    """Write the time in UTC, moved by a shift like `+1d` or `-2h`, in a layout of strftime."""
    sign, amount = _SHIFT.fullmatch(_text("now", shift)).groups()  # type: ignore[union-attr] # matches all
    try:
        moved = timedelta(seconds=units.duration(amount) if shift else 0.0)
        moment = datetime.now(UTC) + (-moved if sign == "-" else moved)
    except ValueError:
        raise ValueError(f"now() takes a shift like '+1d' or '-2h', not {shown(shift, 40)}") from None
    except OverflowError:
        raise ValueError(
            f"now() cannot be shifted by {shown(shift, 40)}: that is beyond the calendar"
        ) from None
    if len(_text("now", layout)) > LAYOUT_LIMIT:  # `%99999Y` makes much of little
        raise ValueError(f"now() takes a layout of at most {LAYOUT_LIMIT} characters")
    return moment.strftime(layout)


def timestamp(_: Scope) -> int:
    """Count the seconds since 1970, as Unix does."""
    return int(time.time())


def base64_of(value: Any) -> str:
    """Encode the UTF-8 bytes of a text in base64 (RFC 4648, 4)."""
    return bounded(base64.b64encode(_bytes(value)).decode())


def sha256(value: Any) -> str:
    """Hash the UTF-8 bytes of a text; lower-case hexadecimal."""
    return hashlib.sha256(_bytes(value)).hexdigest()


def hmac_of(key: Any, value: Any) -> str:
    """Sign a text with HMAC-SHA256; lower-case hexadecimal."""
    return hmac.new(_bytes(key), _bytes(value), "sha256").hexdigest()


def urlencode(value: Any) -> str:
    """Percent-encode a text so that it can stand anywhere in a URL."""
    return bounded(quote(written(value), safe=""))


def tojson(value: Any) -> str:
    """Write a value as JSON; text gets its quotes."""
    return bounded(to_json(value))


def length(value: Any) -> int:
    """Count characters, items or members."""
    if isinstance(value, str | list | dict):
        return len(value)
    raise ValueError(f"length() takes text, a list or an object, not {_told(value)}")


def lower(value: Any) -> str:
    """Write a text in small letters."""
    return bounded(_text("lower", value).lower())


def upper(value: Any) -> str:
    """Write a text in capitals."""
    return bounded(_text("upper", value).upper())


def default(scope: Scope, value: Callable[[Scope], Any], other: Callable[[Scope], Any]) -> Any:
    """Return the first argument, or the second when the first is null or missing."""
    try:
        found = value(scope)
    except MissingError:
        found = None
    return other(scope) if found is None else found


def int_of(value: Any) -> int:
    """Make a whole number of a text, or of a number by cutting its decimals off."""
    if is_number(value):
        return int(value)
    if type(value) is str and _WHOLE.fullmatch(value):
        return int(sized(int(value)))
    raise ValueError(f"int() takes a number or a text like '12', not {_told(value)}")


def float_of(value: Any) -> float:
    """Make a number with decimals of a text or a number."""
    if is_number(value) or (type(value) is str and _DECIMAL.fullmatch(value)):
        return float(sized(float(value)))
    raise ValueError(f"float() takes a number or a text like '1.5', not {_told(value)}")


def str_of(value: Any) -> str:
    """Make a text of a value, written as inside text."""
    return bounded(written(value))


def join(items: Any, separator: Any = "") -> str:
    """Write the items of a list one after the other with a separator between them."""
    between, texts = _text("join", separator), list[str]()
    room = TEXT_LIMIT
    for item in _list("join", items):
        texts.append(written(item))
        room -= len(texts[-1]) + len(between)
        if room < 0:
            raise ValueError(TOO_LONG)
    return between.join(texts)


def first(items: Any) -> Any:
    """Return the first item of a list."""
    if not _list("first", items):
        raise MissingError("first() of an empty list")
    return items[0]


def last(items: Any) -> Any:
    """Return the last item of a list."""
    if not _list("last", items):
        raise MissingError("last() of an empty list")
    return items[-1]


def _text(name: str, value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"{name}() takes text, not {_told(value)}")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{name}() takes a list, not {_told(value)}")
    return value


def _bytes(value: Any) -> bytes:
    return written(value).encode()


def _told(value: Any) -> str:
    return "null" if value is None else f"{kind(value)}: {shown(value, 40)}"


FUNCTIONS: Mapping[str, Function] = {
    "uuid": Function(uuid, 0, 0, pure=False),
    "random_int": Function(random_int, 2, 2, pure=False),
    "random_choice": Function(random_choice, 1, 1, pure=False),
    "random_string": Function(random_string, 1, 1, pure=False),
    "now": Function(now, 0, 2, pure=False),
    "timestamp": Function(timestamp, 0, 0, pure=False),
    "base64": Function(base64_of, 1, 1),
    "sha256": Function(sha256, 1, 1),
    "hmac": Function(hmac_of, 2, 2),
    "urlencode": Function(urlencode, 1, 1),
    "tojson": Function(tojson, 1, 1),
    "length": Function(length, 1, 1),
    "lower": Function(lower, 1, 1),
    "upper": Function(upper, 1, 1),
    "default": Function(default, 2, 2, lazy=True),
    "int": Function(int_of, 1, 1),
    "float": Function(float_of, 1, 1),
    "str": Function(str_of, 1, 1),
    "join": Function(join, 1, 2),
    "first": Function(first, 1, 1),
    "last": Function(last, 1, 1),
}
