"""Shared by the tests of checks: replies, conditions, and what a check says about them."""

from collections.abc import Sequence
from random import Random
from typing import Any

from planrunner.checks import build
from planrunner.errors import Place, Problems
from planrunner.plan.model import Check, Condition, Setting, Tree
from planrunner.protocols import Reply
from planrunner.values.expressions import Names
from planrunner.values.scope import Scope

PLACE, WANTED, PATH = Place("plan.yml", 1, 1), Place("plan.yml", 2, 2), Place("plan.yml", 3, 3)
NAMES = Names({"n": 5, "limit": "1s", "word": "pizza"}, frozenset({"token", "deep"}))


def reply(body: str | bytes = "", status: int = 200, duration: float = 0.25, error: str = "") -> Reply:
    made = Reply()
    made.body = body.encode() if isinstance(body, str) else body
    made.status, made.duration, made.error = status, duration, error
    made.headers = [(b"X-Id", b"7")]
    return made


def answering(*headers: tuple[str, str], body: str = "", hops: Sequence[Reply] = ()) -> Reply:
    """Make a reply with these headers, to which these hops led."""
    made = reply(body)
    made.headers, made.hops = [(name.encode(), value.encode()) for name, value in headers], tuple(hops)
    return made


def scope(answer: Reply | None = None, **saved: Any) -> Scope:
    made = Scope(1, "browse", "t", Random(1))
    made.reply, made.values = answer, {"token": "abc", **saved}
    return made


def tree(value: Any) -> Tree:
    if isinstance(value, dict):
        return {key: tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(tree(item) for item in value)
    return Setting(value, WANTED, value if isinstance(value, str) else str(value))


def check(kind: str, *conditions: tuple[str, Any] | tuple[str, Any, str]) -> Check:
    """Make a check of (matcher, wanted) or (matcher, wanted, path); `exists` may stand without a wanted."""
    made = [
        Condition(
            matcher,
            None if (matcher, wanted) == ("exists", None) else tree(wanted),
            PLACE,
            Setting(path[0], PATH, path[0]) if path else None,
        )
        for matcher, wanted, *path in conditions
    ]
    return Check(kind, "a check", tuple(made), PLACE)


def complaint(of: Check, about: Reply, **saved: Any) -> str:
    """Ask a check that is right about a reply."""
    problems = Problems()
    built = build(of, NAMES, problems)
    assert problems.found == []
    return built(about, scope(about, **saved))


def wrong(of: Check) -> list[str]:
    """Compile a check that is not right: line, message, hint; and it must never complain."""
    problems = Problems()
    assert build(of, NAMES, problems)(reply(), scope()) == ""
    return [f"{p.place.line}: {p.message} ({p.hint})" for p in problems]
