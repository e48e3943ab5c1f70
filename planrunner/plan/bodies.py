"""What a request sends: one body, said in one of several ways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan.model import (
    Body,
    FileBody,
    FormBody,
    GraphqlBody,
    JsonBody,
    MultipartBody,
    Part,
    Setting,
    TextBody,
)
from planrunner.plan.names import only
from planrunner.plan.node import Node, is_true, optional, setting, tree

_TEMPLATE = re.compile(r"\$\{[^{}]*\}")  # in what may be JSON: any value may stand there


def body(node: Node, problems: Problems) -> Body | None:
    """Read the body of a request; None where nothing is said of one."""
    written = [key for key in node.keys if key in BODIES]
    if len(written) > 1:
        message = f"a request has one body; this one has `{written[0]}` and `{written[1]}`"
        problems.add(message, node.keys[written[1]], "remove one of them")
    if "template" in node.keys and "body_file" not in node.keys:
        hint = "insert `body_file:`; text in `body` and `json` may hold `${...}` anyway"
        problems.add("`template` goes with `body_file`", node.keys["template"], hint)
    if "json" in node.fields:
        warn_of_text(node.fields["json"], problems)
    found = next((key for key in written if key in node.fields), None)
    read = BODIES[found](node.fields[found], node.keys[found], problems) if found else None
    return replace(read, template=is_true(node, "template")) if isinstance(read, FileBody) else read


def warn_of_text(node: Node, problems: Problems) -> None:
    """Warn of `json: '{"a": 1}'`, which is sent as one text in quotes."""
    written = _TEMPLATE.sub("0", node.raw) if isinstance(node.value, str) else ""
    if not written.lstrip().startswith(("{", "[")):
        return
    try:
        json.loads(written)
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to tell
        return
    message = "this text looks like JSON and would be sent as a quoted text"
    problems.warn(message, node.place, "write it as YAML: `json: {a: 1}`, or send it as `body`")


def json_body(node: Node, place: Place, _: Problems) -> JsonBody:
    """Read what is sent as JSON."""
    return JsonBody(tree(node), place)


def text_body(node: Node, place: Place, _: Problems) -> TextBody:
    """Read text."""
    return TextBody(setting(node), place)


def file_body(node: Node, place: Place, _: Problems) -> FileBody:
    """Read the name of a file."""
    return FileBody(setting(node), place)


def form_body(node: Node, place: Place, _: Problems) -> FormBody:
    """Read the fields of a form; a list is sent as several fields of one name."""
    return FormBody({name: form_field(child) for name, child in node.fields.items()}, place)


def form_field(node: Node) -> Setting | tuple[Setting, ...]:
    """Read one field of a form."""
    return tuple(map(setting, node.items)) if isinstance(node.value, list) else setting(node)


def multipart_body(node: Node, place: Place, problems: Problems) -> MultipartBody:
    """Read the fields and files of a multipart form."""
    return MultipartBody({name: parts(child, problems) for name, child in node.fields.items()}, place)


def parts(node: Node, problems: Problems) -> tuple[Part, ...]:
    """Read one field, or several of one name."""
    return tuple(part(item, problems) for item in (node.items if isinstance(node.value, list) else [node]))


def part(node: Node, problems: Problems) -> Part:
    """Read a value or a file to upload."""
    if not node.mapping:
        return Part(node.place, value=setting(node))
    only(node, ("file", "value"), "part", problems)
    return Part(
        node.place,
        value=optional(node, "value"),
        file=optional(node, "file"),
        type=optional(node, "type"),
        filename=optional(node, "filename"),
    )


def graphql_body(node: Node, place: Place, _: Problems) -> GraphqlBody | None:
    """Read a GraphQL query with its variables; nothing when the query was wrong."""
    query = optional(node, "query")
    values = node.fields.get("variables")
    if query is None:
        return None
    return GraphqlBody(query, place, tree(values) if values else None, optional(node, "operation"))


BODIES: Mapping[str, Callable[[Node, Place, Problems], Body | None]] = {
    "json": json_body,
    "body": text_body,
    "body_file": file_body,
    "form": form_body,
    "multipart": multipart_body,
    "graphql": graphql_body,
}
"""The keys that say a body, and how the value under each is read; the place is the key's."""
