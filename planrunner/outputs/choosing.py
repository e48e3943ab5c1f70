"""Which outputs a run has: said by the command line, the environment and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from planrunner.errors import Place, Problems, SetupError, UsageError, suggestion
from planrunner.outputs.kinds import OUTPUTS, Kind, Option, kind_called
from planrunner.outputs.output import address
from planrunner.outputs.readers import SECRET_HEADERS
from planrunner.plan.model import Setting, Tree
from planrunner.values.names import Names
from planrunner.values.settings import resolve

NONE = "none"  # what `--out` says to have no outputs, whatever the plan has


class Chosen(Struct, frozen=True):
    """An output of a run, and all that is set of it."""

    kind: str
    settings: Mapping[str, Any]

    @property
    def where(self) -> str:
        """Where it goes, without what nobody may see."""
        said = str(self.settings.get(OUTPUTS[self.kind].argument, ""))
        return address(said) if "://" in said else said

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may see of it."""
        found = [str(self.settings[one.name]) for one in OUTPUTS[self.kind].options if one.secret]
        found += [v for name, v in self.settings.get("headers", {}).items() if SECRET_HEADERS.search(name)]
        for value in self.settings.values():
            if isinstance(value, str) and "://" in value and (password := urlsplit(value).password):
                found += [password, unquote(password)]
        return tuple(secret for secret in found if secret)


def choose(
    planned: Mapping[str, Mapping[str, Tree]],
    asked: Sequence[str],
    environ: Mapping[str, str],
    names: Names,
    problems: Problems,
) -> tuple[Chosen, ...]:
    """Return the outputs, in the order in which they were named.

    What is `asked` for, else K6_OUT, takes the place of the kinds that the plan names, as in k6. What is set
    of a kind comes from the highest level that says it: the argument, our variables, k6's, the plan.
    UsageError for a kind that does not exist.
    """
    wanted = dict(_asked(asked) if asked else _asked_of_k6(environ, problems))
    if not wanted and not asked:
        wanted = dict.fromkeys(planned, "")
    return tuple(
        Chosen(kind, _settings(kind, argument, planned.get(kind, {}), environ, names, problems))
        for kind, argument in wanted.items()
        if kind != NONE
    )


def demand(chosen: Iterable[Chosen]) -> None:
    """Raise SetupError where something is not installed that an output needs."""
    for one in chosen:
        kind = OUTPUTS[one.kind]
        if any(not _installed(module) for module in kind.needs):
            raise SetupError(
                f"the output {one.kind} needs what is not installed: pip install 'planrunner[{kind.extra}]'"
            )


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package that it is in
        return False


def _asked(asked: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in asked:
        name, _, argument = one.partition("=")
        kind = NONE if name == NONE else kind_called(name)
        if not kind:
            raise UsageError(f"--out: there is no output {name!r}: {suggestion(name, (*OUTPUTS, NONE))}")
        yield kind, argument


def _asked_of_k6(environ: Mapping[str, str], problems: Problems) -> Iterator[tuple[str, str]]:
    """Yield what K6_OUT names; what it has of k6's alone is left out, since it was not written for us."""
    for one in filter(None, environ.get("K6_OUT", "").split(",")):
        name, _, argument = one.strip().partition("=")
        kind = kind_called(name)
        if kind:
            yield kind, argument
        else:
            problems.warn(f"the output {name!r} is left out: planrunner has none such", Place("K6_OUT"))


def _settings(
    name: str,
    argument: str,
    planned: Mapping[str, Tree],
    environ: Mapping[str, str],
    names: Names,
    problems: Problems,
) -> dict[str, Any]:
    kind, found = OUTPUTS[name], {}
    for option in kind.options:
        given = f"--out {name}", argument if option.name == kind.argument else "", option.read
        values = [given, *_variables(name, option, environ)]
        value = next((_read(*one, problems) for one in values if one[1]), None)
        if value is None and option.name in planned:
            value = _of_plan(planned[option.name], option, names, problems)
        found[option.name] = option.usual if value is None else value
    for variable, hint in kind.lacking.items():
        if environ.get(variable):
            problems.warn(f"planrunner does nothing with it for the output {name!r}", Place(variable), hint)
    if kind.headers:
        found["headers"] = {**found["headers"], **_headers(kind, environ)}
    return found


def _variables(kind: str, option: Option, environ: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    """Yield the variables of an option that are set, the most important one first."""
    ours = f"PLANRUNNER_{kind}_{option.name}".upper()
    yield ours, environ.get(ours, ""), option.read
    for theirs in option.k6:
        text = option.k6_of(environ) if option.k6_of else environ.get(theirs, "")
        yield theirs, text, option.read_k6 or option.read


def _headers(kind: Kind, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that have a variable of k6's each."""
    begin = kind.headers
    return {name.removeprefix(begin): text for name, text in environ.items() if name.startswith(begin)}


def _read(where: str, text: str, read: Any, problems: Problems) -> Any:
    try:
        return read(text)
    except ValueError as error:  # the text may be a secret that was written in the wrong place
        problems.add(f"wrong value of {len(text)} characters", Place(where), str(error))
        return None


def _of_plan(tree: Tree, option: Option, names: Names, problems: Problems) -> Any:
    """Read what the plan says of an option; None where that is not known yet, or wrong."""
    if isinstance(tree, Setting):
        return resolve(tree, names, option.read, problems)
    parts = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
    scalars = [(name, part) for name, part in parts if isinstance(part, Setting)]
    values = {name: resolve(part, names, lambda value: value, problems) for name, part in scalars}
    if None in values.values() or not scalars:
        return None
    try:
        return option.read(values if isinstance(tree, Mapping) else [*values.values()])
    except ValueError as error:
        problems.add(f"wrong value of {option.name!r}", scalars[0][1].place, str(error))
        return None
