"""Files of environment variables, `.env`: `NAME=value` lines, as Compose and many frameworks read them."""

from __future__ import annotations

import io
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from planrunner.errors import SetupError


def read(path: Path) -> dict[str, str]:
    """Read a file of variables; of a name said twice the last counts, and `$NAME` is no reference.

    Raises SetupError, naming all wrong lines but not showing them: they may hold passwords.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise SetupError(f"{path}: the file is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise SetupError(f"{path}: cannot be read: {error.strerror}") from None
    # The parser of dotenv_values(), which would only log what it cannot read.
    bindings = list(parse_stream(io.StringIO(text)))
    wrong = [f"{path}:{_line(binding)}: {problem}" for binding in bindings if (problem := _problem(binding))]
    if wrong:
        raise SetupError("\n".join(wrong))
    return {binding.key: binding.value for binding in bindings if binding.key and binding.value is not None}


def _problem(binding: Binding) -> str:
    if binding.error:
        return "this is no NAME=value; quote a value that holds quotes or goes on in the next line"
    if binding.key and binding.value is None:
        return f"{binding.key} has no value; write {binding.key}="
    return ""


def _line(binding: Binding) -> int:
    """Return the line where the statement begins, behind blank ones."""
    source = binding.original.string
    return binding.original.line + source[: len(source) - len(source.lstrip())].count("\n")
