"""A compiled value: constant, or a function of the scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, cast

from msgspec import Struct

from planrunner.values.data import MissingError
from planrunner.values.scope import Scope

Reader: TypeAlias = Callable[[Scope], Any]

ERRORS: Final = (ValueError, ArithmeticError, RecursionError)
"""What computing a value may raise; all else would be a fault of planrunner."""

NO_SCOPE: Final = cast(Scope, None)  # for constants, which look at none


class Value(Struct, frozen=True):
    """A compiled value: `of(scope)` computes it; a constant one is also there without a scope."""

    of: Reader
    constant: bool = False
    value: Any = None  # when constant
    failure: ValueError | None = None  # why a constant has no value; only inside the compiler


def constant(value: Any) -> Value:
    """Make a value that is always the same."""
    return Value(lambda _: value, constant=True, value=value)


def pending(name: str) -> Value:
    """Make the value of a name that has none yet: whatever needs it cannot be computed."""

    def fail(_: Scope) -> Any:
        raise MissingError(f"{name} has no value")

    return Value(fail)


def made(parts: Sequence[Value], of: Reader, *, lazy: bool = False) -> Value:
    """Combine parts: to a constant when all of them are, to a failure when it cannot be computed.

    A lazy combination does not need all its parts, so that the failure of one is not yet its own.
    """
    if all(part.constant or part.failure for part in parts):
        try:
            return constant(of(NO_SCOPE))
        except ERRORS as error:
            return failing(error)
    if not lazy:
        for part in parts:
            if part.failure:
                return part
    return Value(of)


def failing(error: Exception) -> Value:
    """Make the value of something constant that cannot be computed."""
    failure = error if isinstance(error, ValueError) else ValueError(reason(error))

    def fail(_: Scope) -> Any:
        raise failure

    return Value(fail, failure=failure)


def reason(error: Exception) -> str:
    """Say why a value could not be computed."""
    if isinstance(error, RecursionError):
        return "the data is nested too deeply"
    return "the number is too large" if isinstance(error, ArithmeticError) else str(error)
