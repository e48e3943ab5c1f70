"""Checks of the body as JSON that fits a JSON schema, inline or of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from planrunner.checks.conditions import Check, fine, other_body
from planrunner.errors import Place, Problems
from planrunner.plan.files import find
from planrunner.plan.model import Condition, Setting, Tree
from planrunner.protocols import Reply
from planrunner.values.expressions import Names, compile_tree
from planrunner.values.scope import Scope
from planrunner.values.settings import resolve


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the whole body; all that is wrong with the schema is a problem now.

    The dialect is what `$schema` says, else draft 2020-12. References lead into the schema itself: nothing
    is ever fetched. `format` is no more than a remark, as the specification has it.
    """
    wanted = condition.wanted
    assert wanted is not None
    if condition.matcher == "file" and isinstance(wanted, Setting):
        schema = resolve(
            wanted, names, lambda name: (_read(str(name), wanted.place, names.folder),), problems
        )
        return _check(schema[0], wanted, wanted.place, problems) if schema else fine
    before = problems.errors
    value = compile_tree(wanted, replace(names, runtime=False), problems)
    if problems.errors > before or not value.constant:
        return fine
    return _check(value.value, wanted, condition.place, problems)


def _read(name: str, place: Place, folder: str) -> Any:
    """Read a file of JSON; ValueError says what is wrong with it."""
    path = find(name, place, folder)
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}") from None


def _check(schema: Any, tree: Tree, place: Place, problems: Problems) -> Check:
    from planrunner.checks.schemas import SchemaError, compile_schema  # noqa: PLC0415  (slow to load)

    try:
        misfit = compile_schema(schema)
    except SchemaError as error:
        problems.add("wrong JSON schema", _place(tree, error.path, place), str(error))
        return fine

    def check(reply: Reply, _: Scope) -> str:
        try:
            return misfit(reply.json())
        except ValueError:
            return other_body(reply, "JSON")

    return check


def _place(tree: Tree, path: Sequence[str | int], place: Place) -> Place:
    """Find the place of a part of a schema; where it has none of its own, that of the whole."""
    part: Any = tree
    for key in path:
        if isinstance(part, Setting):
            break  # a file, or a `${...}` that gave more than a scalar
        part = part[key]
    return part.place if isinstance(part, Setting) else place
