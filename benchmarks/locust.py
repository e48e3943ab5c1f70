"""Locust, in a virtual environment of its own: its dependencies are none of ours."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".venv-bench"
LOCUST_PROGRAM = FOLDER / "bin" / "locust"


def install() -> str:
    """Make the environment where it does not exist yet; returns why that failed, or nothing."""
    if LOCUST_PROGRAM.exists():
        return ""
    print(f"installing Locust into {FOLDER.name} ...", flush=True)
    venv.create(FOLDER, with_pip=True)
    (FOLDER / ".gitignore").write_text("*\n")
    command = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "locust"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def version() -> str:
    """Ask Locust for its version."""
    command = [str(LOCUST_PROGRAM), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout.split()[1] if done.returncode == 0 else "?"
