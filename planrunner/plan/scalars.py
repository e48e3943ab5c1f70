"""What unquoted text in YAML means: the YAML 1.2 core schema, minus what surprises people.

Source: https://yaml.org/spec/1.2.2/#103-core-schema. `on`, `no`, `1:30` and dates are text there already;
that `010` and `+4917` are text too is our own choice: telephone numbers and codes are written like that.
"""

from __future__ import annotations

import math
import re

from planrunner.plan.model import Scalar

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
LARGEST = 2**63 - 1

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_FLOAT = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS = 400  # int() refuses very long texts with an error of its own; no 64-bit number is near this


def resolve(text: str) -> Scalar:
    """Read unquoted text as null, boolean, number or text; ValueError for numbers that cannot be kept."""
    if text in WORDS:
        return WORDS[text]
    for pattern, base in ((_INT, 10), (_HEX, 16), (_OCTAL, 8)):
        if pattern.fullmatch(text):
            return _whole(text, base)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("a plan has no use for infinity or not-a-number")
    return text


def _whole(text: str, base: int) -> int:
    number = int(text, base) if len(text) < _DIGITS else LARGEST + 1
    if not -LARGEST - 1 <= number <= LARGEST:
        raise ValueError("this number does not fit into 64 bits")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("this number is too large")
    return number
