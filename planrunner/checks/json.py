"""Checks of the body as JSON: a JSONPath, and what is wanted of the values it finds.

A path that may find several values (wildcards, filters, slices, `..`) wants the same of each of them, and at
least one; `min_items` and `max_items` count what it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planrunner.checks.conditions import FAILURES, Ask, Check, Question, fine, other_body, question
from planrunner.checks.matchers import MATCHERS
from planrunner.errors import Problems
from planrunner.plan.model import Condition, Setting
from planrunner.protocols import Reply
from planrunner.values.data import NOTHING
from planrunner.values.expressions import Names
from planrunner.values.jsonpath import compile_path, reading
from planrunner.values.paths import Path
from planrunner.values.scope import Scope

COUNTING = frozenset({"min_items", "max_items"})


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on what a JSONPath finds; without a path, on the whole body."""
    path = compile_path(condition.path or Setting("$", condition.place), names, problems)
    made = question(condition, "json", MATCHERS, names, problems)
    if path is None or made is None:
        return fine
    read = reading(path, names)
    if read is not None:
        return _picked(read, path.text, made)
    return _exists(path) if made.fixed("exists") and made.wanted.value is not False else _asking(path, made)


def _picked(read: Callable[[Reply], Any], subject: str, made: Question) -> Check:
    """Ask about the one value that a plain path leads to."""
    ask = _about_one(subject, lambda value: value, made)
    exists = made.fixed("exists") and made.wanted.value is not False

    def check(reply: Reply, scope: Scope) -> str:
        try:
            value = read(reply)
        except ValueError:
            return other_body(reply, "JSON")
        if exists:
            return f"{subject} is missing" if value is NOTHING else ""
        try:
            return ask(value, scope)
        except FAILURES as error:
            return f"{subject}: {error}"

    return check


def _exists(path: Path) -> Check:
    first, complaint = path.first, f"{path.text} is missing"

    def check(reply: Reply, _: Scope) -> str:
        try:
            data = reply.json()
        except ValueError:
            return other_body(reply, "JSON")
        try:
            return "" if first(data) is not NOTHING else complaint
        except ValueError as error:
            return f"{path.text}: {error}"

    return check


def _asking(path: Path, made: Question) -> Check:
    complain = _complaining(path, made)

    def check(reply: Reply, scope: Scope) -> str:
        try:
            data = reply.json()
        except ValueError:
            return other_body(reply, "JSON")
        try:
            return complain(data, scope)
        except FAILURES as error:
            return f"{path.text}: {error}"

    return check


def _complaining(path: Path, made: Question) -> Ask:
    """Choose what is asked about: what the path finds, each thing it finds, or how many."""
    if made.matcher == "exists" or path.plain:
        return _about_one(path.text, path.first, made)
    if made.matcher in COUNTING:
        return _about_one(path.text, lambda data: [value for _, value in path.matches(data)], made)

    def complain(data: Any, scope: Scope) -> str:
        found = False
        for where, value in path.matches(data):
            found = True
            complaint = made.ask(value, scope)
            if complaint:
                return f"{where} {complaint}"
        return "" if found else f"{path.text} is missing"

    return complain


def _about_one(subject: str, read: Callable[[Any], Any], made: Question) -> Ask:
    ask, may_be_missing = made.ask, made.matcher == "exists"

    def complain(data: Any, scope: Scope) -> str:
        value = read(data)
        if value is NOTHING and not may_be_missing:
            return f"{subject} is missing"
        complaint = ask(value, scope)
        return complaint and f"{subject} {complaint}"

    return complain
