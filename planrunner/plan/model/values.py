"""The smallest parts of a plan: scalars and trees with their places, variables, data sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.errors import Place

Scalar: TypeAlias = str | int | float | bool | None
Pick: TypeAlias = Literal["sequential", "random", "unique", "per_vu"]
AtEnd: TypeAlias = Literal["recycle", "stop", "error"]


class Setting(Struct, frozen=True):
    """One scalar of the plan; its text may hold `${...}`."""

    value: Scalar
    place: Place
    raw: str = ""  # as written: a header `1.10` is sent so, though its value is the number 1.1

    @property
    def text(self) -> str:
        """The value as it is sent where text is sent: headers, queries, plain bodies."""
        return self.value if isinstance(self.value, str) else self.raw


Tree: TypeAlias = "Setting | Mapping[str, Tree] | tuple[Tree, ...]"
"""A value of any shape, its scalars located."""


class Variable(Struct, frozen=True):
    """A name that `${...}` may use; its value comes from -e, the environment or the default."""

    name: str
    place: Place
    env: str = ""
    default: Tree | None = None  # None: required
    secret: bool = False


class Dataset(Struct, frozen=True):
    """Rows that iterations take: one of `file` and `rows` is there."""

    name: str
    place: Place
    file: Setting | None = (
        None  # CSV, JSON, JSON Lines or YAML, by its ending; relative to the file that names it
    )
    at: Setting | None = None  # JSONPath of the list of rows within a JSON or YAML file
    rows: tuple[Tree, ...] | None = None
    delimiter: Setting | None = None  # of CSV; a comma, or a tab in a .tsv file
    encoding: Setting | None = None  # of the file; UTF-8
    pick: Pick = "sequential"
    at_end: AtEnd = "recycle"  # what happens when all rows have been taken
    secret: tuple[Setting, ...] = ()  # names of columns whose values are masked
