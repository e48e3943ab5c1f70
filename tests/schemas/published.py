"""The published schemas, taken apart: every node, and what a snippet of an editor becomes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from jsonschema import Draft7Validator

Schema: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "schemas"
PARTS = {"items", "additionalProperties", "propertyNames", "then", "else"}  # `if` asks, nobody writes it

_PLACEHOLDER = re.compile(r"(?<!\\)\$(?:\{\d+:((?:\\.|[^}\\])*)\}|\d+)")


def published(kind: str) -> Schema:
    """Read a schema."""
    schema: Schema = json.loads((FOLDER / f"{kind}.schema.json").read_text("utf-8"))
    return schema


def nodes(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Find everything in a schema that describes a value."""
    yield path, schema
    for key in sorted({"properties", "definitions"} & schema.keys()):
        for name, part in schema[key].items():
            yield from nodes(part, f"{path}/{name}")
    for key in sorted(PARTS & schema.keys()):
        if isinstance(schema[key], dict):
            yield from nodes(schema[key], f"{path}/{key}")


PLAN = published("plan")
DEFINITIONS: Schema = PLAN["definitions"]
NODES = dict(nodes(PLAN))


def validator(node: Schema) -> Draft7Validator:
    """Make a validator of one node; draft 7 ignores what stands beside a reference."""
    alone = {"$ref": node["$ref"]} if "$ref" in node else node
    return Draft7Validator({"definitions": DEFINITIONS, "allOf": [alone]})


def fits(name: str, value: object) -> bool:
    """Say whether a value is what a definition describes."""
    return bool(validator({"$ref": f"#/definitions/{name}"}).is_valid(value))


def inserted(body: Any) -> Any:
    """Return what an editor inserts for a snippet: its placeholders as they stand (LSP, snippet syntax)."""
    if isinstance(body, dict):
        return {inserted(key): inserted(value) for key, value in body.items()}
    if isinstance(body, list):
        return [inserted(item) for item in body]
    if isinstance(body, str):
        text = _PLACEHOLDER.sub(lambda found: found[1] or "word", body)
        return re.sub(r"\\([$}\\])", r"\1", text)
    return body
