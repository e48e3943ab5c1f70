"""Quantities as people write them ("30s", "50/s", "1%", "64KiB"), to numbers and back."""

from __future__ import annotations

import math
import re

SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
BYTES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}

_NUMBER = r"\d+(?:\.\d+)?"
_PART = re.compile(rf"({_NUMBER})(d|h|ms|m|s|us|µs)")
_DURATION = re.compile(rf"(?:{_NUMBER}(?:d|h|ms|m|s|us|µs))+")
_RATE = re.compile(rf"({_NUMBER})/(s|m|h|d)")
_SHARE = re.compile(rf"({_NUMBER})%")
_SIZE = re.compile(rf"({_NUMBER}) ?({'|'.join(BYTES)})")
_STATUS = re.compile(r"(?P<group>[1-9])[xX]{2}|(?P<low>[1-9]\d\d)(?:-(?P<high>[1-9]\d\d))?")


def duration(value: object) -> float:
    """Read a duration like `1h30m` or `300ms` as seconds.

    Raises ValueError, with the spelling to use, for anything else; a bare number has no unit.
    """
    text = str(value)
    if isinstance(value, str) and _DURATION.fullmatch(text):
        return sum(float(number) * SECONDS[unit] for number, unit in _PART.findall(text))
    if _is_number(value):
        raise ValueError(f"a duration needs a unit: did you mean {text + 's'!r} or {text + 'ms'!r}?")
    joined = text.replace(" ", "")
    if isinstance(value, str) and joined != text and _DURATION.fullmatch(joined):
        raise ValueError(f"there is no space in a duration: did you mean {joined!r}?")
    raise ValueError("write a duration like '300ms', '30s' or '1h30m'")


def rate(value: object) -> float:
    """Read a rate like `50/s` or `600/m` as events per second; ValueError for anything else."""
    found = _RATE.fullmatch(str(value))
    if found:
        return float(found[1]) / SECONDS[found[2]]
    if _is_number(value):
        raise ValueError(f"a rate needs a unit: did you mean '{value}/s'?")
    raise ValueError("write a rate like '50/s' or '600/m'")


def share(value: object) -> float:
    """Read a share like `1%` or `0.01` as a number; ValueError for anything else."""
    found = _SHARE.fullmatch(str(value))
    if found:
        return float(found[1]) / 100
    if _is_number(value):
        return float(str(value))
    raise ValueError("write a share like '1%'")


def size(value: object) -> int:
    """Read a size like `64KiB` as bytes; ValueError for anything else."""
    found = _SIZE.fullmatch(str(value))
    if found:
        return round(float(found[1]) * BYTES[found[2]])
    if _is_number(value):
        raise ValueError(f"a size needs a unit: did you mean '{value}KiB'?")
    raise ValueError("write a size like '64KiB' or '2MB'")


def whole(value: object) -> int:
    """Read a whole number from 0; ValueError for anything else (`true` is no number)."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():  # a variable from the environment
        return int(value)
    raise ValueError("write a whole number like 10")


def flag(value: object) -> bool:
    """Read true or false; ValueError for all else."""
    if str(value).lower() not in {"true", "false"}:
        raise ValueError("write true or false")
    return str(value).lower() == "true"


def statuses(value: object) -> frozenset[int]:
    """Read HTTP status codes, of three digits each (RFC 9110, 15): `200`, `2xx` or `200-299`.

    ValueError for anything else.
    """
    found = _STATUS.fullmatch(str(value)) if not isinstance(value, bool) else None
    if not found:
        raise ValueError("write a status like 200, 2xx or 200-299, or a list of these")
    if found["group"]:
        first = int(found["group"]) * 100
        return frozenset(range(first, first + 100))
    low, high = int(found["low"]), int(found["high"] or found["low"])
    if low > high:
        raise ValueError(f"write the lower status first: {high}-{low}")
    return frozenset(range(low, high + 1))


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(_NUMBER, value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def show_duration(seconds: float) -> str:
    """Write seconds as k6's summary does: `1.23ms`, `4.5s`, `1m30s`; digits are cut, not rounded."""
    ms = seconds * 1000
    if ms == 0:
        return "0s"
    if ms < 0.001:
        return f"{math.trunc(ms * 1e6)}ns"
    if ms < 1:
        return f"{cut(ms * 1000, 2)}µs"
    if ms < 1000:
        return f"{cut(ms, 2)}ms"
    rest = f"{cut(ms % 60000 / 1000, 0 if ms > 60000 else 2)}s"
    minutes = math.trunc(ms / 60000)
    if minutes < 1:
        return rest
    if minutes < 60:
        return f"{minutes}m{rest}"
    return f"{minutes // 60}h{minutes % 60}m{rest}"


def show_size(count: float) -> str:
    """Write bytes as k6's summary does: base 1000, one decimal below 10."""
    if count < 1000:
        return f"{count:.0f} B"
    power = min(int(math.log10(count) / 3 + 1e-12), 5)
    value = math.floor(count / 1000**power * 10 + 0.5) / 10
    return f"{value:.{1 if value < 10 else 0}f} {('kB', 'MB', 'GB', 'TB', 'PB')[power - 1]}"


def show_share(value: float) -> str:
    """Write a share as a percentage with two decimals, cut as k6 does: 99.99 never becomes 100."""
    return f"{math.trunc(round(value * 1e4, 6)) / 100:.2f}%"


def show_number(value: float) -> str:
    """Write a plain number with up to six decimals and no trailing zeros; from 1e21 on as JavaScript does."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e21 else f"{value:g}"


def show_rate(value: float) -> str:
    """Write events per second."""
    return f"{show_number(value)}/s"


def cut(value: float, digits: int) -> str:
    """Write a number with at most `digits` decimals, the rest cut off, trailing zeros dropped."""
    if not math.isfinite(value * 10**digits):
        return f"{value:g}"
    scaled = math.trunc(round(value * 10**digits, 6)) / 10**digits
    text = f"{scaled:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
