"""Installs planrunner into a folder of the runner that is gone after the job: no step of the user's sees it.

What is installed is the code of the Action itself, so a tag is what it says, with dependencies whose hashes
are in requirements.txt; or a release from PyPI, where one is asked for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
SHIPPED = ("planrunner", "schemas", "pyproject.toml", "README.md", "LICENSE")
VERSION = re.compile(r"[0-9][0-9a-z.+!-]{0,40}")


def main() -> str:
    """Install, and write where the program is; returns what went wrong."""
    version = os.environ.get("PLANRUNNER_INPUT_VERSION", "").strip()
    if version and not VERSION.fullmatch(version):
        return f"input version: {version!r} is no version; write it like 1.4.2"
    home = Path(os.environ["RUNNER_TEMP"]) / "planrunner" / (version or "bundled")
    programs, ending = home / ("Scripts" if os.name == "nt" else "bin"), ".exe" if os.name == "nt" else ""
    program, python = programs / f"planrunner{ending}", programs / f"python{ending}"
    if not program.exists():  # else the Action was used in this job before
        if not python.exists():
            venv.create(home, with_pip=True)
        for words in commands(version, home):
            if subprocess.run([str(python), "-I", "-m", "pip", *words], check=False).returncode:
                return "planrunner could not be installed: see above what pip says"
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.write(f"bin={program}\n")
    return ""


def commands(version: str, home: Path) -> list[list[str]]:
    """Say what pip has to do."""
    install = ["install", "--quiet", "--no-warn-script-location"]
    if version:
        return [[*install, "--only-binary", ":all:", f"planrunner=={version}"]]
    locked = str(SOURCE / "action" / "requirements.txt")
    return [
        [*install, "--require-hashes", "--only-binary", ":all:", "--requirement", locked],
        [*install, "--no-deps", "--no-build-isolation", str(copied(home / "source"))],
    ]


def copied(target: Path) -> Path:
    """Copy what is installed, since building writes beside it, and the checkout may be the user's own."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in SHIPPED:
        path = SOURCE / name
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, target / name)
    return target


if __name__ == "__main__":
    sys.exit(main() or 0)
