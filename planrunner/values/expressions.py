"""Values of the plan that may hold `${...}`: compiled once, computed for each use.

What an expression produces is never read as an expression again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from planrunner.errors import Problems
from planrunner.plan.model import Setting, Tree
from planrunner.values.compiler import Expression
from planrunner.values.data import MissingError, bounded, written
from planrunner.values.names import RESERVED, UNKNOWN, Names
from planrunner.values.scope import Scope
from planrunner.values.text import Part, UnclosedError, place_of, split
from planrunner.values.value import ERRORS, NO_SCOPE, Reader, Value, constant, made, reason

__all__ = [
    "RESERVED",
    "UNKNOWN",
    "EvaluationError",
    "Names",
    "Value",
    "compile_setting",
    "compile_text",
    "compile_tree",
    "constant",
]

T = TypeVar("T", str, bytes)

Write: TypeAlias = Callable[[Any], str]

_FOREIGN = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")  # as Postman and other tools write values


class EvaluationError(Exception):
    """An expression could not be computed for this reply; the message says why, in which, and where.

    `missing` tells that something was not there, as opposed to being wrong.
    """

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


def compile_setting(setting: Setting, names: Names, problems: Problems) -> Value:
    """Compile a scalar: one `${...}` alone keeps the type of its value, all else is text or as written.

    After a problem the value is a constant "".
    """
    if not isinstance(setting.value, str):
        return constant(setting.value)
    parts = _parts(setting, problems)
    if len(parts) == 1 and parts[0].expression:
        return _guarded(parts[0], None, setting, names, problems) or constant("")
    return _joined(parts, written, setting, names, problems)


def compile_text(
    setting: Setting,
    names: Names,
    problems: Problems,
    *,
    escape: Callable[[str], str] | None = None,
    bare: int = 0,
) -> Value:
    """Compile a scalar whose value is always text: a header, a URL; `escape` treats what `${...}` gives.

    Those that begin within the first `bare` characters are put in as they are: `${base_url}/path`. After a
    problem the value is a constant "".
    """
    if not isinstance(setting.value, str):
        return constant(setting.text)
    write: Write = (lambda value: escape(written(value))) if escape else written
    parts = _parts(setting, problems)
    first = [part for part in parts if part.start < bare]
    if not first:
        return _joined(parts, write, setting, names, problems)
    plain = _joined(first, written, setting, names, problems)
    rest = _joined(parts[len(first) :], write, setting, names, problems)
    return made([plain, rest], lambda scope: str(plain.of(scope) + rest.of(scope)))


def compile_tree(tree: Tree, names: Names, problems: Problems) -> Value:
    """Compile a value of any shape to dict, list and scalars; constant when nothing depends on the run."""
    if isinstance(tree, Setting):
        return compile_setting(tree, names, problems)
    if isinstance(tree, Mapping):
        members = {key: compile_tree(value, names, problems) for key, value in tree.items()}
        readers = [(key, value.of) for key, value in members.items()]
        return made([*members.values()], lambda scope: {key: read(scope) for key, read in readers})
    items = [compile_tree(item, names, problems) for item in tree]
    return made(items, lambda scope: [item.of(scope) for item in items])


def _parts(setting: Setting, problems: Problems) -> Sequence[Part]:
    foreign = _FOREIGN.search(setting.text)
    if foreign:
        place = place_of(setting, foreign.start(), len(foreign[0]), problems)
        problems.warn(f"{foreign[0]!r} is sent as it stands", place, f"a value is written ${{{foreign[1]}}}")
    try:
        return list(split(setting.text))
    except UnclosedError as error:
        problems.add(str(error), place_of(setting, error.start, 2, problems), error.hint)
        return []


def _joined(parts: Sequence[Part], write: Write, setting: Setting, names: Names, problems: Problems) -> Value:
    """Make one text of the parts; those that are constant are written once."""
    values = [
        _guarded(part, write, setting, names, problems) if part.expression else constant(part.text)
        for part in parts
    ]
    known = [value for value in values if value]
    if len(known) < len(values):
        return constant("")
    pieces = merged(known)
    if all(piece.constant for piece in pieces):
        return constant("".join(piece.value for piece in pieces))
    if len(pieces) == 1:
        return pieces[0]
    return Value(_limited(filling(pieces, "".join), setting))


def merged(values: Sequence[Value]) -> list[Value]:
    """Join neighbours that are constant; all are texts, or all are bytes."""
    pieces: list[Value] = []
    for value in values:
        if pieces and value.constant and pieces[-1].constant:
            pieces[-1] = constant(pieces[-1].value + value.value)
        else:
            pieces.append(value)
    return pieces


def filling(pieces: Sequence[Value], join: Callable[[list[T]], T]) -> Callable[[Scope], T]:
    """Make a reader that joins the pieces: the constant ones are laid out once, the others filled in."""
    template = [piece.value for piece in pieces]
    places = [(at, piece.of) for at, piece in enumerate(pieces) if not piece.constant]

    def fill(scope: Scope) -> T:
        filled = template.copy()
        for at, read in places:
            filled[at] = read(scope)
        return join(filled)

    return fill


def _limited(join: Callable[[Scope], str], setting: Setting) -> Reader:
    def limited(scope: Scope) -> str:
        try:
            return bounded(join(scope))
        except ValueError as error:
            raise EvaluationError(f"{error} ({setting.place.file}:{setting.place.line})") from None

    return limited


def _guarded(
    part: Part, write: Write | None, setting: Setting, names: Names, problems: Problems
) -> Value | None:
    """Compile one `${...}`; its errors name it and its place. None after a problem."""
    expression = Expression(
        part.text,
        names,
        problems,
        lambda start, width: place_of(setting, part.start + start, width, problems),
    )
    compiled = expression.compile()
    if compiled is None:
        return None
    of = compiled.of if write is None else _writing(compiled.of, write)
    if not compiled.constant:
        return Value(_locating(of, part, setting))
    try:
        return constant(of(NO_SCOPE))
    except ERRORS as error:
        problems.add(reason(error), place_of(setting, part.start, len(part.text), problems))
        return None


def _writing(of: Reader, write: Write) -> Reader:
    return lambda scope: write(of(scope))


def _locating(of: Reader, part: Part, setting: Setting) -> Reader:
    where = f"in ${{{' '.join(part.text.split())}}} ({setting.place.file}:{setting.place.line})"

    def located(scope: Scope) -> Any:
        try:
            return of(scope)
        except ERRORS as error:
            missing = isinstance(error, MissingError)
            raise EvaluationError(f"{reason(error)}, {where}", missing=missing) from None

    return located
