"""A condition of a check, compiled: its matcher prepared for what is wanted, or for each reply anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner.checks.matchers import Matcher, Prepare
from planrunner.errors import Problems, suggestion, visible
from planrunner.plan.model import Condition, Setting, Tree
from planrunner.protocols import Reply
from planrunner.values.data import NOTHING, shown
from planrunner.values.expressions import EvaluationError, Names, Value, compile_text, compile_tree, constant
from planrunner.values.scope import Scope
from planrunner.values.value import made

Check: TypeAlias = Callable[[Reply, Scope], str]  # the complaint, or "" when there is none
Ask: TypeAlias = Callable[[Any, Scope], str]  # a matcher that may look into the scope for what is wanted

FAILURES = (EvaluationError, ValueError, RecursionError)
"""What asking may raise: a wanted `${...}` or an odd path; it becomes the complaint."""

BEGINNING = 40  # characters of a body that is not what was expected: enough to know an error page
NAME_LIMIT = 80  # characters of a computed name that a complaint shows


def fine(_: Reply, __: Scope) -> str:
    """Stand for a condition that could not be compiled: that is a problem of the plan already."""
    return ""


def no_reply(reply: Reply) -> str:
    """Complain that nothing came back."""
    return f"no reply: {reply.error}" if reply.error else "no reply"


def other_body(reply: Reply, wanted: str) -> str:
    """Complain about a body that is not JSON or HTML, and show how it begins."""
    if not reply.status:
        return no_reply(reply)
    if not reply.body:
        return f"the body is empty, so not {wanted}"
    # A character has four bytes at most.
    start = reply.body[: 4 * BEGINNING + 4].decode("utf-8", "replace")
    return f"the body is not {wanted} (it begins with {shown(start, BEGINNING)})"


class Question(Struct, frozen=True):
    """A condition without the part of the reply that it is asked about."""

    matcher: str
    wanted: Value
    ask: Ask

    def fixed(self, matcher: str) -> bool:
        """Tell whether it is this matcher, with something wanted that is known beforehand."""
        return self.wanted.constant and self.matcher == matcher


def question(
    condition: Condition,
    kind: str,
    table: Mapping[str, Prepare],
    names: Names,
    problems: Problems,
    *,
    as_text: Collection[str] = (),
) -> Question | None:
    """Compile a condition with the matchers that make sense for the kind of check; None after a problem.

    The matchers named in `as_text` take a scalar as it is written in the plan, as text; so do lists, of
    texts to choose from, where any are named.
    """
    prepare = table.get(condition.matcher)
    if prepare is None:
        message = f"{kind} cannot be checked with {condition.matcher!r}"
        problems.add(message, condition.place, suggestion(condition.matcher, table))
    wanted = _wanted(condition, names, problems, as_text)
    if prepare is None or wanted is None:
        return None
    ask = _ask(condition, wanted, prepare, problems)
    return Question(condition.matcher, wanted, ask) if ask else None


def _wanted(condition: Condition, names: Names, problems: Problems, as_text: Collection[str]) -> Value | None:
    before, wanted = problems.errors, condition.wanted
    if wanted is None:
        return constant(None)
    if isinstance(wanted, Setting) and condition.matcher in as_text:
        value = compile_text(wanted, names, problems)
    elif isinstance(wanted, tuple) and as_text:
        value = _texts(wanted, names, problems)
    else:
        value = compile_tree(wanted, names, problems)
    return value if problems.errors == before else None


def _texts(wanted: tuple[Tree, ...], names: Names, problems: Problems) -> Value:
    items = [
        compile_text(item, names, problems)
        if isinstance(item, Setting)
        else compile_tree(item, names, problems)
        for item in wanted
    ]
    return made(items, lambda scope: [item.of(scope) for item in items])


def _ask(condition: Condition, wanted: Value, prepare: Prepare, problems: Problems) -> Ask | None:
    """Prepare the matcher: once where what is wanted is constant, else for each reply."""
    if not wanted.constant:
        return lambda value, scope: prepare(wanted.of(scope))(value)
    try:
        matcher: Matcher = prepare(wanted.value)
    except ValueError as error:
        place = condition.wanted.place if isinstance(condition.wanted, Setting) else condition.place
        problems.add(f"wrong value {shown(wanted.value, 40)}", place, str(error))
        return None
    return lambda value, _: matcher(value)


def about(subject: str, read: Callable[[Reply], Any], ask: Ask) -> Check:
    """Ask about one part of every reply."""

    def check(reply: Reply, scope: Scope) -> str:
        if not reply.status:
            return no_reply(reply)
        try:
            complaint = ask(read(reply), scope)
        except FAILURES as error:
            return f"{subject}: {error}"
        return complaint and f"{subject} {complaint}"

    return check


def about_named(kind: str, name: Value, read: Callable[[Reply, str], Any], made: Question) -> Check:
    """Ask about one of several parts of every reply, a header for example; `read` may give NOTHING."""
    ask, may_be_missing = made.ask, made.matcher == "exists"

    def check(reply: Reply, scope: Scope) -> str:
        if not reply.status:
            return no_reply(reply)
        subject = kind
        try:
            wanted = name.of(scope)
            subject = f"{kind} {visible(wanted[:NAME_LIMIT])}"
            value = read(reply, wanted)
            if value is NOTHING and not may_be_missing:
                return f"{subject} is missing"
            complaint = ask(value, scope)
        except FAILURES as error:
            return f"{subject}: {error}"
        return complaint and f"{subject} {complaint}"

    return check
