"""Which names a plan may give, and the rule that a mapping says exactly one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planrunner.errors import Place, Problems
from planrunner.plan.node import Node

BUILT_IN = frozenset(
    {
        "vu",
        "scenario",
        "test",
        "loop",
        "status",
        "body",
        "json",
        "headers",
        "cookies",
        "duration",
        "error",
        "failed",
    }
)
"""What `${...}` knows without the plan."""

FUNCTIONS = frozenset(
    {
        "uuid",
        "random_int",
        "random_choice",
        "random_string",
        "now",
        "timestamp",
        "base64",
        "sha256",
        "hmac",
        "urlencode",
        "tojson",
        "length",
        "lower",
        "upper",
        "default",
        "int",
        "float",
        "str",
        "join",
        "first",
        "last",
    }
)
"""What `${...}` can call."""

WORDS = frozenset({"and", "or", "not", "in", "if", "else", "true", "false", "null", "True", "False", "None"})
"""What means something else in an expression; Python's other keywords are names there like any other.

`True`, `False` and `None` would be too, but nobody who reads them takes them for variables.
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """What the whole plan declares, for the parts that refer to it."""

    problems: Problems
    variables: Mapping[str, Place]
    endpoints: Mapping[str, Place] | None  # None: they could not be read, so nobody can say which exist


def check_name(name: str, place: Place, problems: Problems) -> None:
    """Refuse a name for a variable or save that `${...}` already uses for something else."""
    if name in WORDS:
        problems.add(f"{name!r} is a word of the expression language", place, f"call it {name + '_value'!r}")
    elif name in BUILT_IN:
        problems.add(f"{name!r} is a name that ${{...}} already knows", place, f"call it {'my_' + name!r}")
    elif name in FUNCTIONS:
        problems.add(f"{name!r} is a function of ${{...}}", place, f"call it {'my_' + name!r}")


LACKING: Mapping[str, str] = {
    "endpoint": "this endpoint has no method with its URL",
    "step": "this step does nothing",
    "check": "this check asks nothing",
    "save": "this does not say what to save",
}
"""What a thing is without the key that says what it is."""


def only(node: Node, choices: Iterable[str], what: str, problems: Problems) -> str | None:
    """Return which of several keys a mapping has; there must be exactly one.

    With several, the first that is usable is returned, so that the rest of the mapping is still looked at.
    """
    choices = list(choices)
    written = [key for key in node.keys if key in choices]
    if not written and not node.damaged:
        problems.add(LACKING[what], node.place, f"it needs one of: {', '.join(choices)}")
    if len(written) > 1:
        listed = f"{', '.join(written[:-1])} and {written[-1]}"
        message = f"this {what} has {listed}; it can have only one of them"
        problems.add(message, node.keys[written[1]], f"make two {what}s of it, or remove one key")
    return next((key for key in written if key in node.fields), None)
