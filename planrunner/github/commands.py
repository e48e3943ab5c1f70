"""Commands to GitHub's runner: lines of the log that it carries out, such as annotations.

Source: GitHub's documentation, "Workflow commands for GitHub Actions", and actions/runner, which looks for
`::name` at the begin of a line, blanks aside, and for `##[name]` anywhere in one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Say: TypeAlias = Callable[[str], object]
"""Writes a line of the log."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def command(name: str, message: str, **properties: object) -> str:
    """Write a command; what would end a value is encoded, and properties without a value are left out."""
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
    return f"::{name}{' ' if given else ''}{given}::{_encoded(message)}"


@contextmanager
def stopped(say: Say) -> Iterator[None]:
    """Have no line be a command, whoever writes it: what a target says is in the log.

    Only who knows the word can end it, and that is made anew each time.
    """
    word = os.urandom(16).hex()
    say(f"::stop-commands::{word}")
    try:
        yield
    finally:
        say(f"::{word}::")


def _encoded(text: str) -> str:
    harmless = CONTROL.sub("\ufffd", text)
    return harmless.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _encoded(text).replace(":", "%3A").replace(",", "%2C")
