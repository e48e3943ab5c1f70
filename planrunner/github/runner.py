"""What the runner tells a step by its environment, and the files by which a step answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from planrunner.github.commands import Say

MOST_SUMMARY = 900 * 1024  # bytes; of more than 1 MiB GitHub shows none


class Runner(Struct, frozen=True):
    """The job as its environment says; what is not said is empty."""

    environ: Mapping[str, str]
    say: Say

    def __getitem__(self, name: str) -> str:
        return self.environ.get(name, "")

    @property
    def workspace(self) -> Path:
        """The root of the repository."""
        return Path(self["GITHUB_WORKSPACE"] or ".").resolve()

    @property
    def temp(self) -> Path:
        """A folder that is gone after the job, and in no repository."""
        return Path(self["RUNNER_TEMP"] or self.workspace / ".planrunner").resolve()

    @property
    def repository(self) -> str:
        """Return OWNER/NAME."""
        return self["GITHUB_REPOSITORY"]

    @property
    def server(self) -> str:
        """Where people read the repository."""
        return self["GITHUB_SERVER_URL"] or "https://github.com"

    @property
    def key(self) -> str:
        """Tell this job, and this use of the Action in it, from others of the repository."""
        words = (
            self["GITHUB_WORKFLOW"],
            self["GITHUB_JOB"],
            self["PLANRUNNER_JOB_INDEX"] or "0",
            self["PLANRUNNER_INPUT_COMMENT_KEY"].strip(),
        )
        return "/".join(word for word in words if word)

    def output(self, values: Mapping[str, str]) -> None:
        """Set outputs of the step; who does not know the word cannot end a value."""
        word = os.urandom(16).hex()
        lines = (f"{name}<<{word}\n{value}\n{word}\n" for name, value in values.items())
        self._append("GITHUB_OUTPUT", "".join(lines))

    def summarize(self, text: str) -> None:
        """Add to what is shown on the page of the job."""
        self._append("GITHUB_STEP_SUMMARY", text.encode()[:MOST_SUMMARY].decode(errors="ignore") + "\n")

    def _append(self, name: str, text: str) -> None:
        if self[name]:
            with Path(self[name]).open("a", encoding="utf-8") as file:
                file.write(text)
