"""Shared by the tests of values: expressions evaluated as in a plan of one line."""

from random import Random
from typing import Any

from planrunner.errors import Place, Problems
from planrunner.plan.model import Setting, Tree
from planrunner.protocols import Reply
from planrunner.values.expressions import Names, compile_setting
from planrunner.values.scope import Scope

PLACE = Place("plan.yml", 1, 1)
VARIABLES = {
    "n": 5,
    "half": 0.5,
    "base": "http://h",
    "yes": True,
    "none": None,
    "list": [1, "two", {"three": 3}],
    "config": {"host": "h", "class": "first", "a-b": 1, "list": [1, 2]},
}
SAVED = {
    "token": "abc",
    "tricky": "${n} $${n}",
    "items": [3, 4],
    "zero": 0,
    "user": {"name": "Ann", "age": 30},
}
NAMES = Names(VARIABLES, frozenset([*SAVED, "later", "big", "sharp", "long", "digits"]))


def reply(body: bytes = b'{"id": 7, "pizza": {"name": "x", "sizes": [1, 2]}}', status: int = 200) -> Reply:
    made = Reply()
    made.status, made.body, made.duration = status, body, 0.25
    made.headers = [(b"X-Id", b"7"), (b"ETag", b'"e"')]
    return made


def scope(answer: Reply | None = None, seed: int = 1) -> Scope:
    made = Scope(3, "browse", "t-1", Random(seed))
    made.iteration, made.scenario_iteration = 4, 9
    made.values = dict(SAVED)
    made.reply = answer
    return made


def setting(text: str, problems: Problems | None = None) -> Setting:
    if problems is not None:
        problems.lines["plan.yml"] = text.split("\n")
    return Setting(text, PLACE, text)


def tree(value: Any) -> Tree:
    """Locate every scalar of a value at the same place."""
    if isinstance(value, dict):
        return {key: tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(tree(item) for item in value)
    return Setting(value, PLACE, value if isinstance(value, str) else str(value))


def evaluate(text: str, where: Scope | None = None) -> Any:
    """Evaluate a text of the plan, which has to be free of problems."""
    problems = Problems()
    value = compile_setting(setting(text, problems), NAMES, problems)
    assert problems.found == []
    return value.of(where or scope(reply()))


def complaints(text: str, names: Names = NAMES) -> list[str]:
    """Compile a text and return what is wrong with it: column, message, hint."""
    problems = Problems()
    compile_setting(setting(text, problems), names, problems)
    return [f"{p.place.column}+{p.place.width}: {p.message} ({p.hint})" for p in problems]
