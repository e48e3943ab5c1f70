"""Shared by the tests of the command line: a plan in a folder of its own, and a command that goes wrong."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

import click
import pytest

from planrunner.cli.main import COMMANDS

PLAN = """name: Small
target: {target}
variables:
  word: {{env: WORD, default: quotes}}
steps:
  - get: /api/${{word}}
    checks: [{{status: 200}}]
thresholds:
  http_req_duration: p(95) < 10s
"""


class Write(Protocol):
    """Writes a file, the small plan by default, and returns its name."""

    def __call__(self, text: str = ..., name: str = ...) -> str: ...


def writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Go to a folder, and return what writes plans into it."""
    monkeypatch.chdir(folder)

    def write(text: str = PLAN.format(target="http://127.0.0.1:1"), name: str = "plan.yml") -> str:
        (folder / name).write_text(text, encoding="utf-8")
        return name

    return write


def add_broken(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Give the command line a command `broken` that does what is wrong."""

    @click.command("broken")
    def command() -> None:
        act()

    module = ModuleType("broken_command")
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "broken_command", module)
    monkeypatch.setitem(cast(dict[str, str], COMMANDS), "broken", "broken_command")
