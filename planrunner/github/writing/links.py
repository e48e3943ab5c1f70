"""Links into GitHub's pages."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from msgspec import Struct

LONGEST = 300  # characters of a path; a longer one is no plan's, and would take the room of all else


class Links(Struct, frozen=True):
    """Where a job and its files can be seen; what is not there is empty."""

    repository: str  # its URL
    commit: str = ""
    folder: str = ""  # that the plans' paths lead on from, below the root of the repository
    run: str = ""  # the number of the workflow's run
    report: str = ""  # the HTML report
    artifact: str = ""  # all files

    @property
    def job(self) -> str:
        """The page of the run."""
        return f"{self.repository}/actions/runs/{self.run}" if self.run else ""

    def line(self, file: str, line: int) -> str:
        """Return where a line of a plan is for ever; empty where that is in no repository."""
        path = in_repository(self.folder, file)
        if not (path and self.commit) or len(path) > LONGEST:
            return ""
        return f"{self.repository}/blob/{self.commit}/{quote(path)}" + (f"#L{line}" if line else "")


def in_repository(folder: str, file: str) -> str:
    """Return the path of a plan from the root of the repository on; empty where it is not below that."""
    parts: list[str] = []
    whole = PurePosixPath(folder.replace("\\", "/")) / file.replace("\\", "/")
    for part in whole.parts:
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "" if whole.is_absolute() or not parts else "/".join(parts)


def linked(text: str, url: str) -> str:
    """Write a link in Markdown; the text alone where it leads nowhere, or not to the web."""
    return f"[{text}]({url})" if re.fullmatch(r"https?://[^\s()<>\\]+", url) else text
