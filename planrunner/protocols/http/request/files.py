"""Files that requests send: read once when the plan is compiled."""

from __future__ import annotations

import os.path
from mimetypes import MimeTypes
from typing import Final

from msgspec import Struct

from planrunner.errors import Place, Problems
from planrunner.plan.files import find, folder_of
from planrunner.plan.model import Setting
from planrunner.protocols.http.request.convert import joined, text, utf8
from planrunner.values.names import Names
from planrunner.values.settings import resolve
from planrunner.values.text import UnclosedError, split
from planrunner.values.value import Value, constant

UNTYPED: Final = "application/octet-stream"


class File(Struct, frozen=True):
    """A file of the plan."""

    name: str  # without folders
    shown: str  # as messages name it
    data: bytes
    setting: Setting  # that names it


def read(setting: Setting, names: Names, problems: Problems) -> File | None:
    """Read a file that a setting names; its name may use variables. None after a problem."""

    def load(value: object) -> File:
        path = find(str(value), setting.place, names.folder)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror}") from None
        shown = os.path.normpath(os.path.join(folder_of(setting.place.file), str(value)))  # noqa: PTH118 - text
        return File(path.name, shown, data, setting)

    return resolve(setting, names, load, problems)


def template(file: File, names: Names, problems: Problems) -> Value:
    """Compile a file like a text with `${...}`, to bytes; what is wrong in it is said at its lines."""
    try:
        content = file.data.decode()
        parts = list(split(content))
    except UnicodeDecodeError:
        problems.add(f"{file.name} is not UTF-8", file.setting.place, "a template is text")
        return constant(None)
    except UnclosedError as error:
        problems.lines.setdefault(file.shown, content.split("\n"))
        problems.add(str(error), _place(file.shown, content, error.start, 2), error.hint)
        return constant(None)
    problems.lines.setdefault(file.shown, content.split("\n"))
    pieces = []
    for part in parts:
        if part.expression:  # starts behind its `${`
            written = f"${{{part.text}}}"
            place = _place(file.shown, content, part.start - 2, len(written))
            pieces.append(text(Setting(written, place, written), names, problems, utf8))
        else:
            pieces.append(constant(utf8(part.text)))
    return joined(pieces, b"".join)


def _place(file: str, content: str, at: int, width: int) -> Place:
    line = content.count("\n", 0, at) + 1
    return Place(file, line, at - content.rfind("\n", 0, at), width)


def media_type(name: str) -> str:
    """Guess the content type of a file by its ending, the same on every machine."""
    found, packed = MimeTypes().guess_type(name)
    return found if found and not packed else UNTYPED
