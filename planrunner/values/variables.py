"""The plan's variables: where each one's value comes from, and of which type it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from planrunner.errors import Problems, UsageError, suggestion
from planrunner.plan.model import Setting, Tree, Variable
from planrunner.values.data import shown, texts
from planrunner.values.functions import float_of, int_of
from planrunner.values.mask import SHORTEST
from planrunner.values.names import UNKNOWN


def resolve(
    variables: Mapping[str, Variable],
    given: Mapping[str, str],
    environ: Mapping[str, str],
    problems: Problems,
    *,
    required: bool,
) -> dict[str, Any]:
    """Find the value of each variable: given on the command line, else environment, else default.

    A variable without a value is an error when values are `required`, else a warning, and UNKNOWN.
    Raises UsageError when a given name is no variable's.
    """
    chosen = _chosen(variables, given)
    values: dict[str, Any] = {}
    for name, variable in variables.items():
        if name in chosen:
            values[name] = _typed(variable, chosen[name], "-e", problems)
        elif variable.env and variable.env in environ:
            values[name] = _typed(variable, environ[variable.env], variable.env, problems)
        elif variable.default is not None:
            values[name] = plain(variable.default)
        else:
            _report_missing(variable, problems, required=required)
            values[name] = UNKNOWN
    return values


def known(variables: Mapping[str, Variable]) -> set[str]:
    """Return by which names values can be given: those of the variables, and of their `env`."""
    return {*variables, *(variable.env for variable in variables.values())} - {""}


def secrets(variables: Mapping[str, Variable], values: Mapping[str, Any]) -> tuple[str, ...]:
    """List what must never be shown: the texts of all secret variables, also of defaults that are not used.

    A default stands in the plan, which reports and messages quote: there it may be written in other ways.
    """
    found: dict[str, None] = {}  # a set that keeps its order
    for name, variable in variables.items():
        if variable.secret:
            found.update(dict.fromkeys(texts(values.get(name))))
            if variable.default is not None:
                found.update(dict.fromkeys(_written(variable.default)))
    return tuple(found)


def _written(tree: Tree) -> Iterator[str]:
    """Yield what a default is and how the plan may write it; not what is too short to be masked."""
    if isinstance(tree, Setting):
        told = [*texts(plain(tree)), *texts(tree.value)]
        told += [tree.raw] if told else []  # `true` tells nothing
        lines = [line.strip() for text in told for line in text.splitlines()]  # of a block, each one indented
        single = [text.replace("'", "''") for text in told + lines]  # within single quotes
        yield from (text for text in told + lines + single if len(text) >= SHORTEST)
        return
    for part in tree.values() if isinstance(tree, Mapping) else tree:
        yield from _written(part)


def plain(tree: Tree) -> Any:
    """Turn a located value into bare data; nothing in it is evaluated, but `$${` is `${` as everywhere."""
    if isinstance(tree, Setting):
        return tree.value.replace("$${", "${") if isinstance(tree.value, str) else tree.value
    if isinstance(tree, Mapping):
        return {key: plain(value) for key, value in tree.items()}
    return [plain(item) for item in tree]


def _chosen(variables: Mapping[str, Variable], given: Mapping[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for name, text in given.items():
        meant = [variable.name for variable in variables.values() if variable.env == name]
        if not meant and name not in variables:
            hint = suggestion(name, known(variables))
            raise UsageError(f"-e {name}: the plan has no such variable" + (f"; {hint}" if hint else ""))
        chosen.update(dict.fromkeys(meant or [name], text))
    return chosen


def _report_missing(variable: Variable, problems: Problems, *, required: bool) -> None:
    option = f"-e {variable.env or variable.name}=..."
    hint = f"set {variable.env} or give {option}" if variable.env else f"give {option} or a default"
    report = problems.add if required else problems.warn
    report(f"variable {variable.name!r} has no value", variable.place, hint)


def _typed(variable: Variable, text: str, source: str, problems: Problems) -> Any:
    """Read a text as the type of the variable's default."""
    default = None if variable.default is None else plain(variable.default)
    wanted, read = TYPES.get(type(default), ("text in UTF-8", str))
    try:
        text.encode()  # what came from the system may hold bytes that are no text
        return read(text)
    except (ValueError, msgspec.DecodeError, RecursionError):
        told = "its value" if variable.secret else shown(text, 40)
        hint = "" if default is None or variable.secret else f"its default is {shown(default, 40)}"
        problems.add(
            f"variable {variable.name!r}: {told} from {source} is not {wanted}", variable.place, hint
        )
        return UNKNOWN


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError
    return text == "true"


TYPES: Mapping[type[object], tuple[str, Callable[[str], Any]]] = {
    int: ("a whole number", int_of),
    float: ("a number", float_of),
    bool: ("true or false", _boolean),
    list: ("a list in JSON", msgspec.json.Decoder(list[Any]).decode),
    dict: ("an object in JSON", msgspec.json.Decoder(dict[str, Any]).decode),
}
"""How a text from outside is read where the default is of this type."""
