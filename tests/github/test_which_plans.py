"""Which plans are run, and where none may be."""

import subprocess
from pathlib import Path

import pytest
from happenings import HEAD, MERGE, pull

from planrunner.errors import UsageError
from planrunner.github import guard
from planrunner.github.events import Event, event
from planrunner.github.runner import Runner
from planrunner.github.selection import selected

FILES = ("plans/b.yml", "plans/a.yaml", "plans/parts/c.yml", "plans/data.csv", "plans/.hidden.yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["plans/*.y*ml"], ["plans/a.yaml", "plans/b.yml"]),
        (["plans/**/*.yml"], ["plans/b.yml", "plans/parts/c.yml"]),
        (["plans/b.yml", "plans/*"], ["plans/b.yml", "plans/a.yaml", "plans/data.csv"]),
        (["!plans/b.yml", "plans/*.y*ml"], ["plans/a.yaml"]),
        (["plans/*.yml", "! plans/p*/*"], ["plans/b.yml"]),
        (["plans/misspelt.yml"], ["plans/misspelt.yml"]),
        (["./plans//b.yml"], ["plans/b.yml"]),
    ],
)
def test_patterns_find_files_each_once(patterns: list[str], found: list[str], folder: Path) -> None:
    assert selected(patterns, folder) == found


def test_where_nothing_is_found_it_is_said_what_there_is(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"found by 'x/\*'; there is: plans/.*a.yaml, plans/b.yml, plans/parts/c.yml"
    ):
        selected(["x/*"], folder)
    with pytest.raises(UsageError, match="found by nothing"):
        selected([], folder)
    with pytest.raises(UsageError, match="make one with: planrunner init"):
        selected(["x/*"], tmp_path / "plans" / "parts" / "none")


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_an_event_that_says_nothing_is_one_of_no_pull_request(text: str, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(text)
    found = event(Runner({"GITHUB_EVENT_PATH": str(tmp_path / "event.json")}, print))
    assert (found.pull, found.fork, found.head) == (0, False, "")


def checked_out(folder: Path) -> str:
    """Make a repository with one commit, and return that."""
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return guard.head(folder)


@pytest.mark.slow
@pytest.mark.parametrize("of", [HEAD, MERGE])
def test_plans_of_a_fork_do_not_run_where_the_secrets_are(of: str, tmp_path: Path) -> None:
    commit = checked_out(tmp_path)
    assert len(commit) == 40
    payload = {"pull_request": {**pull("stranger/shop")["pull_request"]}}
    guard.refuse(Event("pull_request_target", payload), tmp_path)  # the base is checked out
    key = "merge_commit_sha" if of == MERGE else "head"
    payload["pull_request"][key] = (
        commit if of == MERGE else {**payload["pull_request"]["head"], "sha": commit}
    )
    guard.refuse(Event("pull_request", payload), tmp_path)  # which has none
    with pytest.raises(UsageError, match="those of a fork, which may send them anywhere"):
        guard.refuse(Event("pull_request_target", payload), tmp_path)


def test_where_nothing_is_checked_out_there_is_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert guard.head(tmp_path) == ""
    monkeypatch.setenv("PATH", "")
    assert guard.head(tmp_path) == ""
