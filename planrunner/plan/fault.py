"""What PyYAML complained about, and how to write the text around it in a way that works."""

from __future__ import annotations

import re

from msgspec import Struct
from yaml.error import Mark

from planrunner.errors import Place, Problem, visible

KEY = re.compile(r"""\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s"'#].*?): +|\s*(?:- +)+""")
CUT = re.compile(r"[ \t]+#\w.*")
IN_FLOW = re.compile(r"(?:\$?\{[^{}]*\}|\{\{[^{}]*\}\}|[^,\]}])*")
VALUE_START = re.compile(r"(?:.*(?:[\[{,]|: ))?\s*")
COMMENT = re.compile(r"(?:^|\s)#.*")
SELECTOR = re.compile(r"(?P<indent>\s*(?:- +)*)(?P<key>\w+\{[^{}]*\}) *:(?P<rest>.*)")
PAIR = re.compile(r"(?P<first>[\d/][^\s,]*) +(?P<key>[a-z]\w*)")
ITEM = re.compile(r"\s*(?:- +)+")
GLUED_DASH = re.compile(r"\s*-([a-zA-Z_]\w*:(?: .*)?)$")
ENVIRONMENT = re.compile(r"\$\{\s*([a-zA-Z_]\w*)\s*\}")
NO_SPACE_BEHIND_COLON = "a space is missing behind the colon"
NO_SPACE_BEHIND_DASH = "a space is missing behind the dash"
CLOSING = {"[": "]", "{": "}"}


class Fault(Struct, frozen=True):
    """What PyYAML complains about, and where."""

    problem: str
    context: str
    mark: Mark
    start: Mark  # where the construct began; the same as `mark` when that is unknown
    opened: Mark | None  # the innermost mapping or list that was open
    file: str
    lines: list[str]

    @property
    def line(self) -> str:
        """The line that PyYAML points at."""
        return self.lines[self.mark.line]

    @property
    def before(self) -> str:
        """What stands on that line before the spot."""
        return self.line[: self.mark.column]

    @property
    def char(self) -> str:
        """The character at the spot; empty at the end of a line."""
        return self.line[self.mark.column : self.mark.column + 1]

    @property
    def bracket(self) -> str:
        """The bracket that is open: `[`, `{`, or nothing."""
        opened = self.lines[self.opened.line][self.opened.column :][:1] if self.opened else ""
        return opened if opened in CLOSING else ""

    def at(self, mark: Mark, message: str, hint: str, column: int | None = None, width: int = 1) -> Problem:
        """Place a problem at a mark, or elsewhere on its line."""
        spot = mark.column if column is None else column
        return Problem(message, Place(self.file, mark.line + 1, spot + 1, max(1, width)), visible(hint))


def quoted(text: str) -> str:
    """Write text in the quotes that need no escapes."""
    if '"' not in text and "\\" not in text:
        return visible(f'"{text}"')
    return visible("'" + text.replace("'", "''") + "'")


def value_at(lines: list[str], mark: Mark, *, flow: bool) -> str:
    """Return the value that begins at a mark, as far as it goes on its line."""
    rest = lines[mark.line][mark.column :]
    found = IN_FLOW.match(rest) if flow else None
    return COMMENT.sub("", found[0] if found else rest).strip()


def value_start(head: str) -> int:
    """Return where the last value of a piece of flow style begins."""
    found = VALUE_START.match(head)
    return found.end() if found else 0


def cut_by_comment(rest: str) -> str:
    """Return what a `#` that was hardly meant as a comment cuts off: ` #1` of `pass #1`."""
    found = CUT.match(rest)
    return found[0].rstrip() if found else ""


def spelled(fault: Fault, mark: Mark) -> str:
    """Suggest the value that begins at a mark, in quotes."""
    return f"write {quoted(value_at(fault.lines, mark, flow=bool(fault.bracket)))}"


def whole_line(fault: Fault) -> str:
    """Suggest the value of a line of block style, in quotes, with its key before it."""
    found = KEY.match(fault.line)
    head = found[0].lstrip() if found else ""
    value = COMMENT.sub("", fault.line[found.end() if found else 0 :]).strip()
    value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == "'" else value  # 'it's'
    return f"write {head}{quoted(value)}"


def moved(mark: Mark, column: int, line: int | None = None) -> Mark:
    """Return another place of the same text."""
    return Mark(mark.name, mark.index, mark.line if line is None else line, column, None, 0)


def tight(selector: str) -> str:
    """Write a metric and its selector as thresholds do, without a space behind a colon."""
    return re.sub(r": +", ":", selector)


def spaced_dash(line: str) -> str:
    """Write `- get: /x` where a line says `-get: /x`; nothing for other lines."""
    found = GLUED_DASH.match(COMMENT.sub("", line))
    return f"- {found[1].rstrip()}" if found else ""


def environment(text: str) -> str:
    """Suggest where a variable's value comes from, when its text is `${NAME}` alone."""
    found = ENVIRONMENT.fullmatch(text)
    return f"for an environment variable, write {{env: {found[1]}}}" if found else ""
