"""A plan that is run with outputs, in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

Ask = Callable[..., tuple[int, Result]]


def sending(folder: Path, monkeypatch: pytest.MonkeyPatch, plan: str) -> Ask:
    """Go to a folder with a plan; returns what runs it with options, and gives exit code and result."""
    monkeypatch.chdir(folder)
    Path("plan.yml").write_text(plan)

    def run(*options: str) -> tuple[int, Result]:
        code = outcome(["run", "plan.yml", "--report-dir", "out", "--quiet", *options])
        return code, from_json(Path("out/result.json").read_bytes())

    return run
