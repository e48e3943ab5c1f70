"""`baseline: auto`: the newest successful result of the base branch, and nobody else's."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jobs import PLAN, quick, write_plan
from rest_server import GitHub, serving
from samples import passed

from planrunner.github.child import Start
from planrunner.github.job import Job, Planned, to_json
from planrunner.result import from_json
from planrunner.result import to_json as result_to_json


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as server:
        yield server


def packed(started: str) -> bytes:
    made, result = io.BytesIO(), result_to_json(passed()).replace(b'"Pizza recommendations"', b'"Shop"')
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("job.json", to_json(Job("passed", 0, plans=(Planned("plans/shop.yml", ran=True),))))
        archive.writestr("result.json", result.replace(b"2026-03-14T09:26:53Z", started.encode()))
    return made.getvalue()


def keep(
    github: GitHub, number: int, *, created: str = "2026-01-01", data: bytes | None = None, **run: Any
) -> None:
    origin = {
        "id": number,
        "head_branch": "main",
        "repository_id": 1,
        "head_repository_id": 1,
        **run.pop("origin", {}),
    }
    artifact = {
        "id": number,
        "name": "planrunner-load-0",
        "expired": False,
        "created_at": created,
        "workflow_run": origin,
    }
    github.artifacts.append({**artifact, **run.pop("artifact", {})})
    github.runs[number] = {"conclusion": "success", "event": "push", **run}
    github.archives[number] = packed(f"run {number}") if data is None else data


def given(seen: list[str]) -> Start:
    def start(words: Sequence[str], _: Path, __: Mapping[str, str]) -> int:
        seen.extend(words)
        return 0

    return start


def compared(folder: Path, github: GitHub, **inputs: str) -> tuple[list[str], str]:
    """Return when the runs began that a run is compared with, and what the job is told."""
    seen: list[str] = []
    job = quick(folder, github, given(seen)).run(baseline="auto", comment="never", **inputs)
    notices = [one.message for one in job.log.named("notice")]
    if "--baseline" not in seen:
        return [], notices[0]
    results = Path(seen[seen.index("--baseline") + 1]).rglob("result.json")
    return sorted(from_json(path.read_bytes()).started for path in results), "".join(notices)


@pytest.mark.slow
def test_the_newest_results_of_the_base_branch_are_taken(tmp_path: Path, github: GitHub) -> None:
    for number in range(1, 31):
        keep(github, number, created=f"2026-01-{number:02}")
    assert compared(tmp_path, github) == ([f"run {number}" for number in range(11, 31)], "")
    assert compared(tmp_path, github)[0][0] == "run 11"  # and nothing that was there before


@pytest.mark.parametrize(
    "other",
    [
        {"conclusion": "failure"},
        {"event": "pull_request"},
        {"origin": {"head_branch": "other"}},
        {"origin": {"head_repository_id": 2}},
        {"artifact": {"expired": True}},
        {"artifact": {"name": "planrunner-load-1"}},
        {"data": b"no archive"},
    ],
    ids=range(7),
)
def test_what_is_no_good_result_of_this_plan_is_passed_over(
    other: dict[str, Any], tmp_path: Path, github: GitHub
) -> None:
    keep(github, 1)
    keep(github, 2, created="2026-02-02", **other)
    assert compared(tmp_path, github) == (["run 1"], "")


def test_where_there_is_none_the_run_goes_on_without(tmp_path: Path, github: GitHub) -> None:
    results, told = compared(tmp_path, github)
    assert results == []
    assert told.startswith(
        "There is no baseline: no successful run on main has an artifact 'planrunner-load-0'"
    )


@pytest.mark.parametrize(("status", "hint"), [(403, "; give the job `actions: read`"), (401, "")])
def test_a_token_that_may_not_read_is_told(status: int, hint: str, tmp_path: Path, github: GitHub) -> None:
    github.bad = [("GET", status)]
    _, told = compared(tmp_path, github)
    assert told.startswith("There is no baseline: GitHub says: ")
    assert told.endswith(f"({status}){hint}")


def test_each_plan_must_have_been_run_before(tmp_path: Path, github: GitHub) -> None:
    keep(github, 1)
    write_plan(tmp_path, PLAN.replace("Shop", "A new one"), "plans/b.yml")
    assert compared(tmp_path, github)[1].endswith(
        "with a result of A new one; run the same workflow on pushes to that branch"
    )


def test_what_is_no_plan_needs_no_baseline(tmp_path: Path, github: GitHub) -> None:
    keep(github, 1)
    write_plan(tmp_path, "nam: x", "plans/b.yml")
    assert compared(tmp_path, github, plans="plans/*\nplans/missing.yml") == (["run 1"], "")


def test_the_name_of_an_artifact_may_be_chosen(tmp_path: Path, github: GitHub) -> None:
    keep(github, 1, artifact={"name": "my results"})
    assert compared(tmp_path, github, artifact_name="my results") == (["run 1"], "")


def test_a_file_of_the_repository_is_handed_over_as_it_is(tmp_path: Path, github: GitHub) -> None:
    seen: list[str] = []
    quick(tmp_path, github, given(seen)).run(baseline="tests/base.json", comment="never")
    assert seen[seen.index("--baseline") + 1] == "tests/base.json"
    assert github.asked == []
