"""Finds a Python for planrunner that the runner has already, so that nothing has to be downloaded.

It is run by whatever `python3` there is, so it is written for old ones, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

KNOWN = ("3.14", "3.13", "3.12", "3.11")  # those that planrunner is tested with, the best first
PROBE = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


def main() -> None:
    """Write what was found as outputs of the step."""
    wanted = os.environ.get("PLANRUNNER_INPUT_PYTHON_VERSION", "").strip()
    path, version = found((wanted,) if wanted else KNOWN)
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.write(f"found={'true' if path else 'false'}\npath={path}\nversion={version}\n")


def found(versions: tuple[str, ...]) -> tuple[str, str]:
    """Return the first interpreter of one of these versions that works, and its version."""
    for version in versions:
        for path in candidates(version):
            if works(path, version):
                return path, version
    return "", ""


def candidates(version: str) -> list[str]:
    """List where an interpreter of a version may be: on the path, and in the cache of the runner's tools."""
    names = [f"python{version}", "python3", "python"]
    paths = [path for path in map(shutil.which, names) if path]
    cache = Path(os.environ.get("RUNNER_TOOL_CACHE") or "/nonexistent") / "Python"
    inside = ("bin/python3", "python.exe")
    kept = [
        str(path) for name in inside for path in sorted(cache.glob(f"{version}.*/*/{name}"), reverse=True)
    ]
    return [*paths, *kept]


def works(path: str, version: str) -> bool:
    """Say whether an interpreter has this version, and all that an environment is made with."""
    try:
        done = subprocess.run(
            [path, "-I", "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and done.stdout.decode().strip() == version


if __name__ == "__main__":
    sys.exit(main())
