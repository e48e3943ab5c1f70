"""Secrets out of what is kept of a run: every text is masked, but for the words of its format."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct, structs

from planrunner.metrics.series import Key
from planrunner.values.mask import Mask

T = TypeVar("T")


def masked(record: T, mask: Mask) -> T:
    """Mask every text of a record, at any depth.

    What can only be one of some words (`passed`, `trend`) is nobody's secret, although a password may be the
    same; so are the names of numbers. Without them, nobody could read the record.
    """
    found: T = _masked(record, mask)
    return found


def _masked(value: Any, mask: Mask) -> Any:
    match value:
        case str():
            return mask(value)
        case Mapping():
            return {_key(key, item, mask): _masked(item, mask) for key, item in value.items()}
        case Key(metric, tags):
            return Key(mask(metric), _masked(tags, mask))
        case tuple() | list():
            return tuple(_masked(item, mask) for item in value)
        case Struct():
            return structs.replace(value, **_fields(value, mask))
        case _ if dataclasses.is_dataclass(value):
            changed: Any = value
            return dataclasses.replace(changed, **_fields(value, mask))
    return value


def _key(key: Any, item: object, mask: Mask) -> Any:
    return key if isinstance(item, int | float) else mask(key)


def _fields(record: Any, mask: Mask) -> dict[str, Any]:
    kind: Any = type(record)
    return {name: _masked(getattr(record, name), mask) for name in _free(kind)}


@cache
def _free(kind: type[Any]) -> tuple[str, ...]:
    """Name the fields of a record whose texts may be anything."""
    return tuple(name for name, hint in get_type_hints(kind).items() if not _fixed(hint))


def _fixed(hint: object) -> bool:
    """Whether a type is made of given words."""
    return get_origin(hint) is Literal or any(_fixed(part) for part in get_args(hint))
