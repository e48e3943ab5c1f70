"""A summary of the user's own: a Jinja2 template over the result, which reads no files and runs no code."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from planrunner import units
from planrunner.errors import SetupError, suggestion, uncommanding, visible
from planrunner.reports import wording
from planrunner.result import Result, stat

LONGEST = 300  # characters of any text that the plan or the target said
MOST = 1_000_000  # characters of the whole
DASH = "–"  # noqa: RUF001 - a dash: not measured


class FaultError(ValueError):
    """What is wrong with a template, and in which of its lines."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint


def compiled(source: str, name: str) -> Callable[[Result], str]:
    """Compile a template; what it returns raises SetupError where the template goes wrong over a result.

    Raises FaultError for what can be told without one: wrong syntax, names and filters that do not exist.
    """
    environment = _environment()
    try:
        tree = environment.parse(source)
        _look(tree)
        template = environment.from_string(source)
    except TemplateSyntaxError as error:  # also a filter that does not exist
        raise FaultError(error.message or "wrong syntax", error.lineno) from None

    def render(result: Result) -> str:
        text, room = [], MOST
        try:
            for piece in template.generate(_names(result)):
                text.append(piece)
                room -= len(piece)
                if room < 0:
                    raise SetupError(f"{name}: what it makes is longer than {MOST:,} characters")
        except SetupError:
            raise
        except Exception as error:
            told = f"{error}" or type(error).__name__
            raise SetupError(f"{name}:{_line(error)}: {visible(told)}") from error
        return "".join(text)

    return render


def _line(error: BaseException) -> int:
    """Find the line of the template that was rendered last; 1 where Jinja does not tell."""
    line, at = 1, error.__traceback__
    while at:
        if at.tb_frame.f_code.co_filename == "<template>":
            line = at.tb_lineno
        at = at.tb_next
    return line


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=lambda value: DASH if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= FILTERS
    return made


def _shown(show: Callable[[float], str]) -> Callable[[float | None], str]:
    return lambda value: DASH if value is None else show(value)


def cell(value: object) -> str:
    """Write a cell of a CSV file (RFC 4180), an apostrophe before text that a spreadsheet would compute.

    Source: OWASP, "CSV Injection".
    """
    text = f"{DASH if value is None else value}"
    computed = isinstance(value, str) and text.lstrip()[:1] in FORMULA
    return '"' + ("'" * computed + text).replace('"', '""') + '"'


FORMULA = tuple("=+-@\t\r")

FILTERS: Mapping[str, Callable[..., str]] = {
    "duration": _shown(units.show_duration),
    "size": _shown(units.show_size),
    "share": _shown(wording.show_share),
    "rate": _shown(lambda value: f"{units.cut(value, 2)}/s"),
    "number": _shown(lambda value: f"{units.cut(value, 2)}"),
    "csv": cell,
    "measured": wording.measured,
    "difference": wording.difference,
}
"""From a number of a result, or a threshold, to text; what was not measured is a dash."""


def _names(result: Result) -> dict[str, Any]:
    """Return what a template may use; foreign text is short, on one line, without control characters."""
    told = _harmless(result)
    return {
        "stat": lambda picked, aggregate: stat(result, picked, aggregate),
        "verdict": _harmless(wording.verdict(result)),
        "outcome": wording.outcome(result),
        "result": told,
        **{name: getattr(told, name) for name in PARTS},
    }


PARTS = ("plan", "thresholds", "checks", "requests", "errors")
NAMES = {"stat", "verdict", "outcome", "result", *PARTS}


def _harmless(value: Any) -> Any:
    match value:
        case str():
            return uncommanding(wording.clip(value, LONGEST))
        case tuple():
            return tuple(map(_harmless, value))
        case dict():
            return {_harmless(key): _harmless(item) for key, item in value.items()}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = {one.name: _harmless(getattr(value, one.name)) for one in dataclasses.fields(value)}
            return dataclasses.replace(value, **parts)
    return value


def _look(tree: nodes.Template) -> None:
    """Raise FaultError for what reads other files, and for names that do not exist."""
    for kind, word in READING:
        for node in tree.find_all(kind):
            raise FaultError(f"a template reads no other files: {word} is not there", node.lineno)
    unknown = meta.find_undeclared_variables(tree) - NAMES - set(_environment().globals)
    for name, line in sorted(_lines(tree), key=lambda found: found[1]):
        if name in unknown:
            raise FaultError(f"unknown name {name!r}", line, suggestion(name, NAMES))


READING: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.Include, "include"),
    (nodes.Import, "import"),
    (nodes.FromImport, "from"),
    (nodes.Extends, "extends"),
)


def _lines(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for node in tree.find_all(nodes.Name):
        yield node.name, node.lineno
