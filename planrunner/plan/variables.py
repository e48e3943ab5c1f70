"""The `variables` of a plan: plain values, or where values come from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from planrunner.errors import Place, Problems
from planrunner.plan.fault import environment
from planrunner.plan.model import Variable
from planrunner.plan.names import Declared
from planrunner.plan.node import Node, is_true, text, tree

FORM = ("env", "default", "secret")

_TEMPLATE = re.compile(r"(?<!\$)\$\{")


def variables(root: Node, declared: Declared) -> dict[str, Variable]:
    """Read all variables."""
    node = root.fields.get("variables")
    if node is None:
        return {}
    for name, place in node.keys.items():
        declared.claim(name, "variable", place)
    return {
        name: variable(name, child, node.keys[name], declared.problems) for name, child in node.fields.items()
    }


def variable(name: str, node: Node, place: Place, problems: Problems) -> Variable:
    """Read one variable; a mapping of nothing but env, default and secret says where its value comes from."""
    for scalar in inserted(node):
        computed = "write the value out; variables are there before anything is computed"
        hint = (environment(scalar.raw) if scalar is node else "") or computed
        problems.add("`${...}` cannot stand in `variables`", scalar.place, hint)
    if not node.keys or not node.keys.keys() <= set(FORM):
        warn_of_misspelling(node, problems)
        return Variable(name, place, default=tree(node))
    if node.keys.keys() == {"secret"} and not node.damaged:
        hint = f"insert `env: {name.upper()}` or `default:` here"
        problems.add(f"nothing says what the value of {name!r} is", node.place, hint)
    default = node.fields.get("default")
    return Variable(
        name,
        place,
        env=text(node, "env"),
        default=tree(default) if default else None,
        secret=is_true(node, "secret"),
    )


def inserted(node: Node) -> Iterator[Node]:
    """Find text with `${...}` at any depth."""
    if isinstance(node.value, str) and _TEMPLATE.search(node.value):
        yield node
    for child in node.children:
        yield from inserted(child)


def warn_of_misspelling(node: Node, problems: Problems) -> None:
    """Warn of `{env: A, defualt: 1}`, which is a plain mapping only by accident."""
    if not {"env", "secret"} & node.keys.keys():
        return
    for key in node.keys.keys() - set(FORM):
        near = difflib.get_close_matches(key, FORM, n=1)
        if near:
            message = f"because of {key!r} this mapping is itself the value of the variable"
            problems.warn(message, node.keys[key], f"did you mean {near[0]!r}?")
