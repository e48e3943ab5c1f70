"""`planrunner github comment`: writes what a job did into its pull request, or says why it cannot.

Where there is no file of the job, it is the workflow that comments for jobs whose token may not: it takes the
artifacts of the run that it follows. These are data that strangers may have made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from planrunner.errors import UsageError, suggestion
from planrunner.github.child import TOKEN
from planrunner.github.commands import command
from planrunner.github.entries import of_archive, of_folder, opened
from planrunner.github.events import Event, event
from planrunner.github.job import Job
from planrunner.github.outputs import file_name
from planrunner.github.rest import comments, pulls
from planrunner.github.rest.api import MOST, Api, ApiError
from planrunner.github.runner import Runner
from planrunner.github.writing.links import Links
from planrunner.github.writing.page import page
from planrunner.reports.wording import clip

MOST_ARTIFACTS = 20  # of a run, that are commented
PREFIX = "planrunner-"  # of artifacts whose name nobody chose
MODES = ("auto", "failures", "never")

FORK = (
    "No comment: the token of a pull request from a fork may only read. The summary of the job has all of "
    "it; a second workflow can comment for forks, see docs/how-to/pull-requests.md"
)
READ_ONLY = """\
No comment: {error}. The summary of the job has all of it. The token needs the right to comment; give the job:
permissions:
  contents: read
  pull-requests: write"""


class Told(Struct, frozen=True):
    """What is to be commented."""

    job: Job
    body: str


def comment(runner: Runner, now: datetime, api: Api | None = None) -> None:
    """Write the comments; a notice says why there is none. The output is the URL of the last one."""
    asked = api or Api(runner["GITHUB_API_URL"], runner[TOKEN])
    url = ""
    try:
        url = _commented(runner, asked, event(runner), f"{now:%H:%M} UTC")
    except ApiError as error:
        runner.say(
            _notice(READ_ONLY.format(error=error) if error.status in (403, 404) else f"No comment: {error}")
        )
    except UsageError as error:
        runner.say(_notice(f"No comment: {error}"))
    finally:
        runner.output({"comment-url": url})


def _notice(text: str) -> str:
    return command("notice", text, title="planrunner")


def _commented(runner: Runner, api: Api, happened: Event, at: str) -> str:
    mode = runner["PLANRUNNER_INPUT_COMMENT"] or MODES[0]
    if mode not in MODES:
        raise UsageError(f"input comment: unknown word {mode!r}: {suggestion(mode, MODES)}")
    if mode == "never":
        return ""
    if happened.name == "pull_request" and happened.fork:
        runner.say(_notice(FORK))
        return ""
    number = pulls.number(api, runner, happened)
    if not number:
        runner.say("There is no open pull request to comment.")
        return ""
    url = ""
    for told in _all(runner, api, happened, at):
        issue = f"/repos/{runner.repository}/issues/{number}"
        create = mode == "auto" or told.job.outcome != "passed"
        url = comments.publish(api, issue, told.job.key, told.body, create=create) or url
    return url


def _all(runner: Runner, api: Api, happened: Event, at: str) -> Iterator[Told]:
    """Yield what the steps before this one did, or what the jobs of another run did."""
    file = runner["PLANRUNNER_JOB"]
    if file:
        yield _own(runner, Path(file), at)
    elif happened.name == "workflow_run":
        yield from _of_run(runner, api, happened, at)
    else:
        raise UsageError("the step that runs the plans has not said anything; see its log")


def _own(runner: Runner, file: Path, at: str) -> Told:
    try:
        job, entries = opened(of_folder(file.parent))
    except ValueError as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    links = Links(
        f"{runner.server}/{runner.repository}",
        job.commit,
        job.folder,
        runner["GITHUB_RUN_ID"],
        runner["PLANRUNNER_REPORT_URL"],
        runner["PLANRUNNER_ARTIFACT_URL"],
    )
    return Told(job, page(job, entries, links, at=at))


def _of_run(runner: Runner, api: Api, happened: Event, at: str) -> Iterator[Told]:
    """Read the artifacts of the run that this workflow follows."""
    number = str(happened.find("workflow_run", "id") or "")
    path = f"/repos/{runner.repository}/actions/runs/{number}/artifacts"
    found = [one for one in api.pages(path, "artifacts") if not one["expired"]]
    ids = {str(one["name"]): one["id"] for one in found}
    packed = [one for one in found if one["size_in_bytes"] <= MOST and not one["name"].endswith(".html")]
    for artifact in packed[:MOST_ARTIFACTS]:
        data = api.download(f"/repos/{runner.repository}/actions/artifacts/{artifact['id']}/zip")
        try:
            job, entries = opened(of_archive(data))
            links = _links(runner, happened, job, number, ids, artifact)
            told = Told(job, page(job, entries, links, at=at))
        except (ValueError, ArithmeticError) as error:  # numbers that no run measures cannot be written
            if artifact["name"].startswith(PREFIX):
                runner.say(
                    _notice(f"No comment on the artifact {clip(artifact['name'])}: {clip(str(error))}")
                )
            continue
        yield told


def _links(
    runner: Runner, happened: Event, job: Job, number: str, ids: dict[str, Any], artifact: dict[str, Any]
) -> Links:
    """Make links of what GitHub says, and of nothing that the artifact says but for the names of plans."""
    repository = f"{runner.server}/{runner.repository}"
    below = f"{repository}/actions/runs/{number}/artifacts"
    report = ids.get(file_name(artifact["name"]))
    return Links(
        repository,
        happened.text("workflow_run", "head_sha"),
        job.folder,
        number,
        f"{below}/{report}" if report else "",
        f"{below}/{artifact['id']}",
    )
