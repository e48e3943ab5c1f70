"""Forms with files: multipart/form-data (RFC 7578), as browsers write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import count

from planrunner.errors import Problems
from planrunner.plan.model import MultipartBody, Part, Setting
from planrunner.protocols.http.request.convert import converted, joined, one_line, text, utf8
from planrunner.protocols.http.request.files import media_type, read
from planrunner.values.expressions import EvaluationError, compile_text
from planrunner.values.names import Names
from planrunner.values.scope import Scope
from planrunner.values.value import Value, constant

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]+)\"|([^\s;\"]+))", re.IGNORECASE)
# As browsers escape names and file names (HTML, "multipart/form-data encoding algorithm").
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def compile_parts(
    body: MultipartBody, given: Setting | None, names: Names, problems: Problems
) -> tuple[Value, str]:
    """Compile a form to bytes, and its content type; `given` is the one that the plan writes, if it does."""
    pieces = [
        piece
        for name, parts in body.parts.items()
        for part in parts
        for piece in _part(name, part, names, problems)
    ]
    contents = [piece.value for piece in pieces if piece.constant]
    own = _boundary(given, names, problems) if given else ""
    if given and own and any(own.encode() in content for content in contents):
        problems.add(f"the boundary {own!r} is in the content of the form", given.place, "choose another one")
    boundary = own or _unused(contents)
    return _closed(pieces, boundary), f"multipart/form-data; boundary={boundary}"


def _part(name: str, part: Part, names: Names, problems: Problems) -> tuple[Value, Value]:
    """Compile one field: the lines before its content, and that."""
    lines = [constant(f'Content-Disposition: form-data; name="{name.translate(_ESCAPES)}"')]
    kind, content = "", constant(b"")
    if part.file is not None:
        file = read(part.file, names, problems)
        kind, called = (media_type(file.name), file.name) if file else ("", "")
        content = constant(file.data if file else b"")
        if part.filename is None:
            lines.append(constant(f'; filename="{called.translate(_ESCAPES)}"'))
    elif part.value is not None:
        content = text(part.value, names, problems, utf8)
    if part.filename is not None:
        lines.append(
            text(part.filename, names, problems, lambda said: f'; filename="{said.translate(_ESCAPES)}"')
        )
    if part.type is not None:
        lines.append(text(part.type, names, problems, lambda said: f"\r\nContent-Type: {one_line(said)}"))
    elif kind:
        lines.append(constant(f"\r\nContent-Type: {kind}"))
    lines.append(constant("\r\n\r\n"))
    return converted(joined(lines, "".join), utf8, part.place, problems), content


def _closed(pieces: Sequence[Value], boundary: str) -> Value:
    """Put the boundary before each part and behind the last."""
    mark = f"--{boundary}".encode()
    every: list[Value] = []
    for head, content in zip(pieces[::2], pieces[1::2], strict=True):
        every += (constant(mark + b"\r\n"), head, _checked(content, boundary), constant(b"\r\n"))
    return joined([*every, constant(mark + b"--\r\n")], b"".join)


def _checked(content: Value, boundary: str) -> Value:
    """Look for the boundary in what is only known at run time: there it would end the part."""
    if content.constant:
        return content
    mark = boundary.encode()

    def of(scope: Scope) -> bytes:
        found: bytes = content.of(scope)
        if mark in found:
            raise EvaluationError("a value holds the boundary of its own multipart form")
        return found

    return Value(of)


def _unused(contents: Sequence[bytes]) -> str:
    """Make a boundary that is not in the contents; of them, so that a plan is always sent alike."""
    digest = sha256(b"\n".join(contents)).hexdigest()
    boundaries = (f"planrunner-{digest[:24]}-{number}" for number in count())
    return next(one for one in boundaries if not any(one.encode() in content for content in contents))


def _boundary(given: Setting, names: Names, problems: Problems) -> str:
    """Find the boundary in a Content-Type of the plan's own."""
    value = compile_text(given, names, problems)
    found = _BOUNDARY.search(value.value) if value.constant else None
    if found is None:
        hint = "leave the header out: planrunner writes it with the boundary"
        problems.add("this Content-Type names no boundary", given.place, hint)
        return ""
    return found[1] or found[2]
