"""JSONPath (RFC 9535), compiled: plain paths to a walk, all others by a library."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.expressions import Names, compile_text
from planrunner.values.paths import Key, Path, PathError, plain
from planrunner.values.picking import Body
from planrunner.values.text import place_of

# The part of the grammar that says where to go without a choice. White space, escapes and large numbers
# are left to the library, and so is what is wrong.
_NAME = r"[^\x00-@\[-\^`{-\x7f\ud800-\udfff]"  # a letter, _ or beyond ASCII; so said, it compiles in a sixth
_SEGMENT = re.compile(
    rf"\.(?P<name>{_NAME}(?:{_NAME}|[0-9])*)"
    r"|\[(?P<index>0|-?[1-9][0-9]{0,14})\]"
    r"|\['(?P<single>[^'\\\x00-\x1f\ud800-\udfff]*)'\]"
    r'|\["(?P<double>[^"\\\x00-\x1f\ud800-\udfff]*)"\]'
)


def compile_path(setting: Setting, names: Names, problems: Problems) -> Path | None:
    """Compile a path of the plan, in which `${...}` may stand for variables; None after a problem."""
    before = problems.errors
    value = compile_text(setting, replace(names, runtime=False), problems)
    if problems.errors > before or not value.constant:
        return None
    try:
        return path(value.value)
    except PathError as error:
        place = setting.place
        if error.index is not None and value.value == setting.text:
            place = place_of(setting, min(error.index, len(setting.text) - 1), 1, problems)
        problems.add("wrong JSONPath", place, f"{error}; write a path like $.items[0].name")
        return None


def reading(path: Path, names: Names) -> Callable[[Body], Any] | None:
    """Return what reads the value of a plain path from a reply, without the rest where that pays.

    None for other paths. It gives NOTHING where there is no value; ValueError for what is no JSON.
    """
    return names.picker.add(path) if path.plain and names.picker else None


def path(text: str) -> Path:
    """Compile a path; PathError when it is none."""
    keys = _plain(text)
    if keys is not None:
        return plain(text, keys)
    from planrunner.values.query import query  # noqa: PLC0415  (its library is slow to load)

    return query(text)


def _plain(text: str) -> list[Key] | None:
    """Read the names and indexes of a plain path; None for any other text."""
    if not text.startswith("$"):
        return None
    keys: list[Key] = []
    at = 1
    while at < len(text):
        found = _SEGMENT.match(text, at)
        if not found:
            return None
        index = found["index"]
        keys.append(int(index) if index else found[found.lastgroup or 0])
        at = found.end()
    return keys
