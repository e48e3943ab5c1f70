"""Writing new files: all of them or none, and never over one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planrunner.errors import SetupError, UsageError


def create(files: Sequence[tuple[Path, str]]) -> None:
    """Write files that are not there yet.

    UsageError names those that are, and SetupError says why one cannot be written; then none is.
    """
    taken = [str(path) for path, _ in files if path.exists() or path.is_symlink()]
    if taken:
        raise UsageError(f"{' and '.join(taken)} {'exist' if len(taken) > 1 else 'exists'} already")
    made: list[Path] = []
    try:
        for path, text in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                made.append(path)
                stream.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise SetupError(f"cannot write {error.filename or path}: {error.strerror}") from None
