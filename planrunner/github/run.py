"""`planrunner github run`: carries out what the inputs say, and tells the job, whatever happens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from msgspec import Struct
from msgspec.structs import replace

from planrunner.errors import Exit, UsageError
from planrunner.github import baseline
from planrunner.github.carrying import Carried, carry_out
from planrunner.github.child import TOKEN, Start
from planrunner.github.commands import command
from planrunner.github.entries import entries, of_folder
from planrunner.github.events import Event, commit, event
from planrunner.github.guard import refuse
from planrunner.github.inputs import Inputs, read
from planrunner.github.job import (
    MOST_PLANS,
    MOST_TEXT,
    NAME,
    Job,
    Planned,
    Wrong,
    outcome_of,
    safe_key,
    to_json,
)
from planrunner.github.outputs import Done, artifact_name, file_name, nothing, outputs
from planrunner.github.rest.api import Api
from planrunner.github.runner import MOST_SUMMARY, Runner
from planrunner.github.selection import selected
from planrunner.github.writing.annotations import annotated
from planrunner.github.writing.links import Links
from planrunner.github.writing.page import page

BYTES = 4  # of a character, at most

Slugs = Callable[[Sequence[str]], Sequence[str]]
"""Names the folders of several plans."""


class Task(Struct, frozen=True):
    """What is to be done, and where."""

    runner: Runner
    happened: Event
    asked: Inputs

    @property
    def folder(self) -> Path:
        """Where the paths of plans lead on from."""
        return (self.runner.workspace / self.asked.working_directory).resolve()

    @property
    def reports(self) -> Path:
        """The folder of the reports."""
        return (self.folder / self.asked.report_dir).resolve()

    @property
    def artifact(self) -> str:
        """The name of the artifact that action.yml makes of them."""
        runner = self.runner
        return artifact_name(self.asked.artifact_name, runner["GITHUB_JOB"], runner["PLANRUNNER_JOB_INDEX"])


def run(runner: Runner, start: Start, slugs: Slugs) -> None:
    """Run or validate the plans; every output is written, also when this raises."""
    told = nothing()
    try:
        told = outputs(_done(runner, start, slugs))
    finally:
        runner.output(told)


def _done(runner: Runner, start: Start, slugs: Slugs) -> Done:
    happened = event(runner)
    job = Job(key=safe_key(runner.key), commit=commit(runner, happened))
    try:
        task = Task(runner, happened, read(runner.environ))
    except UsageError as error:
        return _told(runner, Done(_wrong(job, error)))
    try:
        task.reports.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _told(runner, Done(_wrong(job, UsageError(f"input report-dir: {error.strerror}"))), task.asked)
    try:
        job = _carried_out(task, job, start, slugs)
    except UsageError as error:
        job = _wrong(job, error)
    (task.reports / NAME).write_bytes(to_json(job))
    passed = job.exit_code == Exit.PASSED or task.asked.never
    done = Done(job, entries(job, of_folder(task.reports)), task.reports, passed)
    return _told(runner, replace(done, page=_page(task, done)), task.asked)


def _wrong(job: Job, error: UsageError) -> Job:
    """Return a job that cannot be done as it was asked for."""
    return replace(job, outcome="invalid", exit_code=Exit.USAGE, problems=(Wrong(str(error)[:MOST_TEXT]),))


def _carried_out(task: Task, job: Job, start: Start, slugs: Slugs) -> Job:
    refuse(task.happened, task.runner.workspace)
    files = selected(task.asked.plans, task.folder)
    if len(files) > MOST_PLANS:
        raise UsageError(f"input plans: {len(files)} files are found, and one job runs at most {MOST_PLANS}")
    names = slugs(files) if len(files) > 1 else [""]
    plans = [Planned(file, name) for file, name in zip(files, names, strict=True)]
    ended = carry_out(task.runner, start, _words(task, files), plans, task.folder, task.reports)
    return _ended(task, job, ended)


def _ended(task: Task, job: Job, ended: Carried) -> Job:
    return replace(
        job,
        outcome=outcome_of(ended.code),
        exit_code=ended.code,
        mode=task.asked.mode,
        folder=PurePath(os.path.relpath(task.folder, task.runner.workspace)).as_posix(),
        plans=ended.plans,
        problems=ended.problems,
    )


def _words(task: Task, files: Sequence[str]) -> list[str]:
    """Return the command line of planrunner."""
    if task.asked.mode == "validate":
        return ["validate", *task.asked.options, "--", *files]
    reports = ["--report-dir", task.asked.report_dir]
    return ["run", *reports, *_baseline(task, files), *task.asked.options, "--", *files]


def _baseline(task: Task, files: Sequence[str]) -> list[str]:
    """Return the option that names the result to compare with; without one, the job is told why."""
    runner, wanted = task.runner, task.asked.baseline
    if wanted == baseline.NONE:
        return []
    if wanted != baseline.AUTO:
        return ["--baseline", wanted]
    try:
        api, plans = Api(runner["GITHUB_API_URL"], runner[TOKEN]), [task.folder / file for file in files]
        return ["--baseline", str(baseline.fetched(api, runner, task.happened, task.artifact, plans))]
    except baseline.NoBaselineError as error:
        runner.say(command("notice", f"There is no baseline: {error}", title="planrunner"))
        return []


def _page(task: Task, done: Done) -> Path | None:
    """Give the HTML report of the only plan the name of its artifact, which a file that is not packed has."""
    report = done.path("report.html")
    if not report:
        return None
    copy = task.runner.temp / file_name(task.artifact)
    shutil.copyfile(report, copy)
    return copy


def _told(runner: Runner, done: Done, asked: Inputs | None = None) -> Done:
    """Write annotations and the summary; all of them where what was asked for cannot be read."""
    for line in annotated(done.job, done.entries, asked.annotations if asked else "failures"):
        runner.say(line)
    if not asked or asked.summary == "true":
        links = Links(f"{runner.server}/{runner.repository}", done.job.commit, done.job.folder)
        runner.summarize(page(done.job, done.entries, links, MOST_SUMMARY // BYTES))
    return done
