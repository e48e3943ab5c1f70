"""A page as a real browser shows it: Debian's Chromium, driven from Node."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nginx import program
from npm import modules

FOLDER = Path(__file__).parent / "browser"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is opened, and what is asked of it then."""

    file: str
    scheme: str = "light"
    width: int = 1200
    height: int = 900
    script: bool = True
    media: str = "screen"
    motion: str | None = None
    run: str = ""  # JavaScript that gives a value
    rules: bool = False  # whether those of accessibility are held against it
    shot: str = ""  # where a picture goes
    full: bool = False  # of the whole page


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it."""

    said: list[str] = field(default_factory=list)  # on the console
    asked: list[str] = field(default_factory=list)  # requests
    value: Any = None
    faults: list[str] = field(default_factory=list)  # of accessibility, with everything folded out


def look(*looks: Look) -> list[Seen]:
    """Open pages one after the other in one browser."""
    asked = {"program": program("chromium"), "looks": [asdict(one) for one in looks]}
    done = subprocess.run(
        ["node", str(FOLDER / "look.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        env={**os.environ, "NODE_PATH": str(modules(FOLDER))},
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Seen(**one) for one in json.loads(done.stdout)]
