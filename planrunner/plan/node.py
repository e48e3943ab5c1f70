"""A YAML value that knows where it stands: what is read, pruned and turned into a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from planrunner.errors import Place
from planrunner.plan.model import Scalar, Setting, Tree

Value: TypeAlias = "dict[str, Node] | list[Node] | Scalar"


class Node(Struct, frozen=True):
    """A mapping, a list or a scalar, with its place."""

    value: Value
    place: Place  # width: of a scalar on its line; 1 for mappings and lists
    raw: str = ""  # a scalar as written: `1.10` is the number 1.1
    keys: Mapping[str, Place] = field(default_factory=dict)  # also those whose value was left out
    damaged: bool = False  # something right below was wrong and left out

    @property
    def mapping(self) -> bool:
        """Whether it is a mapping, be it an empty one."""
        return isinstance(self.value, dict)

    @property
    def fields(self) -> dict[str, Node]:
        """The values of a mapping; nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def children(self) -> list[Node]:
        """What stands right below a mapping or a list."""
        return list(self.fields.values()) or self.items


def hurt(node: Node) -> bool:
    """Say whether anything was left out at or below a node."""
    return node.damaged or any(map(hurt, node.children))


def plain(node: Node) -> Any:
    """Return the value without places, as a JSON library would."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def tree(node: Node) -> Tree:
    """Return a value of any shape for the model."""
    if isinstance(node.value, dict):
        return {key: tree(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return tuple(tree(child) for child in node.value)
    return setting(node)


def setting(node: Node) -> Setting:
    """Return a scalar for the model."""
    assert not isinstance(node.value, dict | list)
    return Setting(node.value, node.place, node.raw)


def optional(node: Node, key: str) -> Setting | None:
    """Return the scalar under a key of a mapping, if it is there."""
    found = node.fields.get(key)
    return setting(found) if found else None


def text(node: Node, key: str) -> str:
    """Return the text under a key of a mapping, empty if it is not there."""
    found = optional(node, key)
    return found.text if found else ""


def is_true(node: Node, key: str) -> bool:
    """Say whether a mapping says `true` under a key."""
    found = node.fields.get(key)
    return found is not None and found.value is True
