"""Which plans a job runs: files that patterns find."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePath

from planrunner.errors import UsageError

MOST_SHOWN = 5


def selected(patterns: Sequence[str], folder: Path) -> list[str]:
    """Return the plans, each once; a pattern's in the order of their names. UsageError when there is none.

    One that begins with `!` leaves out what it finds, wherever it stands. A path without `*`, `?` or `[` is
    taken as it is, so that one that is misspelt is told and not left out.
    """
    unwanted = [pattern[1:].strip() for pattern in patterns if pattern.startswith("!")]
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    gone = {file for pattern in unwanted for file in _found(pattern, folder)}
    files = dict.fromkeys(file for pattern in wanted for file in _found(pattern, folder) if file not in gone)
    if not files:
        raise UsageError(f"input plans: no file is found by {_listed(patterns)}; {_near(folder)}")
    return list(files)


def _found(pattern: str, folder: Path) -> Iterator[str]:
    if not glob.has_magic(pattern):
        yield PurePath(pattern).as_posix()
        return
    names = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207 (Path.glob finds hidden files, too)
    yield from sorted(PurePath(name).as_posix() for name in names if (folder / name).is_file())


def _listed(patterns: Sequence[str]) -> str:
    return ", ".join(repr(pattern) for pattern in patterns) or "nothing"


def _near(folder: Path) -> str:
    """Name files that may be plans."""
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*.y*ml"))
    names = sorted(name for name in there if not fnmatch(name, ".*"))
    return f"there is: {', '.join(names[:MOST_SHOWN])}" if names else "make one with: planrunner init"
