"""From the bytes of a file to nodes that know their places, or to problems in our own words."""

from __future__ import annotations

import re

from yaml.error import MarkedYAMLError
from yaml.reader import Reader

from planrunner.errors import Place, Problem, Problems
from planrunner.plan.compose import Composer, LimitError
from planrunner.plan.events import Events
from planrunner.plan.node import Node
from planrunner.plan.traps import explain

__all__ = ["Node", "read"]

BYTES = 1024 * 1024

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what the YAML parser counts as the end of a line
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes, file: str, problems: Problems, what: str = "plan") -> Node | None:
    """Read the YAML of a plan or fragment; what is wrong goes to `problems`, what is usable is returned.

    None means that there is nothing to look at: no text, or text that is no YAML. `problems.lines[file]` is
    filled as far as there are lines.
    """
    problems.lines[file] = []
    text = decode(data, file, problems)
    if text is None:
        return None
    problems.lines[file] = _BREAK.split(text)
    return compose(text, file, problems, what)


def decode(data: bytes, file: str, problems: Problems) -> str | None:
    """Return the text of a file, which must be UTF-8."""
    whole = Place(file)
    if len(data) > BYTES:
        problems.add("the file is larger than 1 MiB", whole, "a plan is text; put data into files of its own")
    elif data.startswith(_UTF16):
        problems.add("the file is UTF-16", whole, "save it as UTF-8")
    elif b"\0" in data:
        problems.add("the file is no text: it contains NUL bytes", whole, "save it as UTF-8")
    else:
        return printable(data, file, problems)
    return None


def printable(data: bytes, file: str, problems: Problems) -> str | None:
    """Return the text if every character of it may stand in YAML."""
    text = data.decode("utf-8-sig", "replace")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.lines[file] = _BREAK.split(text)
        body = error.object  # without the byte order mark, as `start` counts
        place = spot(body[: error.start].decode(), file)
        problems.add(f"the file is not UTF-8: byte 0x{body[error.start]:02x}", place, "save it as UTF-8")
        return None
    found = Reader.NON_PRINTABLE.search(text)
    if found:
        problems.lines[file] = _BREAK.split(text)
        code = ord(found[0])
        hint = f'remove it, or write "\\x{code:02x}" in double quotes' if code < 0x100 else "remove it"
        problems.add(
            f"the control character U+{code:04X} may not stand here", spot(text[: found.start()], file), hint
        )
        return None
    return text


def spot(before: str, file: str) -> Place:
    """Return the place right behind a piece of text."""
    lines = _BREAK.split(before)
    return Place(file, len(lines), len(lines[-1]) + 1)


def compose(text: str, file: str, problems: Problems, what: str) -> Node | None:
    """Parse the text; the first mistake in the syntax ends it, since nothing after it has a sure meaning."""
    events = Events(text)
    lines = problems.lines[file]
    try:
        return Composer(events, file, problems, lines, what).document()
    except MarkedYAMLError as error:
        problem = explain(error, events.marks, file, lines)
        if not any(known.place.line == problem.place.line for known in errors_of(file, problems)):
            problems.found.append(problem)  # else a consequence: `*x y` is an unknown alias, and then text
    except LimitError as error:
        problems.add(str(error), Place(file, error.mark.line + 1, error.mark.column + 1), "split the plan")
    except (ValueError, OverflowError, IndexError):  # PyYAML lets them through, for example for "\Uffffffff"
        hint = "look at the escapes (`\\`) in double quotes; in single quotes there are none"
        problems.add("this is not valid YAML", Place(file, events.line + 1, events.column + 1), hint)
    return None


def errors_of(file: str, problems: Problems) -> list[Problem]:
    """Return what is known to be wrong with a file."""
    return [problem for problem in problems.found if problem.place.file == file and not problem.warning]
