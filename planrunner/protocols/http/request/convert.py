"""Values of the plan, turned into what the wire wants; what cannot be turned is said where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from planrunner.errors import Place, Problems
from planrunner.plan.model import Setting
from planrunner.values.expressions import EvaluationError, compile_text, filling, merged
from planrunner.values.names import Names
from planrunner.values.value import ERRORS, Value, constant, reason

T = TypeVar("T", str, bytes)


def converted(value: Value, convert: Callable[[Any], Any], place: Place, problems: Problems) -> Value:
    """Convert a value: once when it is constant, else each time.

    What `convert` raises as one of ERRORS becomes a problem, and the value is ""; at run time it becomes an
    EvaluationError.
    """
    if value.constant:
        try:
            return constant(convert(value.value))
        except ERRORS as error:
            problems.add(reason(error), place)
            return constant("")

    def of(scope: Any) -> Any:
        found = value.of(scope)
        try:
            return convert(found)
        except ERRORS as error:
            raise EvaluationError(f"{reason(error)} ({place.file}:{place.line})") from None

    return Value(of)


def text(
    setting: Setting, names: Names, problems: Problems, convert: Callable[[str], Any] | None = None
) -> Value:
    """Compile a setting to text, and convert that."""
    value = compile_text(setting, names, problems)
    return converted(value, convert, setting.place, problems) if convert else value


def joined(pieces: Sequence[Value], join: Callable[[list[T]], T]) -> Value:
    """Put pieces together, all text or all bytes: what is constant once, the rest each time."""
    known = merged(pieces)
    if all(piece.constant for piece in known):
        return constant(join([piece.value for piece in known]))
    return Value(filling(known, join))


def utf8(value: str) -> bytes:
    """Encode text; a reply's JSON may hold half a surrogate pair."""
    return value.encode("utf-8", "replace")


def one_line(value: str) -> str:
    """Return a text that can stand in a header; ValueError for one that cannot."""
    if any(c in value for c in "\r\n\0"):
        raise ValueError("a header cannot hold a line break")
    return value
