"""Preflight, setup and teardown, carried out in virtual time: their order, their values, their ends."""

import asyncio

import pytest
from fakes import FakeSession, in_virtual_time
from running import Lab, checked_plan

from planrunner.engine.fleet.fleet import Inline
from planrunner.engine.program.build import Given
from planrunner.engine.run import Run
from planrunner.engine.start import lifecycle
from planrunner.errors import SetupError

HEAD = "name: lab\ntarget: http://h\n"
STEPS = "load: {vus: 2, duration: 1s}\nsteps:\n  - get: /a\n"


def test_setup_comes_first_and_teardown_last() -> None:
    once = "setup:\n  - log: set up\nteardown:\n  - log: torn down\nsteps:\n  - log: step\n"
    lab = Lab(HEAD + once)
    lab.run()
    assert lab.logs == ["set up", "step", "torn down"]


def test_every_vu_gets_a_copy_of_what_setup_made() -> None:
    plan = """
setup:
  - get: /login
    save: {id: {json: $.id}}
load: {vus: 2, iterations_per_vu: 2}
steps:
  - log: ${vu.id} ${id}
  - set: {id: "${id + vu.id}"}
teardown:
  - log: teardown ${id}
"""
    lab = Lab(HEAD + plan)
    lab.run()
    assert sorted(lab.logs) == ["1 7", "1 8", "2 7", "2 9", "teardown 7"]


def test_requests_of_setup_and_teardown_count_in_groups_of_their_own() -> None:
    plan = """
setup:
  - get: /in
teardown:
  - get: /out
thresholds:
  http_reqs{group:::setup}: count == 1
  http_reqs{group:::teardown}: count == 1
"""
    result = Lab(HEAD + plan + STEPS).run()
    assert result.verdict == "passed"
    assert {r.name: r.count for r in result.requests} == {"GET /a": 16, "GET /in": 1, "GET /out": 1}


def test_the_time_of_setup_is_no_time_of_the_load() -> None:
    result = Lab(HEAD + "setup:\n  - think: 30s\n" + STEPS).run()
    assert result.duration == pytest.approx(1, abs=0.2)


def test_a_failed_check_in_setup_ends_the_run_before_any_load() -> None:
    lab = Lab(HEAD + "setup:\n  - get: /in\n    checks: [{status: 201}]\nteardown:\n  - log: never\n" + STEPS)
    result = lab.run()
    assert (result.exit_code, result.stopped, result.verdict) == (107, "setup", "failed")
    assert result.reason == "setup failed: check 'status is 201' failed"
    assert [r.name for r in result.requests] == ["GET /in"]
    assert lab.logs == []


def test_a_value_that_setup_cannot_compute_ends_the_run() -> None:
    result = Lab(HEAD + 'setup:\n  - set: {n: "${json.n}"}\n' + STEPS).run()
    assert (result.exit_code, result.reason) == (107, "setup failed: a value could not be computed")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [((0, 0.1), "setup failed: connection refused"), ((500, 0.1), "setup failed: status 500")],
)
def test_setup_that_ends_without_a_check_says_what_was_seen(answer: tuple[int, float], reason: str) -> None:
    plan = 'setup:\n  - get: /in\n  - set: {n: "${json.n + status}"}\n'
    assert Lab(HEAD + plan + STEPS, answer=lambda _: answer).run().reason == reason


def test_setup_has_sixty_seconds() -> None:
    result = Lab(HEAD + "setup:\n  - think: 61s\n" + STEPS).run()
    assert (result.exit_code, result.stopped) == (100, "setup timeout")
    assert result.reason == "setup took longer than 60 s"


def test_setup_has_the_time_that_the_plan_gives_it() -> None:
    plan = "setup_timeout: 2s\nsetup:\n  - think: 3s\n"
    assert Lab(HEAD + plan + STEPS).run().reason == "setup took longer than 2 s"


def test_teardown_that_takes_too_long_exits_101_and_the_rest_stays() -> None:
    result = Lab(HEAD + "teardown_timeout: 2s\nteardown:\n  - think: 3s\n" + STEPS).run()
    assert (result.exit_code, result.stopped) == (101, "")
    assert result.reason == "teardown took longer than 2 s"
    assert result.value("iterations", "count") == 16


def test_a_threshold_that_failed_weighs_more_than_a_late_teardown() -> None:
    plan = "teardown_timeout: 2s\nteardown:\n  - think: 3s\nthresholds: {http_reqs: count > 99}\n"
    assert Lab(HEAD + plan + STEPS).run().exit_code == 99


def test_a_failed_check_in_teardown_is_counted_and_no_more() -> None:
    result = Lab(HEAD + "teardown:\n  - get: /out\n    checks: [{status: 201}]\n" + STEPS).run()
    assert (result.exit_code, [(c.name, c.fails) for c in result.checks]) == (0, [("status is 201", 1)])


def test_teardown_runs_after_an_interruption() -> None:
    lab = Lab(HEAD + "teardown:\n  - log: torn down\n" + STEPS, stop_at=0.3)
    assert lab.run().exit_code == 105
    assert lab.logs == ["torn down"]


def test_an_interruption_ends_setup_at_once() -> None:
    lab = Lab(HEAD + "setup:\n  - think: 50s\nteardown:\n  - log: never\n" + STEPS, stop_at=3)
    result = lab.run()
    assert (result.exit_code, result.requests, lab.logs) == (105, (), [])


def test_setup_may_stop_the_test() -> None:
    result = Lab(HEAD + "setup:\n  - stop: test\n" + STEPS).run()
    assert (result.exit_code, result.requests) == (108, ())


def test_an_iteration_that_setup_ends_is_its_end() -> None:
    lab = Lab(HEAD + "setup:\n  - stop: iteration\n  - log: never\n" + STEPS)
    assert lab.run().exit_code == 0
    assert lab.logs == []


def test_what_is_left_out_is_not_run() -> None:
    lab = Lab(HEAD + "setup:\n  - log: in\nteardown:\n  - log: out\n" + STEPS, skip=("setup", "teardown"))
    lab.run()
    assert lab.logs == []


def test_the_run_waits_for_the_preflight() -> None:
    plan = "preflight:\n  - get: /ready\n    within: 10s\n"
    lab = Lab(HEAD + plan + STEPS, answer=lambda n: (503 if n < 3 else 200, 0.25))
    result = lab.run()
    assert lab.logs == ["waiting for the target to be ready"]
    assert lab.sent[:5] == [0.0, 1.25, 2.5, 3.75, 4.0]
    assert [(r.name, r.failed) for r in result.requests] == [("GET /a", 6)]  # the preflight is none of it


def test_a_target_that_is_not_ready_in_time_exits_106() -> None:
    plan = "preflight:\n  - get: /ready\n    within: 3s\n"
    result = Lab(HEAD + plan + STEPS, answer=lambda _: (503, 0.25)).run()
    assert (result.exit_code, result.stopped, result.requests) == (106, "preflight", ())
    assert result.reason == "GET /ready is not ready after 3 s: status 503"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("checks: [{json: $.ready}]", "check 'json $.ready exists' failed"),
        ("expected_status: [201]", "status 200"),
    ],
)
def test_a_preflight_wants_what_its_request_wants(keys: str, reason: str) -> None:
    result = Lab(HEAD + f"preflight:\n  - get: /ready\n    within: 2s\n    {keys}\n" + STEPS).run()
    assert result.reason == f"GET /ready is not ready after 2 s: {reason}"


def test_cookies_of_vu_setup_are_kept_and_each_iteration_begins_anew() -> None:
    lab = Lab(HEAD + "vu_setup:\n  - get: /in\nload: {vus: 1, iterations: 2}\nsteps:\n  - get: /a\n")
    lab.run()
    (session,) = [session for session in lab.sessions if session.kept]
    assert (session.kept, session.began) == (1, 3)


def test_a_preflight_waits_no_longer_than_it_may_for_an_answer() -> None:
    lab = Lab(HEAD + "preflight:\n  - get: /hang\n    within: 2s\n" + STEPS, answer=lambda _: (200, 50.0))
    assert lab.run().reason == "GET /hang is not ready after 2 s: it has not answered"


def test_all_tries_of_a_preflight_take_the_same_row() -> None:
    data = "data:\n  row: {rows: [1], at_end: stop}\npreflight:\n  - get: /${row}\n    within: 3s\n"
    result = Lab(HEAD + data + STEPS, answer=lambda _: (503, 0.25)).run()
    assert result.reason == "GET /${row} is not ready after 3 s: status 503"


def test_a_preflight_without_a_row_is_not_ready() -> None:
    data = "data:\n  row: {rows: [1], at_end: stop}\npreflight:\n  - get: /${row}\n  - get: /${row}\n"
    result = Lab(HEAD + data + STEPS).run()
    assert (result.exit_code, result.stopped) == (106, "preflight")
    assert result.reason.startswith("GET /${row}: data set 'row' has no more rows")


def test_an_interruption_in_the_moment_when_setup_ends_is_not_lost() -> None:
    plan = HEAD + "setup:\n  - think: 1s\nload: {vus: 1, duration: 5s}\nsteps:\n  - get: /a\n"
    assert Lab(plan, stop_at=1.0).run().requests == ()


@pytest.mark.parametrize("what", ["vu", "test"])
def test_a_stop_in_vu_setup_is_no_failure(what: str) -> None:
    result = Lab(HEAD + f"vu_setup: [{{stop: {what}}}]\n" + STEPS).run()
    assert (result.errors, result.requests) == ((), ())
    assert result.duration < 1


def test_an_iteration_that_is_stopped_in_vu_setup_is_tried_again_after_a_pause() -> None:
    plan = HEAD + "vu_setup:\n  - get: /in\n  - stop: iteration\n"
    lab = Lab(plan + "load: {vus: 1, duration: 3s}\nsteps:\n  - get: /a\n")
    result = lab.run()
    assert (result.errors, lab.sent) == ((), [0.0, 1.125, 2.25])


def test_what_setup_made_is_torn_down_when_no_load_comes_about() -> None:
    checked = checked_plan(
        "name: n\ntarget: http://h\nsetup: [get: /make]\nteardown: [get: /unmake]\nsteps: [get: /a]\n"
    )
    sessions: list[FakeSession] = []

    def connect(_: int) -> FakeSession:
        sessions.append(FakeSession(lambda _: (200, 0.125)))
        return sessions[-1]

    def none(_: Given) -> Inline:
        raise SetupError("cannot start agent 1")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await Run(checked, none, lifecycle(checked, loop.time, connect)).carry_out()

    with pytest.raises(SetupError, match="cannot start"):
        in_virtual_time(main)
    assert len(sessions) == 2
