"""A plan that is shared among workers is the same load, and the same result, in virtual time."""

from dataclasses import replace

import pytest
from running import Lab

from planrunner.result import Result

HEAD = "name: Shared\ntarget: http://target\n"

LOADS = {
    "constant-vus": "{vus: 12, duration: 3s}",
    "ramping-vus": "{start_vus: 0, stages: [{duration: 2s, target: 12}, {duration: 1s, target: 5}]}",
    "shared-iterations": "{vus: 6, iterations: 36}",
    "per-vu-iterations": "{vus: 7, iterations_per_vu: 3}",
    "constant-arrival-rate": "{rate: 40/s, duration: 3s, max_vus: 12}",
    "ramping-arrival-rate": "{stages: [{duration: 2s, target: 40/s}, {duration: 1s, target: 5/s}]}",
}
CHECKED = """
scenarios:
  one:
    start_after: 40ms  # so that nothing happens in the moment when a second is over
    load: LOAD
    steps:
      - get: /
        checks: [{status: 200}, {name: wrong on purpose, status: 404}]
        save: {id: {json: $.id}}
      - record: {stock: "${id}"}
metrics: {stock: {type: gauge}}
thresholds: {http_req_failed: rate < 1%, http_req_duration: p(95) < 1s}
"""


def shared(plan: str, processes: int, stop_at: float | None = None) -> tuple[Result, Lab]:
    lab = Lab(HEAD + plan, processes=processes, stop_at=stop_at)
    return lab.run(), lab


def comparable(result: Result) -> Result:
    """Leave out the clock on the wall, and VUs: workers tell their highest numbers, which add up to more."""
    metrics = tuple(metric for metric in result.metrics if metric.name != "vus")
    timeline = replace(result.timeline, vus=())
    series = tuple(replace(one, gauges={}) for one in result.series)
    return replace(result, started="", metrics=metrics, timeline=timeline, series=series)


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_requests_are_sent_when_one_worker_alone_would_send_them(load: str, processes: int) -> None:
    plan = f"load: {load}\nsteps: [{{get: /}}]\n"
    _, alone = shared(plan, 1)
    _, together = shared(plan, processes)
    assert len(alone.sent) > 20
    assert sorted(together.sent) == sorted(alone.sent)


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_the_result_is_that_of_one_worker(load: str, processes: int) -> None:
    plan = CHECKED.replace("LOAD", load)
    alone, _ = shared(plan, 1)
    together, _ = shared(plan, processes)
    assert comparable(together) == comparable(alone)


@pytest.mark.parametrize("processes", [2, 3])
def test_the_vus_of_all_workers_are_the_vus_of_the_run(processes: int) -> None:
    load = "{start_after: 40ms, load: {vus: 12, duration: 3s}, steps: [{get: /}]}"
    result, _ = shared(f"scenarios: {{one: {load}}}\n", processes)
    assert [result.value("vus", which) for which in ("value", "min", "max")] == [12, 12, 12]
    assert [moment.vus for moment in result.timeline] == [12, 12, 12]


def test_a_worker_without_a_vu_delays_nobody() -> None:
    result, lab = shared("load: {vus: 1, iterations: 20}\nsteps: [{get: /}]\n", 3)
    assert len(lab.sent) == 20
    assert result.duration == 2.5
    assert result.value("vus", "max") == 1


@pytest.mark.parametrize("load", ["{vus: 3, iterations: 24}", "{rate: 12/s, duration: 2s, max_vus: 3}"])
def test_each_vu_has_as_much_to_do_whichever_worker_it_belongs_to(load: str) -> None:
    _, lab = shared(f"load: {load}\nsteps: [{{get: /}}, {{log: '${{vu.id}}'}}]\n", 2)
    assert sorted(lab.logs) == ["1"] * 8 + ["2"] * 8 + ["3"] * 8


def test_shared_iterations_take_each_row_once_though_workers_have_unequal_shares() -> None:
    rows = "data:\n  row: {rows: [0, 1, 2, 3, 4, 5, 6, 7], pick: unique, at_end: error}\n"
    result, lab = shared(f"{rows}load: {{vus: 3, iterations: 8}}\nsteps: [{{log: '${{row}}'}}]\n", 2)
    assert (result.stopped, sorted(map(int, lab.logs))) == ("", list(range(8)))


def test_a_plan_that_stops_the_test_in_one_worker_stops_all() -> None:
    plan = "load: {vus: 2, duration: 1h}\nsteps: [{get: /}, {if: '${vu.id == 2}', stop: test}, {think: 1s}]\n"
    result, _ = shared(plan, 2)
    assert (result.stopped, result.exit_code) == ("plan", 108)
    assert result.duration < 4


def test_a_graceful_stop_reaches_all_workers() -> None:
    result, lab = shared("load: {vus: 4, duration: 1h}\nsteps: [{get: /}, {think: 1s}]\n", 2, stop_at=2.5)
    assert (result.stopped, result.exit_code) == ("interrupted", 105)
    assert max(lab.sent) < 2.5
    assert len(lab.sent) == 12


def test_a_row_is_taken_once_whoever_takes_it() -> None:
    rows = "data:\n  row: {rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], pick: unique, at_end: stop}\n"
    _, lab = shared(
        f"{rows}load: {{vus: 3, duration: 1h}}\nsteps: [{{get: /}}, {{log: 'row ${{row}}'}}]\n", 2
    )
    taken = [line for line in lab.logs if line.startswith("row")]
    assert sorted(taken) == [f"row {number}" for number in range(10)]


def test_at_most_five_failures_of_a_check_are_kept() -> None:
    plan = "load: {vus: 6, iterations: 60}\nsteps: [{get: /, checks: [{status: 404}]}]\n"
    result, _ = shared(plan, 3)
    assert [len(check.samples) for check in result.checks] == [5]
    assert [check.fails for check in result.checks] == [60]


def test_what_goes_wrong_in_a_worker_is_raised() -> None:
    def broken(_: int) -> tuple[int, float]:
        raise LookupError("on purpose")

    lab = Lab(f"{HEAD}load: {{vus: 2, iterations: 2}}\nsteps: [{{get: /}}]\n", broken, processes=2)
    with pytest.raises(ExceptionGroup):
        lab.run()
