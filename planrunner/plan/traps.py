"""YAML's traps in our own words: each says what went wrong and prints the spelling that works."""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml.error import Mark, MarkedYAMLError

from planrunner.errors import Problem
from planrunner.plan.fault import (
    CLOSING,
    COMMENT,
    IN_FLOW,
    ITEM,
    KEY,
    NO_SPACE_BEHIND_COLON,
    NO_SPACE_BEHIND_DASH,
    PAIR,
    SELECTOR,
    Fault,
    environment,
    moved,
    quoted,
    spaced_dash,
    spelled,
    tight,
    value_at,
    value_start,
    whole_line,
)

SELECTED = re.compile(r"(?:^|[\[{,]|: )\s*([^\[\]{},\"']*\w\{[^{}]*\}\s*)$")
"""A metric with a selector, behind which its text goes on: `p(95) of http_reqs{name:a} * 2`."""


def explain(error: MarkedYAMLError, opened: list[Mark], file: str, lines: list[str]) -> Problem:
    """Turn PyYAML's complaint into a located problem; the first trap that fits says what it is."""
    mark = error.problem_mark
    assert mark is not None  # scanner and parser always know where they are
    inner = opened[-1] if opened else None
    start = error.context_mark or mark
    fault = Fault(error.problem or "", error.context or "", mark, start, inner, file, lines)
    found = (trap(fault) for trap in TRAPS)
    return next((problem for problem in found if problem), fault.at(mark, *unexplained(fault)))


def unexplained(fault: Fault) -> tuple[str, str]:
    """Say at least where it is."""
    return f"this is not valid YAML: {fault.problem}", "text with special characters needs quotes"


def tab(fault: Fault) -> Problem | None:
    """A tab, which YAML allows hardly anywhere."""
    if fault.char != "\t":
        return None
    if not fault.before.strip():
        return fault.at(
            fault.mark, "YAML does not allow tabs for indentation", "indent with spaces, two for each level"
        )
    return fault.at(fault.mark, "YAML does not allow a tab here", "put a space, or the whole value in quotes")


def template(fault: Fault) -> Problem | None:
    """An unquoted `${...}` inside `{}` or `[]`: its brace begins a mapping."""
    if not (fault.bracket and fault.char == "{" and fault.before.endswith("$")):
        return None
    head = fault.before[:-1]
    begin = value_start(head)
    found = IN_FLOW.match(fault.line[begin:])
    value = found[0].strip() if found else ""
    hint = f"write {quoted(value)}"
    if fault.opened and fault.lines[fault.opened.line][: fault.opened.column].strip() == "variables:":
        hint = environment(value) or hint
    message = "`${...}` needs quotes inside {} and []"
    return fault.at(fault.mark, message, hint, len(head), 2)


def braces(fault: Fault) -> Problem | None:
    """`{{name}}` with something behind it, as other tools write it."""
    found = re.search(r"\{\{\s*([^{}]*?)\s*\}\}", fault.line)
    if not found or found.start() >= fault.mark.column:
        return None
    hint = f"write {quoted('${' + found[1] + '}')}"
    return fault.at(fault.mark, "`{{` does not insert a value", hint, found.start(), 2)


def brace(fault: Fault) -> Problem | None:
    """A `{` in the middle of unquoted text inside `{}` or `[]`: a name to insert, or a selector."""
    begin = value_start(fault.before)
    head = fault.before[begin:]
    found = re.match(r"\{[^{}]*\}[^,{}\[\]:]*", fault.line[fault.mark.column :])
    if not (fault.bracket and fault.char == "{" and head and found and head[0] not in "\"'"):
        return None
    if re.match(r":(?: |$)", fault.line[fault.mark.column + found.end() :]):
        whole = quoted(tight(head + found[0].rstrip()))
        return fault.at(fault.mark, "a key with a selector needs quotes inside {} and []", f"write {whole}:")
    text = re.sub(r"\{([a-zA-Z_][\w.]*)\}", r"${\1}", head + found[0].rstrip())
    return fault.at(
        fault.mark, "text that contains `{` needs quotes inside {} and []", f"write {quoted(text)}"
    )


def reserved(fault: Fault) -> Problem | None:
    """A value that begins with a character that YAML keeps for itself."""
    special = "cannot start any token" in fault.problem and fault.mark
    named = re.search("alias|anchor|tag|block scalar", f"{fault.context} {fault.problem}") and fault.start
    directive = re.search("directive|YAML|tag handle", f"{fault.context} {fault.problem}") and fault.start
    mark = special or named or directive
    if not mark:
        return None
    value = value_at(fault.lines, mark, flow=bool(fault.bracket))
    if fault.problem.startswith("found undefined tag handle"):
        mark = fault.mark
        value = value_at(fault.lines, mark, flow=bool(fault.bracket))
    if fault.bracket and (head := SELECTED.search(fault.lines[mark.line][: mark.column])):
        whole = f"write {quoted(head[1] + value)}"
        return fault.at(mark, "text that contains `{` needs quotes inside {} and []", whole, head.start(1))
    message = f"a value cannot begin with {value[:1]!r} unless it is in quotes"
    return fault.at(mark, message, f"write {quoted(value)}", width=len(value))


def colon(fault: Fault) -> Problem | None:
    """A `: ` inside a value, or a value that goes on where a key was meant."""
    if fault.problem == "mapping values are not allowed here":
        selector = SELECTOR.match(fault.line)
        if selector and ": " in selector["key"]:
            spaced = len(selector["indent"]) + selector["key"].index(": ") + 1
            hint = f"write {tight(selector['key'])}:{selector['rest']}"
            message = "a selector has no space behind its colon"
            return fault.at(fault.mark, message, hint, spaced)
        if KEY.match(fault.before):
            return fault.at(fault.mark, "a value that contains `: ` needs quotes", whole_line(fault))
        return misplaced(fault)
    if fault.problem.endswith("got ':'") and fault.opened and fault.opened.line == fault.mark.line:
        begin = value_start(fault.before)
        value = value_at(fault.lines, moved(fault.mark, begin), flow=True)
        return comma(fault, begin) or fault.at(
            fault.mark, "a value that contains `: ` needs quotes", f"write {quoted(value)}"
        )
    return None


def comma(fault: Fault, begin: int) -> Problem | None:
    """A second key behind a value that is no prose: `{vus: 1 duration: 3s}`."""
    found = PAIR.match(fault.line, begin)
    if not (fault.bracket == "{" and fault.opened and found and found.end() == fault.mark.column):
        return None
    rest = re.match(r"(?:[^{}]|\{[^{}]*\})*\}|.*", fault.line[found.end() :])
    first = fault.line[fault.opened.column : found.end("first")]
    fixed = f"{first}, {found['key']}{rest[0] if rest else ''}"
    return fault.at(fault.mark, "a comma is missing", f"write {fixed}", found.start("key"), len(found["key"]))


def dash(fault: Fault, line: int) -> Problem | None:
    """An item whose dash stands at its key: `-get: /x`."""
    text = fault.lines[line]
    fixed = spaced_dash(text)
    if not fixed:
        return None
    return fault.at(moved(fault.mark, text.index("-"), line), NO_SPACE_BEHIND_DASH, f"write {fixed}")


def dash_among_keys(fault: Fault) -> Problem | None:
    """An item one level too deep: its dash stands where the keys of the item above stand."""
    column = len(fault.line) - len(fault.line.lstrip())
    if not ITEM.match(fault.line):
        return None
    for number in range(fault.mark.line - 1, -1, -1):
        line = fault.lines[number]
        found = ITEM.match(line)
        if found and len(found[0]) == column:
            message = f"this dash stands among the keys of the item that begins on line {number + 1}"
            belongs = found[0].rindex("-") + 1
            hint = f"for a new item, begin it in column {belongs}; to add a key, remove the dash"
            return fault.at(moved(fault.mark, column), message, hint)
        if COMMENT.sub("", line).strip() and len(line) - len(line.lstrip()) < column:
            return None
    return None


def misplaced(fault: Fault) -> Problem:
    """A key where the text of the line above goes on."""
    begin = len(fault.line) - len(fault.line.lstrip())
    written = [n for n in range(fault.mark.line) if COMMENT.sub("", fault.lines[n]).strip()]
    above = written[-1] if written else fault.mark.line
    line = fault.lines[above]
    if glued := dash(fault, above):
        return glued
    if deeper := dash_among_keys(fault):
        return deeper
    if KEY.match(line):
        hint = "begin it below the key of the line above"
        return fault.at(fault.mark, "this line is indented too far", hint, begin, fault.mark.column - begin)
    return keyless(fault, moved(fault.mark, len(line) - len(line.lstrip()), above))


def unclosed_quote(fault: Fault) -> Problem | None:
    """A quote without its partner."""
    if "quoted scalar" not in fault.context or "unexpected" not in fault.problem:
        return None
    quote = fault.lines[fault.start.line][fault.start.column]
    hint = f"end the text with {quote}; inside '...' an apostrophe is written twice"
    return fault.at(fault.start, "this quote is never closed", hint)


def escape(fault: Fault) -> Problem | None:
    """A backslash in double quotes that YAML does not know, mostly in a regular expression."""
    if "double-quoted" not in fault.context:
        return None
    column = fault.line.rfind("\\", 0, fault.mark.column + 1)
    found = re.match(r'"((?:[^"\\]|\\.)*)', fault.lines[fault.start.line][fault.start.column :])
    single = found[1].replace("'", "''") if found else ""
    hint = f"single quotes keep backslashes as they are: write '{single}'"
    message = f"`{fault.line[column : column + 2]}` is not an escape that YAML knows"
    return fault.at(fault.mark, message, hint, column, 2)


def unclosed_bracket(fault: Fault) -> Problem | None:
    """A `[` or `{` without its partner."""
    if not (fault.bracket and fault.opened):
        return None
    closing = CLOSING[fault.bracket]
    if "<stream end>" in fault.problem or "<document" in fault.problem:
        return fault.at(fault.opened, f"this `{fault.bracket}` is never closed", f"close it with `{closing}`")
    if fault.opened.line != fault.mark.line:
        message = f"this does not fit into the `{fault.bracket}` that line {fault.opened.line + 1} opens"
        return fault.at(fault.mark, message, f"is its `{closing}` missing, or a comma?")
    hint = f"put commas between items and `{closing}` at the end; special characters need quotes"
    return fault.at(fault.mark, f"this does not fit into the `{fault.bracket}`", hint)


def no_key(fault: Fault) -> Problem | None:
    """A line that is neither a key with a value nor an item."""
    return keyless(fault, fault.start) if fault.problem == "could not find expected ':'" else None


def keyless(fault: Fault, mark: Mark) -> Problem:
    """Suggest what a line that has no key could mean."""
    rest = fault.lines[mark.line][mark.column :].rstrip()
    glued = re.match(r"([\w-]+):(\S.*)", rest)
    if glued:
        return fault.at(mark, NO_SPACE_BEHIND_COLON, f"write {glued[1]}: {glued[2]}", width=len(rest))
    hint = "write `key: value`, or `- item` for an item of a list"
    return fault.at(mark, "this line has no key", hint, width=len(rest))


def item(fault: Fault) -> Problem | None:
    """A list that begins on the line of its key."""
    if fault.problem == "sequence entries are not allowed here":
        hint = f"put `{value_at(fault.lines, fault.mark, flow=False)}` on the next line"
        return fault.at(fault.mark, "a list item cannot stand on the line of its key", hint)
    if fault.problem == "mapping keys are not allowed here":
        return fault.at(
            fault.mark, "a value cannot begin with '? ' unless it is in quotes", whole_line(fault)
        )
    return None


def layout(fault: Fault) -> Problem | None:
    """Text behind a value that had ended, or a line in the wrong column."""
    if "<block end>" not in fault.problem and "<document start>" not in fault.problem:
        return None
    for number, line in enumerate(fault.lines[: fault.mark.line + 1]):
        if line.startswith("%"):  # PyYAML takes it for a directive of a later version
            mark = moved(fault.mark, 0, number)
            return fault.at(mark, "a line cannot begin with '%'", f"write {quoted(line)}", width=len(line))
    before = fault.before.rstrip()
    if fault.char == ":":
        return fault.at(fault.mark, "there is no key before the `:`", "write `key: value`")
    if before and before.strip("- "):
        message = f"the value ended at `{before[-1]}`, but the line goes on"
        return fault.at(fault.mark, message, whole_line(fault))
    lines = [fault.mark.line, *([fault.opened.line] if fault.opened else [])]
    if glued := next(filter(None, (dash(fault, line) for line in lines)), None):
        return glued
    if deeper := dash_among_keys(fault):
        return deeper
    opened = fault.opened.column if fault.opened else 0
    if opened == fault.mark.column and ITEM.match(fault.line):
        hint = "put the list below a key of its own, for example `steps:`"
        return fault.at(fault.mark, "this dash stands among keys", hint)
    hint = f"the lines around it begin in column {opened + 1}"
    return fault.at(fault.mark, "this line is not aligned with the lines around it", hint)


def stray(fault: Fault) -> Problem | None:
    """A bracket, comma or dash where a value should begin."""
    if "expected the node content" not in fault.problem:
        return None
    message = f"a value cannot begin with {fault.char!r} unless it is in quotes"
    return fault.at(fault.mark, message, spelled(fault, fault.mark))


TRAPS: tuple[Callable[[Fault], Problem | None], ...] = (
    tab,
    template,
    unclosed_quote,
    escape,
    braces,
    colon,
    reserved,
    no_key,
    item,
    brace,
    unclosed_bracket,
    layout,
    stray,
)
"""In this order: what is certain first, the general last."""
