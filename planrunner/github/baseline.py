"""The result to compare with: a file of the repository, or what the base branch measured last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planrunner.github.entries import of_archive, opened
from planrunner.github.events import Event
from planrunner.github.rest.api import Api, ApiError
from planrunner.github.runner import Runner
from planrunner.result import to_json

AUTO, NONE = "auto", "none"
MOST_RUNS = 20  # that are looked at, the newest first
TRUSTED = frozenset({"push", "schedule", "workflow_dispatch", "merge_group"})
"""Events whose runs tell of the base branch itself, and not of what somebody proposes."""


class NoBaselineError(Exception):
    """There is nothing to compare with; the message says why."""


def fetched(api: Api, runner: Runner, event: Event, artifact: str, plan: str) -> Path:
    """Write the newest successful result of the base branch to a file; or raise NoBaselineError."""
    branch = event.text("pull_request", "base", "ref") or runner["GITHUB_REF_NAME"]
    try:
        for found in _candidates(api, runner.repository, branch, artifact):
            data = api.download(f"/repos/{runner.repository}/actions/artifacts/{found['id']}/zip")
            if path := _kept(data, plan, runner.temp / "planrunner-baseline.json"):
                return path
    except ApiError as error:
        hint = "; give the job `actions: read`" if error.status in (403, 404) else ""
        raise NoBaselineError(f"GitHub says: {error}{hint}") from None
    raise NoBaselineError(
        f"no successful run on {branch} has an artifact {artifact!r} with a result of {plan}; "
        "run the same workflow on pushes to that branch"
    )


def _candidates(api: Api, repository: str, branch: str, artifact: str) -> Iterator[dict[str, Any]]:
    """Yield artifacts of runs of this branch, the newest first; a branch of a fork may be called so, too."""
    found = [
        one
        for one in api.pages(f"/repos/{repository}/actions/artifacts", "artifacts", name=artifact)
        if not one["expired"]
        and one["workflow_run"]["head_branch"] == branch
        and one["workflow_run"]["head_repository_id"] == one["workflow_run"]["repository_id"]
    ]
    found.sort(key=lambda one: one["created_at"], reverse=True)
    for one in found[:MOST_RUNS]:
        run = api.get(f"/repos/{repository}/actions/runs/{one['workflow_run']['id']}")
        if run["conclusion"] == "success" and run["event"] in TRUSTED:
            yield one


def _kept(data: bytes, plan: str, file: Path) -> Path | None:
    """Write the result of a plan that an artifact has; None where it has none that can be read."""
    try:
        _, entries = opened(of_archive(data))
    except ValueError:
        return None
    for entry in entries:
        if entry.result and entry.file == plan:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(to_json(entry.result))
            return file
    return None
