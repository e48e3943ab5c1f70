"""The steps of action.yml, carried out as GitHub's runner does, with the real planrunner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from happenings import HEAD
from jobs import PLAN, complete, machine, write_plan
from rest_server import GitHub, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as server:
        yield server


def test_a_broken_limit_turns_the_job_red_at_its_last_step_after_all_was_told(
    tmp_path: Path, github: GitHub
) -> None:
    runner = machine(tmp_path, github)
    write_plan(tmp_path, PLAN.replace("LIMIT", "1us"))
    job = runner.run()
    told = complete(job)
    assert (told["outcome"], told["exit-code"], job.code) == ("failed", "99", 99)
    assert (told["thresholds-failed"], told["requests-total"], told["error-rate"]) == ("1", "20", "0")
    assert float(told["p95-ms"]) > 0 < float(told["requests-per-second"])
    assert job.ran == ["python", "cache", "install", "run", "html", "upload", "publish", "verdict"]
    assert all(
        Path(told[name]).is_file() for name in ("result-json", "report-md", "report-html", "junit-xml")
    )
    assert [(one.name, one.properties["file"], one.properties["line"]) for one in job.log.commands] == [
        ("error", "plans/shop.yml", "8")
    ]
    assert job.summary.startswith("### ❌ Load test failed: 1 of 2 thresholds broken\n")
    link = f"[line 8](https://github.example/pizza/shop/blob/{HEAD}/plans/shop.yml#L8)"
    assert link in github.comments[0]["body"]
    assert told["comment-url"] == github.comments[0]["html_url"]


def test_several_plans_are_a_row_each(tmp_path: Path, github: GitHub) -> None:
    runner = machine(tmp_path, github)
    write_plan(tmp_path, PLAN.replace("LIMIT", "1us"), "plans/slow.yml")
    told = complete(runner.run(annotations="none", comment_key="all of them"))
    assert (told["plans-total"], told["plans-failed"], told["p95-ms"]) == ("2", "1", "")
    assert (told["result-json"], Path(told["report-md"]).name) == ("", "index.md")
    body = github.comments[0]["body"]
    assert body.startswith(
        "<!-- planrunner:v1 key=load test/load/0/all of them -->\n### ❌ 2 plans: 1 failed, 1"
    )
    assert f"| ✅ [`plans/shop.yml`](https://github.example/pizza/shop/blob/{HEAD}/plans/shop.yml) |" in body


def test_a_value_that_is_missing_is_told_where_the_plan_asks_for_it(tmp_path: Path, github: GitHub) -> None:
    runner = machine(tmp_path, github, "fork")
    needy = "name: x\nvariables: {key: {env: SHOP_KEY}}\ntarget: demo\nsteps: [get: '/${key}']\n"
    write_plan(tmp_path, needy)
    job = runner.run()
    assert (complete(job)["outcome"], github.asked) == ("invalid", [])
    assert "variable 'key' has no value (set SHOP_KEY" in job.log.named("error")[0].message


def test_two_versions_are_held_against_each_other(tmp_path: Path, github: GitHub) -> None:
    runner = machine(tmp_path, github, PLANRUNNER_VERSUS_ROUNDS="2", PLANRUNNER_VERSUS_WINDOW="1s")
    steady = PLAN.replace("LIMIT", "10s").replace("{vus: 2, iterations: 20}", "{rate: 20/s, duration: 1s}")
    write_plan(tmp_path, steady)
    assert complete(runner.run(target="demo", versus="demo"))["outcome"] == "passed"
    assert "| All requests | Base → head | Change | Likely |" in github.comments[0]["body"]


def test_inputs_reach_the_run(tmp_path: Path, github: GitHub) -> None:
    runner = machine(tmp_path, github)
    plan = PLAN.replace("LIMIT", "10s").replace("demo", "http://x.invalid").replace("quotes", "${path}")
    more = "variables: {path: nowhere}\nprofiles: {smoke: {load: {vus: 1, iterations: 3}}}\n"
    write_plan(tmp_path, plan + more, "tests/a.yml")
    wanted = {"plans": "*.yml\n!b.yml", "working_directory": "tests", "target": "demo", "vars": "path=quotes"}
    job = runner.run(**wanted, profile="smoke", fail_on="thresholds, checks", report_dir="out")
    told = complete(job)
    assert (told["outcome"], told["requests-total"]) == ("passed", "3")
    assert Path(told["result-json"]) == tmp_path / "workspace/tests/out/result.json"
