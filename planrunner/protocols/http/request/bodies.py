"""Bodies: each kind that a plan can say, compiled to bytes and the content type that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_plus

from msgspec import Struct

from planrunner.errors import Problems
from planrunner.plan.model import (
    Body,
    FileBody,
    FormBody,
    GraphqlBody,
    JsonBody,
    MultipartBody,
    Request,
    Setting,
    TextBody,
    Tree,
)
from planrunner.protocols.http.encodings import pack
from planrunner.protocols.http.request import multipart
from planrunner.protocols.http.request.convert import converted, joined, text, utf8
from planrunner.protocols.http.request.files import media_type, read, template
from planrunner.protocols.http.request.headers import find
from planrunner.values.json import compile_json
from planrunner.values.names import Names
from planrunner.values.value import Value, constant


class Compiled(Struct, frozen=True):
    """A body on its way into a request."""

    data: Value  # of bytes; of None where there is no body
    type: str = ""  # the Content-Type it has if no header says otherwise; "" for none
    encoding: str = ""  # the Content-Encoding, unless the body turns out to be empty; "" for none


def compile_body(body: Body | None, given: Setting | None, names: Names, problems: Problems) -> Compiled:
    """Compile a body; `given` is the Content-Type that the plan writes for it, if it does."""
    match body:
        case JsonBody():
            return Compiled(compile_json(body.tree, names, problems), "application/json")
        case GraphqlBody():
            return Compiled(compile_json(_question(body), names, problems), "application/json")
        case TextBody():
            return Compiled(text(body.text, names, problems, utf8))
        case FormBody():
            return Compiled(_form(body, names, problems), "application/x-www-form-urlencoded")
        case MultipartBody():
            return Compiled(*multipart.compile_parts(body, given, names, problems))
        case FileBody():
            return _file(body, names, problems)
    return Compiled(constant(None))


def compressed(body: Compiled, encodings: Sequence[str], request: Request, problems: Problems) -> Compiled:
    """Compress a body: once where it is constant, else each time; an empty one stays empty."""
    if not encodings:
        return body
    given = find(request.headers, "content-encoding")
    if given is not None:
        problems.add("Content-Encoding is written by `compression`", given.place, "leave one of the two out")

    def packed(data: bytes | None) -> bytes | None:
        return pack(data, encodings) if data else data

    data = converted(body.data, packed, request.place, problems)
    return Compiled(data, body.type, ", ".join(encodings))


def _question(body: GraphqlBody) -> Tree:
    """Say a GraphQL request as JSON (GraphQL over HTTP, 5.4)."""
    said = {"query": body.query, "variables": body.variables, "operationName": body.operation}
    return {name: tree for name, tree in said.items() if tree is not None}


def _form(body: FormBody, names: Names, problems: Problems) -> Value:
    pairs = [
        piece
        for name, settings in body.fields.items()
        for setting in (settings if isinstance(settings, tuple) else (settings,))
        for piece in (constant(b"&"), text(setting, names, problems, _field(name)))
    ]
    return joined(pairs[1:], b"".join)


def _field(name: str) -> Callable[[str], Any]:
    first = quote_plus(name, errors="replace") + "="
    return lambda value: (first + quote_plus(value, errors="replace")).encode("ascii")


def _file(body: FileBody, names: Names, problems: Problems) -> Compiled:
    file = read(body.file, names, problems)
    if file is None:
        return Compiled(constant(None))
    data = template(file, names, problems) if body.template else constant(file.data)
    return Compiled(data, media_type(file.name))
