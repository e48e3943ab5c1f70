"""Events as GitHub describes them to a job, and the variables of the runner that go with them."""

from typing import Any

HEAD = "a" * 40
MERGE = "b" * 40
REPOSITORY = "pizza/shop"
NUMBER = 7


def repository(name: str) -> dict[str, Any]:
    return {"full_name": name, "owner": {"login": name.partition("/")[0]}}


def pull(head: str = REPOSITORY, login: str = "ann") -> dict[str, Any]:
    return {
        "pull_request": {
            "number": NUMBER,
            "merge_commit_sha": MERGE,
            "user": {"login": login},
            "head": {"sha": HEAD, "ref": "faster", "repo": repository(head) if head else None},
            "base": {"sha": "c" * 40, "ref": "main", "repo": repository(REPOSITORY)},
        }
    }


RUN = {
    "workflow_run": {
        "id": 4711,
        "name": "load test",
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "faster",
        "head_repository": repository("stranger/shop"),
    }
}

EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "pull request": ("pull_request", pull()),
    "fork": ("pull_request", pull("stranger/shop")),
    "fork that is gone": ("pull_request", pull("")),
    "target of a fork": ("pull_request_target", pull("stranger/shop")),
    "dependabot": ("pull_request", pull(login="dependabot[bot]")),
    "push": ("push", {"ref": "refs/heads/faster"}),
    "tag": ("push", {"ref": "refs/tags/v1"}),
    "schedule": ("schedule", {"schedule": "0 3 * * *"}),
    "merge group": ("merge_group", {"merge_group": {"head_sha": HEAD, "base_ref": "refs/heads/main"}}),
    "by hand": ("workflow_dispatch", {"inputs": None}),
    "comment": ("issue_comment", {"issue": {"number": NUMBER, "pull_request": {"url": ""}}}),
    "issue": ("issue_comment", {"issue": {"number": 9}}),
    "after a run": ("workflow_run", RUN),
}


def variables(name: str) -> dict[str, str]:
    """Return what the runner says of an event beside its payload."""
    tag = name == "tag"
    return {
        "GITHUB_EVENT_NAME": EVENTS[name][0],
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": MERGE if EVENTS[name][0] == "pull_request" else HEAD,
        "GITHUB_REF_NAME": "v1" if tag else "faster",
        "GITHUB_REF_TYPE": "tag" if tag else "branch",
        "GITHUB_WORKFLOW": "load test",
        "GITHUB_JOB": "load",
        "GITHUB_RUN_ID": "4711",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_ACTIONS": "true",
        "CI": "true",
    }
