"""Results that are kept below the current folder, so that a run can be seen beside those before it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from planrunner.cli.earlier import MOST_BYTES, read
from planrunner.cli.writing import Written, prepare, write
from planrunner.result import Result, to_json

FOLDER = Path(".planrunner/runs")
KEPT = 100
NAME = re.compile(r"\d{8}T\d{6}Z-[a-z0-9._-]+\.json\.gz")


class History(Struct, frozen=True):
    """Where results are kept, and how many of them."""

    keep: int = KEPT
    folder: Path = FOLDER
    most: int = MOST_BYTES

    def prepare(self) -> None:
        """Make the folder and see that it can be written to; SetupError when not."""
        prepare([self.folder / "run.json.gz"], {})

    def add(self, result: Result, slug: str) -> Written:
        """Keep a result under its time and its plan's name; the oldest make room."""
        written = write([(self._free(result, slug), lambda: gzip.compress(to_json(result), mtime=0))])
        for old in self.files()[: -self.keep]:
            with suppress(OSError):  # another run was quicker
                old.unlink()
        return written

    def _free(self, result: Result, slug: str) -> Path:
        """Name the file; runs that began in one second are numbered."""
        begun = re.sub(r"[-:]", "", result.started[:19])
        path, number = self.folder / f"{begun}Z-{slug}.json.gz", 1
        while path.exists():
            number += 1
            path = self.folder / f"{begun}Z-{slug}-{number}.json.gz"
        return path

    def files(self) -> list[Path]:
        """Name what is kept, the oldest first; other files in the folder are somebody else's."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path for path in found if NAME.fullmatch(path.name))

    def results(self) -> Iterator[tuple[Path, Result | str]]:
        """Read what is kept, one after the other; instead of what cannot be read comes the reason."""
        for path in self.files():
            try:
                yield path, read(path, self.most)
            except (OSError, ValueError) as error:
                yield path, f"{getattr(error, 'strerror', None) or error}"


def wanted(given: Mapping[str, Any]) -> History | None:
    """Return where results are kept, as the options say; SetupError when nothing can be kept there."""
    if not given["history"]:
        return None
    history = History(given["history_keep"])
    history.prepare()
    return history
