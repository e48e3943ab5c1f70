"""The names a `${...}` may use, and what each one reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from planrunner.values.data import MissingError, shown
from planrunner.values.dealing import Deal
from planrunner.values.picking import Picker
from planrunner.values.scope import Answer, Scope
from planrunner.values.value import Reader

UNKNOWN: Final = object()
"""The value of a variable that was not given: what depends on it is checked, but cannot be computed."""


class Names(Struct, frozen=True):
    """What may be used at a place."""

    variables: Mapping[str, Any]  # known when the program is built: folded
    saved: frozenset[str] = frozenset()  # made at run time: read from scope.values
    runtime: bool = True  # False outside steps: only variables may be used
    data: Mapping[str, Deal] = field(default_factory=dict)  # whose rows iterations take
    loop: bool = False  # whether steps run again and again here, so that there is a loop.index
    folder: str = "."  # of the plan: files that are named must be below it
    picker: Picker | None = None  # of the step, for what it asks of the JSON of its reply
    unique: bool = True  # False where no row may be taken that an iteration would then lack

    def known(self) -> Iterable[str]:
        """All names that can stand here, for suggestions."""
        if not self.runtime:
            return {*self.variables}
        looping = () if self.loop else ("loop.index",)
        return {*self.variables, *self.saved, *self.data, *RUNTIME, *PARTS}.difference(looping)


class Part(Struct, frozen=True):
    """Something that a reply has several of, each with a name."""

    called: str
    example: str
    find: Callable[[Answer, str], str | None]


def read_saved(name: str) -> Reader:
    """Read a value that a step saved."""

    def read(scope: Scope) -> Any:
        try:
            return scope.values[name]
        except KeyError:
            raise MissingError(f"{name} has no value yet") from None

    return read


def read_part(holder: str, name: str) -> Reader:
    """Read a header or cookie of the newest reply whose name is known when the plan is compiled."""
    part = PARTS[holder]

    def read(scope: Scope) -> str:
        found = part.find(_answer(scope), name)
        if found is None:
            raise MissingError(f"the reply has no {part.called} {shown(name)}")
        return found

    return read


def read_part_named(holder: str, name: Reader) -> Reader:
    """Read a header or cookie of the newest reply whose name is computed."""
    return lambda scope: read_part(holder, _part_name(holder, name(scope)))(scope)


def has_part(holder: str, name: Reader) -> Reader:
    """Tell whether the newest reply has a header or cookie."""
    find = PARTS[holder].find

    def read(scope: Scope) -> bool:
        wanted = _part_name(holder, name(scope))
        return scope.reply is not None and find(scope.reply, wanted) is not None

    return read


def _part_name(holder: str, name: Any) -> str:
    if type(name) is not str:
        raise ValueError(f"a {PARTS[holder].called} has a name, not {shown(name, 40)}")
    return name


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
    "loop.index": lambda scope: scope.loop,
    "status": lambda scope: scope.reply.status if scope.reply else 0,
    "body": lambda scope: scope.reply.text() if scope.reply else "",
    "json": _json,
    "duration": lambda scope: scope.reply.duration * 1000 if scope.reply else 0.0,
    "error": lambda scope: scope.reply.error if scope.reply else "",
    "failed": lambda scope: list(scope.failed),
}
"""What the run knows, beside what is only read part by part."""

PARTS: Mapping[str, Part] = {
    "headers": Part("header", 'headers["Content-Type"]', lambda reply, name: reply.header(name)),
    "cookies": Part("cookie", "cookies.session", lambda reply, name: reply.cookie(name)),
}
"""What of the newest reply is read one at a time."""

LITERALS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
OPERATORS: Final = frozenset({"and", "or", "not", "in", "if", "else"})
RESERVED: Final = frozenset({name.partition(".")[0] for name in RUNTIME} | {*PARTS} | {*LITERALS} | OPERATORS)
"""No variable or saved value can have one of these names."""
