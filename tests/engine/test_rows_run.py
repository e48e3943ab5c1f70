"""Rows of data sets in a run, in virtual time: who gets which, and what happens when there are none left."""

import asyncio
from collections.abc import Sequence
from itertools import chain

import pytest
from fakes import FakeSession, in_virtual_time
from running import Lab, checked_plan

from planrunner.engine.worker.worker import Worker
from planrunner.errors import Problems
from planrunner.metrics.join import Part
from planrunner.pacing.executors import Shard

HEAD = "name: lab\ntarget: http://h\n"


def plan(pick: str, at_end: str, count: int, load: str) -> str:
    rows = ", ".join(map(str, range(count)))
    data = f"data:\n  row: {{rows: [{rows}], pick: {pick}, at_end: {at_end}}}\n"
    return f"{HEAD}{data}load: {load}\nsteps:\n  - log: ${{row}}\n  - get: /${{row}}\n"


async def work(text: str, shard: Shard) -> list[str]:
    """Carry out one worker's share, and return what it logged."""
    checked, loop = checked_plan(text), asyncio.get_running_loop()
    told: list[Part] = []
    worker = Worker(
        checked.plan, checked.given, shard, loop.time, lambda _: FakeSession(lambda _: (200, 0.1))
    )
    await worker.run(told.append, loop.time())
    return list(chain.from_iterable(part.snapshot.logs for part in told))


def dealt(text: str, shards: int) -> list[list[int]]:
    """Return the rows that each shard took."""

    async def all_of_them() -> Sequence[list[str]]:
        return await asyncio.gather(*(work(text, Shard(index, shards)) for index in range(shards)))

    return [[int(line) for line in lines if line.isdigit()] for lines in in_virtual_time(all_of_them)]


LOADS = ["{vus: 14, duration: 5s}", "{stages: [{duration: 3s, target: 14}, {duration: 4s, target: 7}]}"]


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_unique_rows_are_taken_once_and_none_is_left_out(shards: int, load: str) -> None:
    found = dealt(plan("unique", "stop", 100, load), shards)
    assert sorted(chain.from_iterable(found)) == list(range(100))


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_recycled_rows_stay_with_their_shard(shards: int) -> None:
    found = dealt(plan("sequential", "recycle", 21, "{vus: 7, iterations: 84}"), shards)
    expected = [[row for row in range(21) if row % 7 % shards == n] for n in range(shards)]
    assert [sorted(set(rows)) for rows in found] == expected


ENOUGH = {
    "two quotas": ("{vus: 2, iterations: 3}", "{vus: 2, iterations: 3}", "", 6),
    "unequal quotas": ("{vus: 1, iterations_per_vu: 5}", "{vus: 2, iterations: 2}", "", 7),
    "a quota and arrivals": ("{vus: 3, iterations: 3}", "{rate: 3/s, duration: 1s}", "", 6),
    "vu_setup": ("{vus: 5, iterations: 7}", "{vus: 1, iterations: 1}", "vu_setup: [{log: '${row}'}], ", 14),
}


@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("loads", ENOUGH)
def test_rows_that_suffice_for_the_plan_suffice_for_each_shard(loads: str, shards: int) -> None:
    one, other, setup, count = ENOUGH[loads]
    data = f"data:\n  row: {{rows: {list(range(count))}, pick: unique, at_end: error}}\nscenarios:\n"
    rest = f"{setup}steps: [{{log: '${{row}}'}}]"
    lab = Lab(f"{HEAD}{data}  a: {{load: {one}, {rest}}}\n  b: {{load: {other}, {rest}}}\n", processes=shards)
    result = lab.run()
    assert (result.stopped, sorted(map(int, lab.logs))) == ("", list(range(count)))


def test_rows_are_taken_in_their_order() -> None:
    lab = Lab(plan("sequential", "recycle", 3, "{vus: 1, iterations: 5}"))
    lab.run()
    assert lab.logs == ["0", "1", "2", "0", "1"]


def test_a_row_is_the_same_for_the_whole_iteration() -> None:
    text = plan("random", "recycle", 1000, "{vus: 3, iterations: 9}") + "  - log: ${row}\n"
    lab = Lab(text)
    lab.run()
    assert len(lab.logs) == 18
    assert all(lab.logs.count(row) % 2 == 0 for row in set(lab.logs))


def test_a_row_per_vu_is_always_the_same() -> None:
    lab = Lab(plan("per_vu", "recycle", 2, "{vus: 3, iterations_per_vu: 2}"))
    lab.run()
    assert sorted(lab.logs) == ["0", "0", "0", "0", "1", "1"]


def test_the_end_of_the_data_may_be_the_end_of_the_scenario() -> None:
    result = Lab(plan("sequential", "stop", 3, "{vus: 1, duration: 60s}")).run()
    assert (result.exit_code, result.stopped) == (0, "")
    assert result.value("iterations", "count") == 3
    assert result.duration < 1


def test_the_end_of_one_scenario_is_not_that_of_others() -> None:
    text = """
data:
  row: {rows: [1, 2], at_end: stop}
scenarios:
  short:
    load: {vus: 1, duration: 5s}
    steps:
      - get: /${row}
  long:
    load: {vus: 1, duration: 5s}
    steps:
      - get: /long
"""
    result = Lab(HEAD + text).run()
    assert {r.name: r.count for r in result.requests} == {"GET /${row}": 2, "GET /long": 40}


def test_arrivals_end_with_the_data_too() -> None:
    result = Lab(plan("unique", "stop", 3, "{rate: 10/s, duration: 60s, max_vus: 5}")).run()
    assert result.value("iterations", "count") == 3
    assert result.value("dropped_iterations", "count") == 0
    assert result.duration < 2


def test_the_end_of_the_data_may_be_an_error() -> None:
    result = Lab(plan("sequential", "error", 3, "{vus: 1, duration: 60s}")).run()
    assert (result.exit_code, result.stopped) == (108, "plan")
    assert result.reason == "data set 'row' has no more rows: all 3 have been taken (plan.yml:4)"


def test_rows_that_end_in_parallel_requests_end_the_scenario() -> None:
    text = "data:\n  row: {rows: [1], at_end: stop}\nload: {vus: 1, duration: 5s}\nsteps:\n"
    steps = "  - parallel:\n      - get: /${row}\n      - get: /b\n"
    assert Lab(HEAD + text + steps).run().value("iterations", "count") == 1


def test_rows_that_end_in_vu_setup_end_the_scenario() -> None:
    text = "data:\n  row: {rows: [1], at_end: stop}\nload: {vus: 2, duration: 5s}\n"
    result = Lab(HEAD + text + "vu_setup:\n  - get: /${row}\nsteps:\n  - get: /b\n").run()
    assert result.duration < 1
    assert result.errors == ()


@pytest.mark.parametrize(
    ("pick", "load", "needs"),
    [
        ("sequential", "{vus: 2, iterations: 4}", "4, one for each iteration"),
        ("unique", "{vus: 2, iterations_per_vu: 2}", "4, one for each iteration"),
        ("unique", "{rate: 2/s, duration: 2s}", "4, one for each iteration"),
        ("per_vu", "{vus: 4, duration: 1s}", "4, one for each VU"),
    ],
)
def test_too_few_rows_are_said_before_the_run(pick: str, load: str, needs: str) -> None:
    problems = Problems()
    checked_plan(plan(pick, "error", 3, load), problems)
    (problem,) = problems
    assert problem.message == f"'row' has 3 rows and the plan needs {needs}"


@pytest.mark.parametrize("step", ["setup", "teardown"])
def test_rows_that_end_in_setup_or_teardown_are_said(step: str) -> None:
    text = f"data:\n  row: {{rows: [1], at_end: stop}}\n{step}:\n  - log: ${{row}}\nsteps:\n  - get: /a\n"
    assert Lab(HEAD + text).run().exit_code == 0


@pytest.mark.parametrize(
    "steps",
    [
        "  - if: ${vu.id > 1}\n    steps:\n      - log: ${row}\n",
        "  - log: ${row}\n    if: ${vu.id > 1}\n",
        "  - repeat: 2\n    steps:\n      - log: ${row}\n",
        "  - choose:\n      - steps:\n          - log: ${row}\n",
        "  - get: /a\n    checks: [{status: 500}]\n    on_fail:\n      - log: ${row}\n",
        "  - get: /a\nvu_setup:\n  - log: ${row}\n",
    ],
)
def test_rows_that_may_not_be_needed_are_not_missed(steps: str) -> None:
    text = "data:\n  row: {rows: [1, 2], at_end: error}\nload: {vus: 2, iterations: 10}\nsteps:\n"
    problems = Problems()
    checked_plan(HEAD + text + steps, problems)
    assert list(problems) == []


def test_what_is_said_instead_of_too_few_rows_is_allowed() -> None:
    problems = Problems()
    checked_plan(plan("unique", "error", 3, "{vus: 2, iterations: 4}"), problems)
    assert [problem.hint for problem in problems] == ["add rows, run fewer iterations, or say `at_end: stop`"]


def test_rows_per_vu_are_counted_over_the_scenarios_that_use_them() -> None:
    text = """
data:
  row: {rows: [1, 2], pick: per_vu, at_end: error}
scenarios:
  big:
    load: {vus: 10, iterations: 10}
    steps:
      - get: /a
  small:
    load: {vus: 2, iterations_per_vu: 1}
    steps:
      - log: ${row}
"""
    lab = Lab(HEAD + text)
    assert lab.run().exit_code == 0
    assert sorted(lab.logs) == ["1", "2"]


def test_a_scenario_that_ends_for_want_of_rows_says_so_once() -> None:
    data = "data:\n  row: {rows: [1], at_end: stop}\n"
    lab = Lab(HEAD + data + "load: {vus: 3, duration: 9s}\nsteps:\n  - get: /${row}\n")
    lab.run()
    ended = "scenario default ends: data set 'row' has no more rows: all 1 have been taken (plan.yml:4)"
    assert lab.logs == [ended]


def test_an_iteration_that_had_sent_something_before_its_row_was_missing_is_counted() -> None:
    data = "data:\n  row: {rows: [1], at_end: stop}\n"
    steps = "load: {vus: 1, duration: 9s}\nsteps:\n  - get: /a\n  - get: /${row}\n"
    result = Lab(HEAD + data + steps).run()
    assert result.value("iterations", "count") == 1
    assert result.value("interrupted_iterations", "count") == 1
