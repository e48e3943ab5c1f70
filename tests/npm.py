"""Packages from npm that tests need: what a folder's package-lock.json names, installed once for all runs."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn

import pytest

FILES = ("package.json", "package-lock.json")


def modules(folder: Path) -> Path:
    """Return the node_modules of a folder, kept in the user's cache; without npm the test is skipped."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "planrunner"
    mark = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()[:16]
    found = cache / f"npm-{mark}"
    if not found.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            missing("node and npm are not installed")
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=cache))
        for name in FILES:
            shutil.copy(folder / name, fresh / name)
        words = [npm, "ci", "--prefix", str(fresh), "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            missing(f"npm cannot install what {folder} wants: {done.stderr[-500:]}")
        published(fresh, found)
    return found / "node_modules"


def missing(reason: str) -> NoReturn:
    """Skip a test for which something is missing; in CI, where everything has to be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def published(fresh: Path, found: Path) -> None:
    """Put what was installed where all look for it, unless somebody else was faster."""
    try:
        fresh.rename(found)
    except OSError:
        if not found.exists():
            raise
        shutil.rmtree(fresh)
