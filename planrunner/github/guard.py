"""Where plans of strangers would run with the rights of the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

from planrunner.errors import UsageError
from planrunner.github.events import Event


def refuse(event: Event, workspace: Path) -> None:
    """Raise UsageError when a fork's plans were checked out where secrets and a token that may write are.

    Source: "Keeping your GitHub Actions and workflows secure: preventing pwn requests" (GitHub Security Lab).
    """
    theirs = {event.head, event.text("pull_request", "merge_commit_sha")} - {""}
    if event.name == "pull_request_target" and event.fork and head(workspace) in theirs:
        raise UsageError(
            "pull_request_target runs with the secrets of this repository, and the plans checked out are "
            "those of a fork, which may send them anywhere: use pull_request, and a second workflow for the "
            "comment (docs/how-to/pull-requests.md)"
        )


def head(folder: Path) -> str:
    """Return which commit is checked out; empty where that is not known."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 (the git that checked it out)
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()
