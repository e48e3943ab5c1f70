"""A result to and from JSON, and its schema."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec
from msgspec import Raw, Struct

from planrunner import __version__
from planrunner.result.result import Result

EMPTY = len("[]")
FORMAT = 2


class Head(Struct):
    """What every version of the file begins with."""

    format: int
    planrunner: str = "an unknown version"


def to_json(result: Result) -> bytes:
    """Encode a result as JSON in UTF-8, with a line for each thing in it: to be read, searched, compared.

    Indented as a whole it would be twice as large.
    """
    parts = msgspec.json.decode(msgspec.json.encode(result), type=dict[str, Raw])
    lines = (f'  "{name}": '.encode() + _lines(bytes(part)) for name, part in parts.items())
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def _lines(part: bytes) -> bytes:
    """Write each item of a list, and each field of an object, on a line of its own."""
    if part.startswith(b"[") and len(part) > EMPTY:
        items = [bytes(item) for item in msgspec.json.decode(part, type=list[Raw])]
        return b"[\n    " + b",\n    ".join(items) + b"\n  ]"
    if part.startswith(b"{") and len(part) > EMPTY:
        fields = msgspec.json.decode(part, type=dict[str, Raw])
        items = [msgspec.json.encode(name) + b": " + bytes(item) for name, item in fields.items()]
        return b"{\n    " + b",\n    ".join(items) + b"\n  }"
    return part


def from_json(data: bytes) -> Result:
    """Decode what `to_json` wrote; ValueError says what is wrong and where."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    head = msgspec.json.decode(text, type=Head)
    if head.format != FORMAT:
        raise ValueError(
            f"it has format {head.format}, written by planrunner {head.planrunner}; this is planrunner "
            f"{__version__}, which reads format {FORMAT}: run the plan again, or use that version"
        )
    result = msgspec.json.decode(text, type=Result)
    if not result.timeline.even:
        raise ValueError("the columns of its timeline are not equally long - at `$.timeline`")
    return result


def schema() -> dict[str, Any]:
    """Make the JSON schema of a result file."""
    made: dict[str, Any] = _dedented(msgspec.json.schema(Result))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "planrunner result",
        **made,
    }


def _dedented(value: Any) -> Any:
    """Take the indentation out of docstrings, which Python itself does from 3.13 on."""
    if isinstance(value, dict):
        return {key: _dedented(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dedented(item) for item in value]
    return cleandoc(value) if isinstance(value, str) else value
