"""Everything that can be wrong with a plan or with the world: places, problems, exit codes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum

from msgspec import Struct, field

COMMAND = re.compile(r"#(?=#\w*\[)")
"""How commands begin, wherever in a log: `##[error]` (GitHub), `##vso[` (Azure), `##teamcity[`."""

LEADING = re.compile(r"^(\s*):(?=:)")
"""How `::error::` begins, a command of GitHub's at the beginning of a line."""


class Exit(IntEnum):
    """The exit codes of the command line; k6's number where k6 has one (errext/exitcodes)."""

    PASSED = 0
    USAGE = 2
    INTERNAL = 70
    THRESHOLDS = 99
    SETUP_TIMEOUT = 100
    TEARDOWN_TIMEOUT = 101
    INVALID = 104
    INTERRUPTED = 105
    NOT_READY = 106
    SETUP_FAILED = 107
    STOPPED = 108
    REGRESSION = 120
    UNTRUSTED = 121
    AGENT_LOST = 122


PRECEDENCE = (
    Exit.INTERNAL,
    Exit.INVALID,
    Exit.NOT_READY,
    Exit.SETUP_TIMEOUT,
    Exit.SETUP_FAILED,
    Exit.INTERRUPTED,
    Exit.AGENT_LOST,
    Exit.STOPPED,
    Exit.UNTRUSTED,
    Exit.THRESHOLDS,
    Exit.REGRESSION,
    Exit.TEARDOWN_TIMEOUT,
    Exit.PASSED,
)
"""Where several codes hold, the first of these is the one the process exits with."""


class Place(Struct, frozen=True, order=True):
    """Where something stands: file, line and column (both from 1), and how many characters wide it is."""

    file: str
    line: int = 0  # 0: the file as a whole, or no file at all (a command-line option)
    column: int = 0
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(Struct, frozen=True):
    """One thing that is wrong with a plan: what, where, and what to do."""

    message: str
    place: Place
    hint: str = ""
    warning: bool = False


class Problems(Struct):
    """Collects everything that is wrong, so that a tester sees all of it at once."""

    found: list[Problem] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)  # the text of each file that was read
    mask: Callable[[str], str] = str  # makes secrets invisible, once they are known

    def add(self, message: str, place: Place, hint: str = "") -> None:
        """Note an error."""
        self.found.append(Problem(message, place, hint))

    def warn(self, message: str, place: Place, hint: str = "") -> None:
        """Note something that is allowed but probably not meant."""
        self.found.append(Problem(message, place, hint, warning=True))

    def unknown(self, kind: str, name: str, known: Iterable[str], place: Place) -> None:
        """Note a name that does not exist, and suggest the one that was probably meant."""
        self.add(f"unknown {kind} {name!r}", place, suggestion(name, known))

    @property
    def errors(self) -> int:
        """How much worse than a warning was found so far; what is said twice counts twice."""
        return sum(not p.warning for p in self.found)

    @property
    def failed(self) -> bool:
        """Whether anything worse than a warning was found."""
        return self.errors > 0

    def __iter__(self) -> Iterator[Problem]:
        """All problems in the order of their files and lines, each said once."""
        order = {file: number for number, file in enumerate(self.lines)}
        unique = dict.fromkeys(self.found)
        return iter(sorted(unique, key=lambda p: (order.get(p.place.file, -1), p.place)))

    def render(self, problem: Problem) -> str:
        """Write a problem as `file:line:column`, the source line, a caret and the hint."""
        kind = "warning: " if problem.warning else ""
        head = f"{problem.place}: {kind}{problem.message}"
        return harmless(self.mask("\n".join([head, *quote(problem, self.lines)])))


def quote(problem: Problem, lines: Mapping[str, list[str]]) -> list[str]:
    """Return the source line with a caret under what is wrong, and the hint behind it."""
    place, text = problem.place, lines.get(problem.place.file, [])
    if not 1 <= place.line <= len(text):
        return [f"      {problem.hint}"] if problem.hint else []
    source = visible(text[place.line - 1])
    width = max(1, min(place.width, len(source) - place.column + 1))
    caret = " " * (place.column - 1) + "^" * width
    return [f"{place.line:>4} | {source}", f"     | {caret} {problem.hint}".rstrip()]


def visible(text: str) -> str:
    """Make control characters harmless, one character for one, so that columns stay true.

    So are the signs by which CI services know a command, wherever they stand in the line of a log.
    """
    if not text.isprintable():  # as hardly any is
        text = "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in text)
    return COMMAND.sub("\ufffd", text)


def uncommanding(line: str) -> str:
    """Make a line harmless that foreign text may begin: with `::` it would be a command of GitHub's."""
    return LEADING.sub("\\1\ufffd", line)


def harmless(text: str) -> str:
    """Make a text harmless that is written into a log, line by line."""
    return "\n".join(uncommanding(visible(line)) for line in text.splitlines())


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list them."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"one of: {', '.join(names)}" if names else ""


class PlanError(Exception):
    """The plan cannot be run; the problems say why (exit 104)."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{problems.errors} problems")
        self.problems = problems


class SetupError(Exception):
    """The world is not as the run needs it: a file, a port, a server; the message says what to do."""


class UsageError(Exception):
    """The command line asks for something that cannot be (exit 2)."""
