"""Steps, carried out in virtual time: what is sent, saved, checked, logged and counted."""

import pytest
from running import Lab

from planrunner.result import Check, Error

HEAD = "name: lab\ntarget: http://h\n"


def checks(lab: Lab) -> dict[str, tuple[int, int]]:
    return {check.name: (check.passes, check.fails) for check in lab.run().checks}


def test_checks_are_counted_at_their_step() -> None:
    lab = Lab(
        HEAD + "steps:\n  - get: /a\n    name: shop\n    checks: [{status: 200}, {json: {$.id: 8}}]\n",
    )
    first, second = lab.run().checks
    assert first == Check("status is 200", "default", "shop", 1, 0, (), "plan.yml", 6)
    assert (second.passes, second.fails, second.line) == (0, 1, 6)
    assert "expected 8" in second.samples[0].complaint
    assert second.samples[0].at == 0.125


def test_a_failed_check_keeps_what_was_sent_and_what_came_back() -> None:
    steps = "steps:\n  - post: /a\n    json: {n: 1, token: t}\n    checks: [{json: {$.id: 8}}]\n"
    (check,) = Lab(HEAD + steps).run().checks
    assert check.samples[0].request == 'POST h/a {"n":1,"token":***}'
    assert check.samples[0].reply == '200 (9 B, 125ms) {"id": 7}'


def test_a_check_that_asks_about_no_request_keeps_none() -> None:
    (check,) = Lab(HEAD + 'steps:\n  - log: x\n    checks: [{expr: "${1 > 2}"}]\n').run().checks
    assert (check.samples[0].request, check.samples[0].reply) == ("", "")


def test_a_required_check_that_fails_ends_the_iteration() -> None:
    steps = "steps:\n  - get: /a\n    checks: [{status: 201, required: true}]\n  - get: /b\n"
    result = Lab(HEAD + steps).run()
    assert [(r.name, r.count) for r in result.requests] == [("GET /a", 1)]
    assert result.value("iterations", "count") == 1
    assert result.value("aborted_iterations", "count") == 1


def test_what_is_saved_can_be_sent() -> None:
    steps = "steps:\n  - get: /a\n    save:\n      id: {json: $.id}\n  - get: /b/${id}\n"
    result = Lab(HEAD + steps).run()
    assert [r.name for r in result.requests] == ["GET /a", "GET /b/${id}"]
    assert [(c.name, c.passes, c.fails) for c in result.checks] == [("id is saved", 1, 0)]


def test_a_value_that_is_not_there_is_a_failed_check_and_ends_the_iteration() -> None:
    steps = "steps:\n  - get: /a\n    save:\n      token: {json: $.token}\n  - get: /b\n"
    result = Lab(HEAD + steps).run()
    assert [r.name for r in result.requests] == ["GET /a"]
    (check,) = result.checks
    complaint = "nothing found for json $.token (status 200, body '{\"id\": 7}')"
    assert (check.fails, check.samples[0].complaint) == (1, complaint)


def test_a_value_that_no_reply_could_bring_says_why_there_was_none() -> None:
    steps = "steps:\n  - get: /a\n    save:\n      token: {json: $.token}\n"
    (check,) = Lab(HEAD + steps, answer=lambda _: (0, 0.1)).run().checks
    assert check.samples[0].complaint == "nothing found for json $.token (connection refused)"


def test_a_default_stands_in_for_what_is_not_there() -> None:
    steps = (
        "steps:\n  - get: /a\n    save:\n      token: {json: $.token, default: none}\n  - get: /b/${token}\n"
    )
    result = Lab(HEAD + steps).run()
    assert ([r.name for r in result.requests], result.checks) == (["GET /a", "GET /b/${token}"], ())


def test_a_value_that_cannot_be_computed_sends_nothing_and_is_an_error() -> None:
    steps = "load: {iterations: 3}\nsteps:\n  - get: /a\n  - get: /b/${json.id / 0}\n"
    result = Lab(HEAD + steps).run()
    assert [(r.name, r.count) for r in result.requests] == [("GET /a", 3)]
    (error,) = result.errors
    assert (error.code, error.count, error.request) == (0, 3, "GET /b/${json.id / 0}")
    assert "plan.yml:6" in error.message
    assert result.value("errors", "count") == 3


def test_a_save_that_cannot_be_computed_is_an_error() -> None:
    steps = "steps:\n  - get: /a\n    save:\n      x: ${json.id / 0}\n  - get: /b\n"
    result = Lab(HEAD + steps).run()
    assert ([r.name for r in result.requests], result.errors[0].count) == (["GET /a"], 1)


def test_on_fail_runs_when_a_check_failed_and_knows_which() -> None:
    steps = """
load: {iterations: 2}
steps:
  - get: /a
    checks: [{status: 200}, {name: the right pizza, json: {$.id: 8}}]
    on_fail:
      - log: "${status} ${failed} ${body}"
"""
    lab = Lab(HEAD + steps, answer=lambda number: (200 + number, 0.1))
    lab.run()
    assert lab.logs == [
        '200 ["the right pizza"] {"id": 7}',
        '201 ["status is 200","the right pizza"] {"id": 7}',
    ]


def test_a_missing_value_is_among_the_failed_checks_by_its_name() -> None:
    steps = """
steps:
  - get: /a
    save:
      token: {json: $.token}
    on_fail:
      - log: ${failed}
"""
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.logs == ['["token is saved"]']


def test_on_fail_does_not_run_when_all_is_well() -> None:
    steps = (
        "steps:\n  - get: /a\n    checks: [{status: 200}]\n    on_fail:\n      - log: oh no\n  - log: fine\n"
    )
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.logs == ["fine"]


def test_failed_is_of_the_newest_reply() -> None:
    steps = """
load: {iterations: 2}
steps:
  - log: "${failed}"
  - get: /a
    checks: [{status: 201}]
  - log: "${failed}"
  - get: /b
  - log: "${failed}"
"""
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.logs == ["[]", '["status is 201"]', "[]"] * 2


def test_a_log_that_cannot_be_written_is_an_error() -> None:
    lab = Lab(HEAD + "steps:\n  - log: ${json.x}\n  - get: /a\n")
    result = lab.run()
    assert (lab.logs, result.requests, result.errors[0].request) == ([], (), "log")


def test_an_iteration_that_waits_for_nothing_lets_the_run_end() -> None:
    lab = Lab(HEAD + "load: {vus: 2, iterations: 5}\nsteps:\n  - log: hello ${vu.id}\n")
    assert lab.run().value("iterations", "count") == 5
    assert sorted(set(lab.logs)) == ["hello 1", "hello 2"]


def test_think_times_pass_between_requests() -> None:
    lab = Lab(HEAD + "steps:\n  - get: /a\n  - think: 2s\n  - get: /b\n")
    lab.run()
    assert lab.sent == pytest.approx([0, 2.125])


@pytest.mark.parametrize(("think", "least", "most"), [("1s-5s", 1, 5), ("{mean: 3s, spread: 500ms}", 0, 6)])
def test_random_think_times_stay_in_their_range_and_repeat(think: str, least: float, most: float) -> None:
    plan = HEAD + f"load: {{iterations: 30}}\nsteps:\n  - think: {think}\n  - get: /a\n"
    runs = [Lab(plan, answer=lambda _: (200, 0.0)) for _ in range(2)]
    for run in runs:
        run.run()
    first, second = (run.sent for run in runs)
    gaps = [b - a for a, b in zip([0.0, *first], first, strict=False)]
    assert first == second
    assert all(least <= gap <= most for gap in gaps)
    assert len(set(gaps)) > 25


SETUP = """
load: {vus: 2, iterations_per_vu: 2}
vu_setup:
  - post: /login
    save:
      token: {json: $.id}
steps:
  - get: /a/${token}
    save:
      token: ${token + 1}
  - log: ${vu.id} ${vu.iteration} ${token}
"""


def test_vu_setup_runs_once_per_vu_and_its_values_live_as_long() -> None:
    lab = Lab(HEAD + SETUP)
    result = lab.run()
    assert [(r.name, r.count) for r in result.requests] == [("GET /a/${token}", 4), ("POST /login", 2)]
    assert sorted(lab.logs) == ["1 0 8", "1 1 9", "2 0 8", "2 1 9"]
    assert result.value("iteration_duration", "max") == 0.125


def test_values_of_an_iteration_end_with_it() -> None:
    steps = """
load: {iterations: 2}
steps:
  - log: ${default(seen, 'new')} ${status}
  - get: /a
    save:
      seen: {json: $.id}
"""
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.logs == ["new 0", "new 0"]


def test_a_vu_setup_that_fails_is_tried_again() -> None:
    steps = """
load: {iterations: 3}
vu_setup:
  - get: /login
    checks: [{status: 200}]
steps:
  - get: /a
"""
    lab = Lab(HEAD + steps, answer=lambda number: (500 if number < 2 else 200, 0.125))
    result = lab.run()
    assert [(r.name, r.count, r.failed) for r in result.requests] == [("GET /login", 3, 2), ("GET /a", 1, 0)]
    assert result.value("iterations", "count") == 1
    assert lab.sent == [0.0, 1.125, 2.25, 2.375]  # a second between tries
    (skipped,) = [error for error in result.errors if error.request == "vu_setup"]
    assert (skipped.count, skipped.message) == (2, "vu_setup failed, so an iteration was skipped")


def test_failures_are_told_by_kind_with_a_way_out() -> None:
    lab = Lab(
        HEAD + "load: {iterations: 4}\nsteps:\n  - get: /a\n", answer=lambda n: ((0, 500, 200, 0)[n], 0.1)
    )
    result = lab.run()
    refused, internal = result.errors
    assert refused == Error(
        1212,
        "connection refused",
        "GET /a",
        0,
        2,
        "is the target running, and is its address right?",
        first=0.1,
    )
    assert internal.first == pytest.approx(0.2)
    assert internal.sample == "'{\"id\": 7}'"
    assert (internal.code, internal.status, internal.message) == (1500, 500, "HTTP status 500")
    assert (result.requests[0].failed, result.requests[0].replies) == (3, 2)
    assert result.value("http_req_failed", "rate") == 0.75


def test_retries_have_a_metric_of_their_own() -> None:
    lab = Lab(HEAD + "load: {iterations: 3}\nsteps:\n  - get: /a\n", answer=lambda n: (200 + n % 2, 0.1))
    result = lab.run()
    assert (result.value("http_reqs", "count"), result.value("http_retries", "count")) == (3, 1)


def test_no_retry_is_a_count_of_zero() -> None:
    plan = HEAD + "steps:\n  - get: /a\nthresholds:\n  http_retries: count == 0\n"
    assert Lab(plan).run().exit_code == 0


def test_an_unexpected_success_is_a_failure_too() -> None:
    result = Lab(HEAD + "http: {expected_status: [404]}\nsteps:\n  - get: /a\n").run()
    (error,) = result.errors
    assert (error.code, error.message, error.status) == (0, "unexpected HTTP status 200", 200)


def test_layers_of_a_request_are_laid_over_each_other() -> None:
    plan = """
name: layers
target: http://h
http:
  expected_status: [500]
endpoints:
  a:
    get: /a
    expected_status: [501]
    checks: [{status: 1xx}]
scenarios:
  s:
    http: {expected_status: [502]}
    steps:
      - request: a
        name: mine
        checks: [{status: 200}]
      - get: /b
"""
    result = Lab(plan, answer=lambda n: ((501, 502)[n], 0.1)).run()
    assert [(r.name, r.failed) for r in result.requests] == [("GET /b", 0), ("mine", 0)]
    assert [check.name for check in result.checks] == ["status is 200"]


def test_the_same_check_at_two_steps_of_one_name_is_one() -> None:
    steps = "steps:\n" + "  - get: /a\n    name: x\n    checks: [{status: 200}]\n" * 2
    assert checks(Lab(HEAD + steps)) == {"status is 200": (2, 0)}


def test_secrets_are_masked_in_all_that_is_kept() -> None:
    plan = """
name: secret
target: http://h
variables:
  password: {default: tops3cret, secret: true}
steps:
  - get: /a
    checks: [{body: {contains: "${password}"}}]
  - log: it is ${password}
"""
    lab = Lab(plan)
    result = lab.run()
    assert "tops3cret" not in repr(result)
    assert lab.logs == ["it is ***"]
    assert "***" in result.checks[0].samples[0].complaint


def test_a_flood_of_different_errors_is_counted_as_others() -> None:
    plan = HEAD + "load: {iterations: 150}\nsteps:\n  - get: /${int('x' + str(scenario.iteration))}\n"
    result = Lab(plan).run()
    assert len(result.errors) == 101
    assert sum(error.count for error in result.errors) == 150


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("headers: {Authorization: x}", "auth: {bearer: y}"),
        ("auth: {bearer: y}", "headers: {authorization: x}"),
    ],
)
def test_a_layer_that_says_who_asks_displaces_what_a_lower_one_says(below: str, above: str) -> None:
    plan = f"{HEAD}http:\n  {below}\nsteps:\n  - get: /a\n    {above}\n"
    assert Lab(plan).run().exit_code == 0


@pytest.mark.parametrize(
    ("load", "sent"),
    [
        ("{vus: 1, duration: 3s}", [0.0, 1.125, 2.25]),
        ("{vus: 1, iterations: 3}", [0.0, 1.125, 2.25]),
        ("{rate: 2/s, duration: 1500ms, max_vus: 5}", [0.0, 0.5, 1.0]),
    ],
)
def test_a_mistake_in_the_steps_does_not_become_a_flood(load: str, sent: list[float]) -> None:
    lab = Lab(f"{HEAD}load: {load}\nsteps:\n  - get: /a\n  - log: ${{json.nope}}\n  - think: 30s\n")
    assert lab.run().value("aborted_iterations", "count") == 3
    assert lab.sent == sent
