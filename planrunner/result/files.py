"""A result to and from JSON, and its schema."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from planrunner.result.result import Result


def to_json(result: Result) -> bytes:
    """Encode a result as indented JSON in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(data: bytes) -> Result:
    """Decode what `to_json` wrote; ValueError says what is wrong and where."""
    return msgspec.json.decode(data, type=Result)


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
