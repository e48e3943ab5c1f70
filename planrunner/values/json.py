"""Trees of the plan as JSON: what is constant is encoded once, the rest for each use, and all is joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from planrunner.errors import Problems
from planrunner.plan.model import Setting, Tree
from planrunner.values.expressions import EvaluationError, compile_setting, filling, merged
from planrunner.values.names import Names
from planrunner.values.scope import Scope
from planrunner.values.value import ERRORS, Reader, Value, constant, reason

encode = msgspec.json.Encoder().encode


def compile_json(tree: Tree, names: Names, problems: Problems) -> Value:
    """Compile a value of any shape to the bytes of its JSON; constant when nothing depends on the run.

    It costs half of what making the whole value and encoding that would.
    """
    pieces = merged(list(_pieces(tree, names, problems)))
    if all(piece.constant for piece in pieces):
        return constant(b"".join(piece.value for piece in pieces))
    return Value(filling(pieces, b"".join))


def _pieces(tree: Tree, names: Names, problems: Problems) -> Iterator[Value]:
    """Yield a tree in pieces, each of which is bytes."""
    if isinstance(tree, Setting):
        yield _leaf(tree, names, problems)
    elif isinstance(tree, Mapping):
        for number, (key, value) in enumerate(tree.items()):
            yield constant((b"," if number else b"{") + encode(key) + b":")
            yield from _pieces(value, names, problems)
        yield constant(b"}" if tree else b"{}")
    else:
        for number, item in enumerate(tree):
            yield constant(b"," if number else b"[")
            yield from _pieces(item, names, problems)
        yield constant(b"]" if tree else b"[]")


def _leaf(setting: Setting, names: Names, problems: Problems) -> Value:
    value = compile_setting(setting, names, problems)
    if not value.constant:
        return Value(_encoding(value.of, setting))
    try:
        return constant(encode(value.value))
    except ERRORS as error:
        problems.add(reason(error), setting.place)
        return constant(b"")


def _encoding(of: Reader, setting: Setting) -> Reader:
    def encoded(scope: Scope) -> bytes:
        value = of(scope)
        try:
            return encode(value)
        except ERRORS as error:
            raise EvaluationError(f"{reason(error)} ({setting.place.file}:{setting.place.line})") from None

    return encoded
