"""What each event, each refusal and each accident comes to: outputs, comment, summary, colour."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from happenings import pull
from jobs import GREEN, RED, complete, ends_with, measures, quick, write_plan
from rest_server import GitHub, open_pull, serving
from samples import failed, passed
from simulated import NOW

from planrunner.github.comment import comment
from planrunner.github.runner import Runner

NOBODY = "There is no open pull request to comment."
MISTAKE = {
    "file": "plans/shop.yml",
    "line": 2,
    "column": 1,
    "width": 5,
    "severity": "error",
    "message": "unknown key 'stepz'",
    "hint": "did you mean 'steps'?",
}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as server:
        yield server


@pytest.mark.parametrize(
    ("event", "comments", "said"),
    [
        ("pull request", 1, ""),
        ("target of a fork", 1, ""),
        ("dependabot", 1, ""),
        ("comment", 1, ""),
        ("push", 1, ""),
        ("fork", 0, "No comment: the token of a pull request from a fork may only read."),
        ("fork that is gone", 0, "No comment: the token of a pull request from a fork may only read."),
        ("tag", 0, NOBODY),
        ("issue", 0, NOBODY),
        ("schedule", 0, NOBODY),
        ("merge group", 0, NOBODY),
        ("by hand", 0, NOBODY),
    ],
)
def test_each_event_is_told_as_far_as_it_can_be(
    event: str, comments: int, said: str, tmp_path: Path, github: GitHub
) -> None:
    github.pulls = [*(open_pull(n, sha="0" * 40) for n in range(200, 320)), open_pull()]
    job = quick(tmp_path, github, RED, event).run()
    told = complete(job)
    assert (told["outcome"], told["exit-code"], job.code) == ("failed", "99", 99)
    assert job.summary.startswith("### ❌ Load test failed: 3 of 7 thresholds broken, 1 without data\n")
    assert (len(github.ours()), said in job.text) == (comments, True)
    assert bool(told["comment-url"]) == bool(comments)


def test_one_comment_is_kept_up_to_date_however_long_the_talk_is(tmp_path: Path, github: GitHub) -> None:
    github.chatter(130)
    assert not quick(tmp_path, github, RED).run().green
    github.chatter(130)
    assert quick(tmp_path, github, GREEN).run().green
    (comment,) = github.ours()
    assert comment["body"].splitlines()[1].startswith("### ✅ Load test passed:")
    changes = [asked.split()[0] for asked in github.asked if not asked.startswith("GET")]
    assert (changes, {*github.tokens}) == (["POST", "PATCH"], {"Bearer a-token"})


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (("POST", 403), "No comment: Resource not accessible by integration (403)."),
        (("GET", 404), "No comment: not now (404)."),
        (("GET", 401), "No comment: not now (401)"),
        (("POST", 422), "No comment: not now (422)"),
    ],
)
def test_what_github_refuses_is_told_and_turns_nothing_red(
    bad: tuple[str, int], said: str, tmp_path: Path, github: GitHub
) -> None:
    github.bad = [bad]
    job = quick(tmp_path, github, GREEN).run()
    (notice,) = job.log.named("notice")
    assert (complete(job)["passed"], notice.message.startswith(said), github.ours()) == ("true", True, [])
    assert ("pull-requests: write" in notice.message) == (bad[1] in (403, 404))


@pytest.mark.parametrize("bad", [[("GET", 502)], [("GET", 500), ("GET", 504)], [("POST", 502)]])
def test_a_bad_moment_of_github_costs_no_comment(
    bad: list[tuple[str, int]], tmp_path: Path, github: GitHub
) -> None:
    github.bad = bad
    assert complete(quick(tmp_path, github, GREEN).run())["comment-url"]
    assert len(github.ours()) == 1


def test_a_comment_that_was_made_though_github_denies_it_is_not_made_again(
    tmp_path: Path, github: GitHub
) -> None:
    github.lost = 1
    assert complete(quick(tmp_path, github, GREEN).run())["comment-url"]
    assert len(github.ours()) == 1


@pytest.mark.slow
def test_comments_of_failures_are_made_for_those_only_but_turn_green_again(
    tmp_path: Path, github: GitHub
) -> None:
    quick(tmp_path, github, GREEN).run(comment="failures")
    assert github.ours() == []
    quick(tmp_path, github, RED).run(comment="failures")
    quick(tmp_path, github, GREEN).run(comment="failures")
    assert [one["body"].splitlines()[1][:7] for one in github.ours()] == ["### ✅ L"[:7]]


def test_a_crash_writes_all_outputs_and_turns_the_job_red(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path, github, GREEN, RUNNER_TEMP="/dev/null").run()
    told = complete(job)
    assert (told["outcome"], told["exit-code"], told["report-dir"], job.code) == ("error", "70", "", 70)
    assert "the step that runs the plans has not said anything" in job.text


def test_a_run_that_ends_without_a_result_is_an_error_that_is_told(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path, github, ends_with(137)).run()
    told = complete(job)
    assert (told["outcome"], told["result-json"], job.code) == ("error", "", 137)
    (error,) = job.log.named("error")
    assert error.message == "planrunner ended with exit code 137; the log says why"
    assert "### ❌ Load test not run: planrunner ended with exit code 137" in github.comments[0]["body"]


def test_a_mistake_is_shown_at_its_line(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path, github, ends_with(104, MISTAKE, MISTAKE)).run()
    told = complete(job)
    assert (told["outcome"], told["problems"], job.code) == ("invalid", "1", 104)
    (error,) = job.log.named("error")
    assert error.message == "unknown key 'stepz' (did you mean 'steps'?)"
    assert error.properties == {
        "file": "plans/shop.yml",
        "line": "2",
        "col": "1",
        "endColumn": "6",
        "title": "load test: a mistake in the plan",
    }
    assert "### ❌ Load test not run: 1 problem, and no request was sent" in github.comments[0]["body"]


@pytest.mark.parametrize(("names", "said"), [(["a"], "The plan is"), (["a", "b"], "2 plans are")])
def test_plans_that_are_valid_are_said_to_be(
    names: list[str], said: str, tmp_path: Path, github: GitHub
) -> None:
    for name in names:
        write_plan(tmp_path, "name: x", f"other/{name}.yml")
    wanted = {"plans": "other/*.yml", "fail_on": "checks", "versus": "demo"}  # which say nothing here
    job = quick(tmp_path, github, ends_with(0)).run(mode="validate", **wanted)
    assert (complete(job)["passed"], job.summary.splitlines()[0]) == ("true", f"### ✅ {said} valid")


def test_never_keeps_the_job_green_and_the_outcome_true(tmp_path: Path, github: GitHub) -> None:
    runner = quick(tmp_path, github, RED)
    job = runner.run(fail_on="never", comment="never", summary="false", upload_artifact="failures")
    told = complete(job)
    assert (told["outcome"], told["passed"], job.summary, job.green) == ("failed", "true", "", True)
    assert ("upload" in job.ran, github.asked) == (True, [])


def test_what_passed_is_not_kept_where_only_failures_are(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path, github, GREEN).run(upload_artifact="failures")
    assert not {"html", "upload"} & {*job.ran}


def test_inputs_that_cannot_be_are_told_all_at_once(tmp_path: Path, github: GitHub) -> None:
    job = quick(tmp_path, github, GREEN).run(
        mode="walk", annotations="some", vars="x", fail_on="never,checks"
    )
    assert (complete(job)["outcome"], job.code, github.comments) == ("invalid", 2, [])
    said = job.log.named("error")[0].message
    assert said.startswith(
        "input mode: unknown word 'walk': one of: run, validate; input vars: 'x' is not NAME"
    )
    assert "input fail-on: 'never' stands alone; input annotations: unknown word 'some'" in said


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            {"plans": "nothing/*.yml"},
            "input plans: no file is found by 'nothing/*.yml'; there is: plans/shop.yml",
        ),
        ({"plans": "!plans/*"}, "input plans: no file is found by '!plans/*'"),
        ({"report_dir": "plans/shop.yml"}, "input report-dir: File exists"),
    ],
)
def test_what_cannot_be_done_is_told(
    inputs: dict[str, str], said: str, tmp_path: Path, github: GitHub
) -> None:
    job = quick(tmp_path, github, GREEN).run(**inputs)
    assert (complete(job)["outcome"], job.code) == ("invalid", 2)
    assert job.log.named("error")[0].message.startswith(said)


def test_more_plans_than_a_job_can_tell_of_are_refused(tmp_path: Path, github: GitHub) -> None:
    for number in range(201):
        write_plan(tmp_path, "name: x", f"many/{number}.yml")
    job = quick(tmp_path, github, GREEN).run(plans="many/*")
    assert "201 files are found, and one job runs at most 200" in job.log.named("error")[0].message


def test_a_file_of_the_job_that_cannot_be_read_is_told(tmp_path: Path, github: GitHub) -> None:
    runner = quick(tmp_path, github, GREEN, PLANRUNNER_JOB=str(tmp_path / "job.json"))
    told: list[str] = []
    pull_request = {
        **runner.environ,
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event"),
    }
    (tmp_path / "event").write_text(json.dumps(pull()))
    comment(Runner(pull_request, told.append), NOW)
    assert told[0].startswith("::notice title=planrunner::No comment: ")
    assert "job.json cannot be read: No such file or directory" in told[0]


def test_the_result_of_an_earlier_run_is_none_of_this_one(tmp_path: Path, github: GitHub) -> None:
    quick(tmp_path, github, GREEN).run()
    told = complete(quick(tmp_path, github, ends_with(106)).run())
    assert (told["outcome"], told["requests-total"], told["report-html"]) == ("error", "0", "")


def test_of_a_run_that_was_killed_the_journal_is_made_a_result(tmp_path: Path, github: GitHub) -> None:
    begun: list[Sequence[str]] = []

    def start(words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> int:
        begun.append(words)
        reports = folder / "planrunner-report"
        (reports / "run.journal").touch()
        return (
            measures(failed())(["--report-dir", "planrunner-report", "a.yml"], folder, environ)
            if (words[0] == "report")
            else 137
        )

    told = complete(quick(tmp_path, github, start).run())
    assert ([words[0] for words in begun], told["plans-failed"]) == (["run", "report"], "1")


def test_a_plan_cannot_learn_the_token_of_the_job(tmp_path: Path, github: GitHub) -> None:
    seen: dict[str, str] = {}

    def start(_: Sequence[str], __: Path, environ: Mapping[str, str]) -> int:
        seen.update(environ)
        return 0

    quick(tmp_path, github, start, SHOP_PASSWORD="for the plan").run(baseline="auto")
    assert seen["SHOP_PASSWORD"] == "for the plan"
    assert not [
        name for name, text in seen.items() if "a-token" in text or name.startswith("PLANRUNNER_INPUT")
    ]
    assert "GITHUB_SHA" in seen
    assert os.environ.keys().isdisjoint({"PLANRUNNER_GITHUB_TOKEN"})


def test_several_plans_have_a_row_each_and_all_that_is_broken_below(tmp_path: Path, github: GitHub) -> None:
    write_plan(tmp_path, "name: x", "plans/slow.yml")
    job = quick(tmp_path, github, measures(passed(), failed())).run(annotations="all")
    told = complete(job)
    assert (told["plans-total"], told["plans-failed"], told["p95-ms"]) == ("2", "1", "")
    body = github.comments[0]["body"]
    assert "### ❌ 2 plans: 1 failed, 1 passed" in body
    assert body.count("<details>") >= 2
    assert len(job.log.named("error")) == 4
