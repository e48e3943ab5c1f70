"""Summaries of the user's own: templates that are compiled before the run, and where each is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from planrunner.errors import Place, Problems, SetupError
from planrunner.plan.files import find, folder_of
from planrunner.plan.model import Plan
from planrunner.result import Result
from planrunner.values.names import Names
from planrunner.values.settings import resolve

STDOUT = "-"


class Text(Struct, frozen=True):
    """A template that was compiled."""

    template: Path
    render: Callable[[Result], str]
    file: Path | None  # None: standard output

    def content(self, result: Result) -> bytes:
        """Render it; SetupError says where it goes wrong."""
        return self.render(result).encode()


def named(given: str) -> Text:
    """Compile what the command line names: TEMPLATE or TEMPLATE=FILE; SetupError says what is wrong."""
    from planrunner.reports.text import FaultError

    template, _, file = given.partition("=")
    try:
        source = Path(template).read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SetupError(f"--text: cannot read {template}: {reason}") from None
    try:
        return _text(Path(template), source, file)
    except FaultError as fault:
        hint = f" ({fault.hint})" if fault.hint else ""
        raise SetupError(f"{template}:{fault.line}: {fault}{hint}") from None


def planned_text(plan: Plan, names: Names, below: Callable[[object], str], problems: Problems) -> Text | None:
    """Compile the template of a plan; what is wrong with it is told at its line."""
    template, file = plan.reports.get("text.template"), plan.reports.get("text.file")
    if template is None:
        return None
    folder = folder_of(plan.file)
    path = resolve(template, names, lambda name: find(str(name), template.place, folder), problems)
    to: str | None = STDOUT
    if file and file.value != STDOUT:
        to = resolve(file, names, below, problems)
    if path is None or to is None:
        return None
    try:
        source = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        problems.add(f"{path.name} cannot be read: {reason}", template.place)
        return None
    return _checked(path, source, to, problems)


def _checked(path: Path, source: str, file: str, problems: Problems) -> Text | None:
    from planrunner.reports.text import FaultError

    shown = _shown(path)
    problems.lines[shown] = lines = source.splitlines()
    try:
        return _text(path, source, file)
    except FaultError as fault:
        line = lines[fault.line - 1] if fault.line <= len(lines) else ""
        indent = len(line) - len(line.lstrip())
        problems.add(str(fault), Place(shown, fault.line, indent + 1, len(line.strip())), fault.hint)
        return None


def _text(template: Path, source: str, file: str) -> Text:
    from planrunner.reports.text import compiled

    to = None if file in {"", STDOUT} else Path(file)
    return Text(template, compiled(source, _shown(template)), to)


def _shown(path: Path) -> str:
    """Name a file as people do: from the current folder on, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
