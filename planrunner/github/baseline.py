"""The results to compare with: a file of the repository, or what the base branch measured before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from planrunner.errors import Problems
from planrunner.github.entries import of_archive, opened
from planrunner.github.events import Event
from planrunner.github.rest.api import Api, ApiError
from planrunner.github.runner import Runner
from planrunner.plan.load import load
from planrunner.result import Result, to_json

AUTO, NONE = "auto", "none"
MOST_RUNS = 20  # that are compared with, and twice as many that are looked at, the newest first
TRUSTED = frozenset({"push", "schedule", "workflow_dispatch", "merge_group"})
"""Events whose runs tell of the base branch itself, and not of what somebody proposes."""


class NoBaselineError(Exception):
    """There is nothing to compare with; the message says why."""


def fetched(api: Api, runner: Runner, event: Event, artifact: str, plans: Sequence[Path]) -> Path:
    """Return a folder with what successful runs of the base branch came to; NoBaselineError says why not.

    Each of the plans has a result there, at least: without any, a run is no run.
    """
    branch = event.text("pull_request", "base", "ref") or runner["GITHUB_REF_NAME"]
    missing = {name for plan in plans if (name := _name(plan))}
    folder = runner.temp / "planrunner-baseline"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for result in _results(api, runner.repository, branch, artifact):
            missing.discard(result.plan.name)
            _keep(result, folder)
    except ApiError as error:
        hint = "; give the job `actions: read`" if error.status in (403, 404) else ""
        raise NoBaselineError(f"GitHub says: {error}{hint}") from None
    if missing or not folder.exists():
        raise NoBaselineError(
            f"no successful run on {branch} has an artifact {artifact!r} with a result of "
            f"{', '.join(sorted(missing)) or 'a plan'}; run the same workflow on pushes to that branch"
        )
    return folder


def _name(plan: Path) -> str:
    """Return what a plan is called, by which its results are known; empty where it is none."""
    try:
        found = load(plan.read_bytes(), str(plan), Problems())
    except OSError:
        return ""
    return found.name if found else ""


def _results(api: Api, repository: str, branch: str, artifact: str) -> Iterator[Result]:
    """Yield the results of the newest runs; an artifact that cannot be read is none."""
    count = 0
    for found in _candidates(api, repository, branch, artifact):
        data = api.download(f"/repos/{repository}/actions/artifacts/{found['id']}/zip")
        try:
            _, entries = opened(of_archive(data))
        except ValueError:
            continue
        yield from (entry.result for entry in entries if entry.result)
        count += 1
        if count == MOST_RUNS:
            return


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
    for one in found[: 2 * MOST_RUNS]:
        run = api.get(f"/repos/{repository}/actions/runs/{one['workflow_run']['id']}")
        if run["conclusion"] == "success" and run["event"] in TRUSTED:
            yield one


def _keep(result: Result, folder: Path) -> None:
    """Write a result into a folder of its own."""
    number = len([*folder.iterdir()]) if folder.exists() else 0
    place = folder / str(number)
    place.mkdir(parents=True)
    (place / "result.json").write_bytes(to_json(result))
