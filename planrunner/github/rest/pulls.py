"""Which pull request a job is about."""

from __future__ import annotations

from planrunner.github.events import Event
from planrunner.github.rest.api import Api
from planrunner.github.runner import Runner


def number(api: Api, runner: Runner, event: Event) -> int:
    """Return the number of the pull request; 0 where there is none, as for a schedule.

    Where the event does not say it, GitHub is asked for the open one whose newest commit this is.
    """
    if event.pull:
        return event.pull
    match event.name:
        case "push" if runner["GITHUB_REF_TYPE"] == "branch":
            owner = runner.repository.partition("/")[0]
            return by_head(api, runner.repository, owner, runner["GITHUB_REF_NAME"], runner["GITHUB_SHA"])
        case "workflow_run":
            return by_head(
                api,
                runner.repository,
                event.text("workflow_run", "head_repository", "owner", "login"),
                event.text("workflow_run", "head_branch"),
                event.text("workflow_run", "head_sha"),
            )
        case _:
            return 0


def by_head(api: Api, repository: str, owner: str, branch: str, commit: str) -> int:
    """Return the open pull request from a branch whose newest commit this is; 0 where there is none."""
    if not (owner and branch and commit):
        return 0
    found = api.pages(f"/repos/{repository}/pulls", state="open", head=f"{owner}:{branch}")
    return next((int(pull["number"]) for pull in found if pull["head"]["sha"] == commit), 0)
