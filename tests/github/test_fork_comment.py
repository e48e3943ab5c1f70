"""The workflow that comments for forks: what it reads was made by a job that strangers wrote."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from happenings import HEAD
from jobs import GREEN, MADE_UP, PYTHON, RED, quick
from read_markdown import outside_code
from rest_server import GitHub, open_pull, serving
from samples import failed, hostile
from simulated import ROOT, Machine, Simulated

from planrunner.github.job import Job, Planned, to_json
from planrunner.result import to_json as result_to_json

JOB = Job("failed", 99, "load test/load/0", plans=(Planned("plans/shop.yml", "", ran=True),))


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub(pulls=[open_pull(7, "stranger:faster")])) as server:
        yield server


def packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def put(github: GitHub, data: bytes, name: str = "planrunner-load-0", **more: object) -> None:
    number = len(github.artifacts) + 1
    github.artifacts.append(
        {"id": number, "name": name, "expired": False, "size_in_bytes": len(data), **more}
    )
    github.archives[number] = data


def commented(folder: Path, github: GitHub, **inputs: str) -> Simulated:
    """Carry out comment/action.yml after a run."""
    environ = {"GITHUB_API_URL": f"{github.url}/api/v3"}
    action = ROOT / "comment" / "action.yml"
    runner = Machine(folder, "after a run", environ, action, {**MADE_UP, **PYTHON}, start=GREEN)
    return runner.run(**inputs)


def test_a_fork_gets_the_comment_that_its_own_job_could_not_make(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path / "theirs", github, RED, "fork").run()
    folder = Path(job.outputs["report-dir"])
    put(github, packed({path.name: path.read_bytes() for path in folder.iterdir()}))
    put(github, b"<p>", "planrunner-load-0.html")
    done = commented(tmp_path, github)
    (comment,) = github.comments
    assert done.outputs == {"comment-url": comment["html_url"]}
    assert comment["body"].startswith(
        "<!-- planrunner:v1 key=load test/load/0 -->\n### ❌ Load test failed: 3 of 7"
    )
    run = "https://github.example/pizza/shop/actions/runs/4711"
    assert (
        f"[the full report]({run}/artifacts/2) · [all files]({run}/artifacts/1) · [the job]({run})"
        in comment["body"]
    )
    assert f"https://github.example/pizza/shop/blob/{HEAD}/" in comment["body"]
    commented(tmp_path, github)
    assert len(github.comments) == 1
    assert "Bearer a-token" not in [
        t for t, asked in zip(github.tokens, github.asked, strict=True) if "storage" in asked
    ]


def test_each_job_of_the_run_has_its_own_comment(tmp_path: Path, github: GitHub) -> None:
    for name in ("a", "b"):
        job = Job("passed", 0, f"load test/{name}/0", "validate", plans=(Planned("x.yml"),))
        put(github, packed({"job.json": to_json(job)}), f"my-{name}")
    commented(tmp_path, github)
    assert len(github.ours()) == 2


def test_a_pull_request_that_went_on_gets_no_old_numbers(tmp_path: Path, github: GitHub) -> None:
    github.pulls = [open_pull(7, "stranger:faster", "f" * 40)]
    put(github, packed({"job.json": to_json(JOB)}))
    assert "There is no open pull request to comment." in commented(tmp_path, github).text
    assert github.comments == []


DEEP = b'{"x": ' + b"[" * 200_000
BOMB = packed({"job.json": bytes(9_000_000)})
WHOLE = to_json(JOB)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be unpacked"),
        (b"PK\x03\x04 no archive", "cannot be unpacked"),
        (BOMB, "job.json is larger than 8,000,000 bytes"),
        (packed({"other.txt": b""}), "it has no job.json"),
        (packed({"job.json": b"\xff"}), "JSON is malformed"),
        (packed({"job.json": DEEP}), "nested too deeply"),
        (packed({"job.json": WHOLE.replace(b'"failed"', b'"great"')}), "Invalid enum value 'great'"),
        (packed({"job.json": WHOLE.replace(b"load test/", b"--><b>/")}), "matching regex"),
        (packed({"job.json": WHOLE.replace(b'"slug":""', b'"slug":"../.."')}), "matching regex"),
        (packed({"job.json": WHOLE.replace(b"plans/shop.yml", b"x" * 1001)}), "length <= 1000"),
        (packed({"job.json": WHOLE}), "it has no result.json"),
        (packed({"job.json": WHOLE, "result.json": b"{}"}), "missing required field"),
        (packed({"job.json": WHOLE, "result.json": DEEP}), "nested too deeply"),
    ],
    ids=range(13),
)
def test_what_is_no_artifact_of_ours_is_told_and_nothing_else_happens(
    data: bytes, said: str, tmp_path: Path, github: GitHub
) -> None:
    put(github, data)
    done = commented(tmp_path, github)
    (notice,) = done.log.named("notice")
    assert notice.message.startswith("No comment on the artifact planrunner-load-0: ")
    assert said in notice.message
    assert (done.green, github.comments) == (True, [])


def test_artifacts_of_others_are_left_alone(tmp_path: Path, github: GitHub) -> None:
    put(github, packed({"site.html": b""}), "website")
    put(github, packed({"job.json": WHOLE}), "old", expired=True)
    put(github, packed({"job.json": WHOLE}), "huge", size_in_bytes=10**9)
    done = commented(tmp_path, github)
    assert (done.log.commands, github.comments) == ([], [])


def test_a_comment_of_hostile_results_is_short_and_harmless(tmp_path: Path, github: GitHub) -> None:
    result = result_to_json(hostile("@everyone <!-- ::error::x | ` ![x](http://evil.example) \x00" * 500))
    put(github, packed({"job.json": WHOLE, "result.json": result}))
    done = commented(tmp_path, github)
    body = github.comments[0]["body"]
    assert len(body) <= 65_536
    assert not [word for word in ("@", "evil", "::error") if word in outside_code(body)]
    assert body.splitlines()[1].startswith("### ❌ Load test ")
    assert done.log.commands == []


def test_numbers_that_no_run_measures_cost_no_more_than_the_comment(tmp_path: Path, github: GitHub) -> None:
    result = result_to_json(failed()).replace(b"0.518976", b"-1e308").replace(b'"count": 4068', b'"count": 1')
    put(github, packed({"job.json": WHOLE, "result.json": result}))
    done = commented(tmp_path, github)
    assert (done.green, github.comments) == (True, [])
    assert "cannot convert float infinity" in done.log.commands[0].message


@pytest.mark.slow
def test_no_more_than_some_artifacts_are_commented(tmp_path: Path, github: GitHub) -> None:
    for number in range(30):
        job = Job("passed", 0, f"load test/{number}/0", "validate")
        put(github, packed({"job.json": to_json(job)}), f"planrunner-{number}")
    commented(tmp_path, github)
    assert len(github.ours()) == 20


@pytest.mark.parametrize(("mode", "comments"), [("failures", 0), ("never", 0), ("auto", 1)])
def test_when_is_commented_can_be_said(mode: str, comments: int, tmp_path: Path, github: GitHub) -> None:
    job = Job("passed", 0, "load test/load/0", "validate", plans=(Planned("x.yml"),))
    put(github, packed({"job.json": to_json(job)}))
    commented(tmp_path, github, comment=mode)
    assert len(github.comments) == comments


def test_a_word_that_is_none_is_told(tmp_path: Path, github: GitHub) -> None:
    done = commented(tmp_path, github, comment="often")
    assert (
        "input comment: unknown word 'often': one of: auto, failures, never" in done.log.commands[0].message
    )
