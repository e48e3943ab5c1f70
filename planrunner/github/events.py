"""What happened that made GitHub run the job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import Struct

from planrunner.github.runner import Runner

PULL = ("pull_request", "pull_request_target")


class Event(Struct, frozen=True):
    """An event: its name, and what GitHub says of it."""

    name: str
    payload: dict[str, Any]

    def find(self, *path: str) -> Any:
        """Return what stands at a path; None where there is nothing."""
        node: Any = self.payload
        for name in path:
            node = node.get(name) if isinstance(node, dict) else None
        return node

    def text(self, *path: str) -> str:
        """Return a text that stands at a path; empty where there is none."""
        found = self.find(*path)
        return found if isinstance(found, str) else ""

    @property
    def pull(self) -> int:
        """The number of the pull request, where the event says it; else 0."""
        number = self.find("pull_request", "number")
        if number is None and self.find("issue", "pull_request") is not None:  # a comment on one
            number = self.find("issue", "number")
        return number if isinstance(number, int) else 0

    @property
    def fork(self) -> bool:
        """Whether a pull request comes from another repository, or from one that is gone."""
        return self.name in PULL and self.text("pull_request", "head", "repo", "full_name") != self.text(
            "pull_request", "base", "repo", "full_name"
        )

    @property
    def head(self) -> str:
        """The newest commit of the pull request; empty where there is none."""
        return self.text("pull_request", "head", "sha")


def event(runner: Runner) -> Event:
    """Read the event of the job; what cannot be read is one that says nothing."""
    try:
        payload = json.loads(Path(runner["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    except (OSError, ValueError):
        payload = {}
    return Event(runner["GITHUB_EVENT_NAME"], payload if isinstance(payload, dict) else {})


def commit(runner: Runner, happened: Event) -> str:
    """Return the commit that is tested; of a pull request its newest: a merged one is gone soon."""
    return happened.head or happened.text("workflow_run", "head_sha") or runner["GITHUB_SHA"]
