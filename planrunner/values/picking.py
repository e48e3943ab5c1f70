"""Picking values out of JSON without making the rest: of a large body a check wants a field or two.

The plain paths that a step asks for become a type for msgspec's decoder, which skips what the type does not
name: of a body of 10 KB that takes a fifth of the time. What does not fit the type, an error page for
example, is decoded as a whole, and so is everything where picking turns out not to pay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final, Protocol, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from planrunner.values.data import NOTHING
from planrunner.values.paths import Key, Path, walk

PATIENCE: Final = 8  # bodies that did not fit, or were decoded as a whole after all, before it is given up

Tree: TypeAlias = "dict[Key, Tree]"
"""Names and indexes, and what is wanted below them; nothing below means all that is there."""


UNREAD: Final = object()
"""The JSON of a body that has not been parsed as a whole."""


class Body(Protocol):
    """A reply, as far as it is about its JSON."""

    body: bytes
    whole: Any  # the JSON, once it was parsed
    picked: tuple[Picker, list[Any]] | None  # what was picked last, and by whom

    def json(self) -> Any:
        """Return the body as JSON; ValueError when it is none."""
        ...


class Picker:
    """The paths that one step asks of its replies."""

    __slots__ = ("_decode", "_paths", "_patience", "_reads")

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._patience = PATIENCE
        self._decode: Callable[[bytes], Any] = self._build
        self._reads: list[Callable[[Any], Any]] = []

    def add(self, path: Path) -> Callable[[Any], Any]:
        """Take in a plain path; returns what reads its value from a Body, NOTHING where there is none.

        That raises ValueError for what is no JSON.
        """
        number = len(self._paths)
        self._paths.append(path)
        return lambda body: self.values(body)[number]

    def values(self, body: Body) -> list[Any]:
        """Return the values of all paths; ValueError for what is no JSON."""
        known = body.picked
        if known is not None and known[0] is self:
            return known[1]
        if self._patience > 0 and body.whole is UNREAD:
            try:
                root = self._decode(body.body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self.waste()
            else:
                found = [read(root) for read in self._reads]
                body.picked = self, found
                return found
        data = body.json()
        body.picked = self, [path.first(data) for path in self._paths]
        return body.picked[1]

    def waste(self) -> None:
        """Note that picking did not pay: the whole was needed after all."""
        self._patience -= 1

    def _build(self, data: bytes) -> Any:
        """Make the decoder, and decode with it."""
        wanted = [path.keys or () for path in self._paths]
        tree: Tree = {}
        for keys in wanted if all(wanted) else ():  # where one wants all there is, the tree stays empty
            _grow(tree, keys)
        self._reads = [_reading(tree, keys) for keys in wanted]
        try:
            self._decode = msgspec.json.Decoder(_type(tree)).decode
        except (TypeError, ValueError):  # a name that msgspec does not take
            self._decode = msgspec.json.decode
            self._reads = [path.first for path in self._paths]
        return self._decode(data)


def _grow(tree: Tree, keys: Sequence[Key]) -> None:
    """Add a path to a tree; where another one wants all, there is nothing to add below it."""
    for number, key in enumerate(keys, 1):
        if number == len(keys):
            tree[key] = {}
        elif key in tree and not tree[key]:
            return
        else:
            tree = tree.setdefault(key, {})


def _named(tree: Tree) -> bool:
    return all(type(key) is str for key in tree)


def _whole(tree: Tree) -> bool:
    """Whether what is here is decoded as a whole: all of it is wanted, or names and indexes are."""
    return not tree or not (_named(tree) or (len(tree) == 1 and type(next(iter(tree))) is int))


def _type(tree: Tree) -> Any:
    """Make the type of which the decoder makes no more than a tree wants."""
    if _whole(tree):
        return Any
    if not _named(tree):
        (below,) = tree.values()
        return list[_type(below)] | None  # type: ignore[misc]  # a type that is made at run time
    fields, rename = [], {}
    for number, (key, below) in enumerate(tree.items()):
        kind = _type(below)
        fields.append((f"f{number}", kind if kind is Any else kind | UnsetType, UNSET))
        rename[f"f{number}"] = str(key)
    return msgspec.defstruct("Picked", fields, rename=rename, gc=False) | None


def _reading(tree: Tree, keys: Sequence[Key]) -> Callable[[Any], Any]:
    """Return what follows a path through what the decoder made."""
    steps: list[Key] = []
    for key in keys:
        if _whole(tree):
            break
        steps.append(f"f{list(tree).index(key)}" if _named(tree) else key)
        tree = tree[key]
    rest = walk(list(keys[len(steps) :]))
    if any(type(step) is int for step in steps):
        return lambda root: rest(_along(steps, root))
    if not steps:
        return rest
    get = attrgetter(".".join(map(str, steps)))

    def read(root: Any) -> Any:
        try:
            found = get(root)
        except AttributeError:  # there is nothing on the way, or null
            return NOTHING
        return NOTHING if found is UNSET else rest(found)

    return read


def _along(steps: Sequence[Key], root: Any) -> Any:
    """Follow attributes and indexes."""
    found = root
    for step in steps:
        try:
            found = getattr(found, step) if type(step) is str else found[step]
        except (AttributeError, IndexError, TypeError):  # there is nothing on the way, or null
            return NOTHING
    return NOTHING if found is UNSET else found
