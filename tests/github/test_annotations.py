"""Annotations: at the lines of plans, what is worst first, and no more than GitHub shows."""

from dataclasses import replace

import pytest
from log import Command, Log
from samples import failed, never_ran, passed

from planrunner.github.job import Job, Wrong
from planrunner.github.writing.annotations import annotated
from planrunner.reports.entries import Entry
from planrunner.result import Result, Skipped


def shown(result: Result | None, wanted: str = "failures", job: Job | None = None) -> list[Command]:
    job = job or Job("failed", 99)
    return Log().read("\n".join(annotated(job, [Entry("x", "shop.yml", "", result)], wanted))).commands


def test_a_broken_limit_says_what_was_measured_at_its_line() -> None:
    first = shown(failed())[0]
    assert (first.name, first.properties["file"], first.properties["line"]) == (
        "error",
        "plans/pizza.yml",
        "47",
    )
    assert first.message == (
        "95 % of the requests must take less than 500ms; measured 518.97ms (3.7 % over the limit)"
    )
    assert first.properties["title"] == "http_req_duration p(95) < 500ms"


def test_a_limit_without_data_says_why() -> None:
    last = shown(failed())[3]
    assert last.message.startswith("orders must be count > 10; no data")


def test_failed_checks_and_skipped_limits_are_shown_where_all_is_asked_for() -> None:
    result = replace(failed(), skipped=(Skipped("a", "b", "why", "plans/pizza.yml", 3),))
    names = [one.name for one in shown(result, "all")]
    assert names == ["error"] * 4 + ["warning"] * 2 + ["notice"]
    assert {one.name for one in shown(result)} == {"error"}
    assert shown(result, "none") == []


def test_a_run_that_failed_for_another_reason_says_it() -> None:
    (only,) = shown(replace(never_ran(), thresholds=()))
    assert only.message.startswith("failed: no load was made: setup failed")
    assert only.properties["file"] == "shop.yml"


def test_what_passed_is_not_annotated() -> None:
    assert shown(passed(), "all", Job("passed", 0)) == []


@pytest.mark.parametrize(("count", "last"), [(10, "mistake 10"), (11, "and 2 more: see the summary")])
def test_there_are_ten_at_most(count: int, last: str) -> None:
    problems = tuple(Wrong(f"mistake {number}", "a.yml", number) for number in range(1, count + 1))
    found = shown(None, job=Job("invalid", 104, problems=problems))
    assert (len(found), found[-1].message) == (10, last)


def test_a_warning_stands_behind_what_is_wrong() -> None:
    problems = (Wrong("odd", "a.yml", 1, severity="warning"), Wrong("bad", "a.yml", 2))
    assert [one.message for one in shown(None, "all", Job("invalid", 104, problems=problems))] == [
        "bad",
        "odd",
    ]


def test_a_plan_outside_the_repository_is_named_in_the_message() -> None:
    (only,) = shown(None, job=Job("invalid", 104, problems=(Wrong("bad", "/tmp/a.yml", 3),)))
    assert (only.message, "file" in only.properties) == ("/tmp/a.yml:3: bad", False)


def test_paths_lead_on_from_the_root_of_the_repository() -> None:
    job = Job("invalid", 104, folder="tests/load", problems=(Wrong("bad", "../a.yml", 3, 2, 4),))
    (only,) = shown(None, job=job)
    assert only.properties["file"] == "tests/a.yml"
