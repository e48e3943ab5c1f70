"""Which names a plan may give, and the rule that a mapping says exactly one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from planrunner.errors import Place, Problems
from planrunner.plan.node import Node, text

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


class Claim(Struct, frozen=True):
    """A name that the plan gives to a value, for `${...}`."""

    name: str
    kind: str  # what has the name, in a sentence: "variable"
    place: Place


class Declared(Struct, frozen=True):
    """What the whole plan declares, for the parts that refer to it; and the names it gives to values.

    None instead of names: some could not be read, so nobody can say which exist.
    """

    problems: Problems
    endpoints: Mapping[str, Place] | None = None
    flows: Mapping[str, Place] | None = None
    metrics: Mapping[str, Place] | None = None
    claims: list[Claim] = field(default_factory=list)

    def claim(self, name: str, kind: str, place: Place) -> None:
        """Note a name that is given to a value; `${...}` must not use it for something else."""
        check_name(name, place, self.problems)
        self.claims.append(Claim(name, kind, place))

    def clashes(self) -> None:
        """Refuse names that are given to values of two kinds; many steps may save or set the same."""
        order = {file: number for number, file in enumerate(self.problems.lines)}
        first: dict[str, Claim] = {}
        for claim in sorted(self.claims, key=lambda claim: (order.get(claim.place.file, -1), claim.place)):
            known = first.setdefault(claim.name, claim)
            if known.kind != claim.kind and {known.kind, claim.kind} != KEPT:
                message = f"{claim.name!r} is already the name of a {known.kind}"
                hint = f"the {known.kind} is {whereabouts(known.place, claim.place)}; rename one of them"
                self.problems.add(message, claim.place, hint)


MOST_GUESSES = 100_000
"""So often two names are compared, which takes some ten microseconds each time."""

KEPT = {"saved value", "set value"}
"""Kinds of names that mean the same: what steps keep."""


def whereabouts(place: Place, seen_from: Place) -> str:
    """Say where something else stands: `on line 3`, with its file if that is another one."""
    where = f"on line {place.line}"
    return where if place.file == seen_from.file else f"{where} of {place.file}"


def unknown(
    kind: str, named: Node, known: Mapping[str, Place] | None, declared: Declared, example: str
) -> None:
    """Note a name that does not exist; where there are none at all, show how to give one."""
    if known is not None and not known:
        declared.problems.add(f"unknown {kind} {named.raw!r}", named.place, example)
    elif known is not None and named.raw not in known:
        suggest(kind, named.raw, known, named.place, declared.problems)


def suggest(kind: str, name: str, known: Mapping[str, Place], place: Place, problems: Problems) -> None:
    """Note a name that does not exist, and what was probably meant as long as that is quickly found."""
    if len(known) * len(problems.found) < MOST_GUESSES:
        problems.unknown(kind, name, known, place)
    else:
        problems.add(f"unknown {kind} {name!r}", place)


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
    "auth": "this does not say how to log in",
    "data set": "this data set has no rows",
    "part": "this part has nothing to send",
    "preflight": "this preflight sends nothing",
    "save": "this does not say what to save",
}
"""What a thing is without the key that says what it is."""


def fixed_name(node: Node, problems: Problems) -> str:
    """Read the `name` of a step or check, which is the same for every reply: so reports stay short."""
    name = text(node, "name")
    if "${" in name.replace("$${", ""):
        hint = "write a fixed name; what differs can be a step or an endpoint of its own"
        problems.warn("`${...}` is not computed in a name", node.fields["name"].place, hint)
    return name


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
        parted = what in ("endpoint", "step", "check", "save")
        hint = f"make two {what}s of it, or remove one key" if parted else "remove one of them"
        problems.add(message, node.keys[written[1]], hint)
    return next((key for key in written if key in node.fields), None)
