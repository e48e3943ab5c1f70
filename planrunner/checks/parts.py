"""Checks of headers and cookies, each by its name."""

from __future__ import annotations

from collections.abc import Callable

from planrunner.checks.conditions import Check, about_named, fine, question
from planrunner.checks.text import AS_WRITTEN, TEXT
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.protocols import Reply
from planrunner.values.data import NOTHING
from planrunner.values.expressions import Names, compile_text


def build_header(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on a header; one that came several times is joined with ", "."""
    return _build("header", Reply.header, condition, names, problems)


def build_cookie(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on a cookie that the reply set, or a redirect that led to it."""
    return _build("cookie", Reply.cookie, condition, names, problems)


def _build(
    kind: str,
    find: Callable[[Reply, str], str | None],
    condition: Condition,
    names: Names,
    problems: Problems,
) -> Check:
    assert condition.path is not None  # the schema wants a name
    before = problems.errors
    name = compile_text(condition.path, names, problems)
    made = question(condition, kind, TEXT, names, problems, as_text=AS_WRITTEN)
    if made is None or problems.errors > before:
        return fine

    def read(reply: Reply, wanted: str) -> object:
        found = find(reply, wanted)
        return NOTHING if found is None else found

    return about_named(kind, name, read, made)
