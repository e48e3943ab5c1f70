"""The names a `${...}` may use, and what each one reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planrunner.values.data import MissingError, shown
from planrunner.values.scope import Answer, Scope
from planrunner.values.value import Reader

UNKNOWN: Final = object()
"""The value of a variable that was not given: what depends on it is checked, but cannot be computed."""


@dataclass(frozen=True, slots=True)
class Names:
    """What may be used at a place."""

    variables: Mapping[str, Any]  # known when the program is built: folded
    saved: frozenset[str] = frozenset()  # made at run time: read from scope.values
    runtime: bool = True  # False outside steps: only variables may be used

    def known(self) -> Iterable[str]:
        """All names that can stand here, for suggestions."""
        return {*self.variables, *self.saved, *RUNTIME, "headers"} if self.runtime else {*self.variables}


def read_saved(name: str) -> Reader:
    """Read a value that a step saved."""

    def read(scope: Scope) -> Any:
        try:
            return scope.values[name]
        except KeyError:
            raise MissingError(f"{name} has no value yet") from None

    return read


def read_header(name: str) -> Reader:
    """Read a header of the newest reply whose name is known when the plan is compiled."""

    def read(scope: Scope) -> str:
        found = _answer(scope).header(name)
        if found is None:
            raise MissingError(f"the reply has no header {shown(name)}")
        return found

    return read


def read_header_named(name: Reader) -> Reader:
    """Read a header of the newest reply whose name is computed."""

    def read(scope: Scope) -> str:
        wanted = name(scope)
        if type(wanted) is not str:
            raise ValueError(f"a header has a name, not {shown(wanted, 40)}")
        return str(read_header(wanted)(scope))

    return read


def has_header(name: Reader) -> Reader:
    """Tell whether the newest reply has a header."""

    def read(scope: Scope) -> bool:
        wanted = name(scope)
        if type(wanted) is not str:
            raise ValueError(f"a header has a name, not {shown(wanted, 40)}")
        return scope.reply is not None and scope.reply.header(wanted) is not None

    return read


def _answer(scope: Scope) -> Answer:
    if scope.reply is None:
        raise MissingError("there is no reply yet")
    return scope.reply


def _json(scope: Scope) -> Any:
    reply = _answer(scope)
    if not reply.status:
        raise MissingError(f"there is no reply: {reply.error}")
    try:
        return reply.json()
    except ValueError as error:
        raise MissingError(str(error)) from None


RUNTIME: Mapping[str, Reader] = {
    "vu.id": lambda scope: scope.vu_id,
    "vu.iteration": lambda scope: scope.iteration,
    "scenario.name": lambda scope: scope.scenario,
    "scenario.iteration": lambda scope: scope.scenario_iteration,
    "test.id": lambda scope: scope.test_id,
    "status": lambda scope: scope.reply.status if scope.reply else 0,
    "body": lambda scope: scope.reply.text() if scope.reply else "",
    "json": _json,
    "duration": lambda scope: scope.reply.duration * 1000 if scope.reply else 0.0,
    "error": lambda scope: scope.reply.error if scope.reply else "",
    "failed": lambda scope: list(scope.failed),
}
"""What the run knows, beside headers: those are only read one at a time."""

LITERALS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
OPERATORS: Final = frozenset({"and", "or", "not", "in", "if", "else"})
RESERVED: Final = frozenset(
    {name.partition(".")[0] for name in RUNTIME} | {"headers"} | {*LITERALS} | OPERATORS
)
"""No variable or saved value can have one of these names."""
