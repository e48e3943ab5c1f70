"""Steps that hold steps, carried out in virtual time: what is taken, how often, and what it leaves behind."""

import pytest
from running import Lab

HEAD = "name: lab\ntarget: http://h\nsteps:\n"


def logs(steps: str, **settings: object) -> list[str]:
    lab = Lab(HEAD + steps, **settings)  # type: ignore[arg-type]
    lab.run()
    return lab.logs


def names(steps: str, **settings: object) -> list[tuple[str, int]]:
    result = Lab(HEAD + steps, **settings).run()  # type: ignore[arg-type]
    return [(request.name, request.count) for request in result.requests]


@pytest.mark.parametrize(("status", "said"), [(200, "yes"), (404, "no")])
def test_if_takes_one_way_or_the_other(status: int, said: str) -> None:
    steps = """
  - get: /a
  - if: ${status == 200}
    steps:
      - log: "yes"
    else:
      - log: "no"
"""
    assert logs(steps, answer=lambda _: (status, 0.1)) == [said]


def test_if_beside_an_action_makes_it_conditional() -> None:
    steps = "  - get: /a\n    if: ${1 > 2}\n  - get: /b\n    if: ${1 < 2}\n"
    assert names(steps) == [("GET /b", 1)]


def test_a_condition_that_cannot_be_computed_is_an_error_and_ends_the_iteration() -> None:
    steps = "  - get: /a\n  - if: ${json.id < 'x'}\n    steps:\n      - get: /b\n  - get: /c\n"
    result = Lab(HEAD + steps).run()
    assert [request.name for request in result.requests] == ["GET /a"]
    assert result.errors[0].message.startswith("cannot compare a number with text")
    assert result.value("aborted_iterations", "count") == 1


def test_repeat_counts_from_zero() -> None:
    assert logs("  - repeat: 3\n    steps:\n      - log: ${loop.index}\n") == ["0", "1", "2"]


def test_an_inner_loop_gives_the_index_back() -> None:
    steps = """
  - repeat: 2
    steps:
      - repeat: 2
        steps:
          - log: inner ${loop.index}
      - log: outer ${loop.index}
"""
    assert logs(steps) == ["inner 0", "inner 1", "outer 0", "inner 0", "inner 1", "outer 1"]


@pytest.mark.parametrize("times", ["${json.id / 2}", "${json}", "${0 - json.id}"])
def test_repeat_takes_whole_numbers_only(times: str) -> None:
    result = Lab(HEAD + f"  - get: /a\n  - repeat: {times}\n    steps:\n      - get: /b\n").run()
    assert result.errors[0].message.startswith("`repeat` takes a whole number from 0")
    assert [request.name for request in result.requests] == ["GET /a"]


def test_for_each_knows_its_item_by_name() -> None:
    steps = "  - for_each: [a, b]\n    as: letter\n    steps:\n      - log: ${loop.index} ${letter}\n"
    assert logs(steps) == ["0 a", "1 b"]


def test_for_each_goes_through_what_a_reply_brought() -> None:
    steps = "  - get: /a\n  - for_each: ${json}\n    as: item\n    steps:\n      - log: ${item.n}\n"
    assert logs(steps, answer=lambda _: (200, 0.1, b'[{"n": 1}, {"n": 2}]')) == ["1", "2"]


def test_for_each_of_what_is_no_list_is_an_error() -> None:
    steps = "  - get: /a\n  - for_each: ${json}\n    as: item\n    steps:\n      - log: ${item}\n"
    assert Lab(HEAD + steps).run().errors[0].message == '`for_each` takes a list, not {"id":7}'


def test_an_iteration_that_ends_in_a_loop_ends_as_a_whole() -> None:
    steps = """
  - for_each: [1, 2]
    as: number
    steps:
      - get: /a
        checks: [{status: 500, required: true}]
  - get: /b
"""
    assert names(steps) == [("GET /a", 1)]


def test_until_asks_after_the_steps() -> None:
    steps = """
  - until: ${json.done}
    max: 5
    every: 2s
    steps:
      - get: /job
"""
    lab = Lab(HEAD + steps, answer=lambda n: (200, 0.5, b'{"done": %s}' % (b"true" if n == 2 else b"false")))
    result = lab.run()
    assert lab.sent == [0.0, 2.5, 5.0]
    assert [(c.name, c.passes, c.fails) for c in result.checks] == [("until json.done within 5 times", 1, 0)]


def test_reaching_the_bound_is_a_failed_check_and_the_iteration_goes_on() -> None:
    steps = "  - until: ${json.done}\n    max: 2\n    steps:\n      - get: /job\n  - get: /b\n"
    result = Lab(HEAD + steps).run()
    (check,) = result.checks
    assert (check.passes, check.fails, check.samples[0].complaint) == (0, 1, "still not so after 2 times")
    assert [(r.name, r.count) for r in result.requests] == [("GET /job", 2), ("GET /b", 1)]


def test_while_asks_before_the_steps() -> None:
    steps = """
  - set:
      left: 2
  - while: ${left > 0}
    max: 5
    steps:
      - set:
          left: ${left - 1}
      - log: ${left}
"""
    lab = Lab(HEAD + steps)
    assert [(c.passes, c.fails) for c in lab.run().checks] == [(1, 0)]
    assert lab.logs == ["1", "0"]


def test_a_while_that_goes_on_is_stopped_at_its_bound() -> None:
    steps = "  - while: ${true}\n    max: 3\n    steps:\n      - log: again\n"
    lab = Lab(HEAD + steps)
    assert [c.samples[0].complaint for c in lab.run().checks] == ["still so after 3 times"]
    assert lab.logs == ["again"] * 3


def test_a_loop_condition_that_is_wrong_is_an_error() -> None:
    steps = (
        "  - get: /a\n  - while: ${json.id < 'x'}\n    max: 3\n    steps:\n      - log: again\n  - get: /b\n"
    )
    result = Lab(HEAD + steps).run()
    assert result.errors[0].message.startswith("cannot compare")
    assert [r.name for r in result.requests] == ["GET /a"]


def test_an_iteration_that_ends_within_a_while_ends_as_a_whole() -> None:
    steps = "  - while: ${true}\n    max: 3\n    steps:\n      - stop: iteration\n  - get: /b\n"
    assert names(steps) == []


def test_a_long_loop_lets_others_run() -> None:
    plan = """
name: lab
target: http://h
scenarios:
  busy:
    steps:
      - repeat: 250
        steps:
          - set:
              n: ${loop.index}
  other:
    steps:
      - get: /a
"""
    assert [r.count for r in Lab(plan).run().requests] == [1]


def test_choose_takes_branches_by_their_weight() -> None:
    steps = """
  - choose:
      - weight: 3
        steps:
          - get: /often
      - steps:
          - get: /seldom
load: {iterations: 400}
"""
    counts = dict(names(steps))
    assert sum(counts.values()) == 400
    assert counts["GET /often"] == 309  # of the seed; 300 are expected


def test_a_flow_is_taken_wherever_it_stands() -> None:
    plan = """
flows:
  greet:
    - log: hello ${name}
load: {iterations: 1}
"""
    steps = "  - set: {name: a}\n  - flow: greet\n  - set: {name: b}\n  - flow: greet\n"
    assert logs(steps + plan) == ["hello a", "hello b"]


@pytest.mark.parametrize(("what", "iterations"), [("iteration", 6), ("vu", 2), ("test", 2)])
def test_stop_ends_the_iteration_the_vu_or_the_test(what: str, iterations: int) -> None:
    steps = f"  - get: /a\n  - stop: {what}\n  - get: /b\nload: {{vus: 2, iterations_per_vu: 3}}\n"
    result = Lab(HEAD + steps).run()
    assert [(r.name, r.count) for r in result.requests] == [("GET /a", iterations)]
    assert result.value("iterations", "count") == iterations
    assert result.value("aborted_iterations", "count") == 0


def test_a_plan_that_stops_the_test_exits_108_and_says_where() -> None:
    result = Lab(HEAD + "  - get: /a\n  - stop: test\nload: {vus: 1, duration: 10s}\n").run()
    assert (result.exit_code, result.stopped) == (108, "plan")
    assert result.reason == "`stop: test` at plan.yml:5"
    assert result.duration < 1


def test_a_vu_that_stopped_serves_no_more_arrivals() -> None:
    steps = "  - get: /a\n  - stop: vu\nload: {rate: 10/s, duration: 1s, max_vus: 3}\n"
    result = Lab(HEAD + steps).run()
    assert result.value("iterations", "count") == 3
    assert result.value("dropped_iterations", "count") == 7


def test_a_vu_that_stopped_does_not_come_back_on_a_ramp() -> None:
    stages = "[{duration: 1s, target: 1}, {duration: 1s, target: 0}, {duration: 1s, target: 1}]"
    steps = f"  - get: /a\n  - stop: vu\nload:\n  start_vus: 1\n  stages: {stages}\n"
    assert names(steps) == [("GET /a", 1)]


def test_on_fail_of_a_group_is_for_all_checks_within() -> None:
    steps = """
  - group: shop
    steps:
      - get: /a
        checks: [{status: 500}]
      - get: /b
    on_fail:
      - log: ${failed}
"""
    assert logs(steps) == ['["status is 500"]']


def test_checks_and_saves_of_a_step_without_request_look_at_the_newest_reply() -> None:
    steps = """
  - get: /a
  - think: 1s
    save: {id: {json: $.id}}
    checks: [{status: 200}]
    log: ${id}
"""
    lab = Lab(HEAD + steps)
    checks = [(c.name, c.step, c.passes) for c in lab.run().checks]
    assert checks == [("id is saved", "think", 1), ("status is 200", "think", 1)]
    assert lab.logs == ["7"]


def test_a_check_before_any_reply_fails() -> None:
    result = Lab(HEAD + "  - log: hello\n    checks: [{status: 200}]\n").run()
    assert [c.samples[0].complaint for c in result.checks] == ["no reply"]


def test_a_set_that_cannot_be_computed_ends_the_iteration() -> None:
    result = Lab(HEAD + "  - get: /a\n    set:\n      n: ${json.id + 'x'}\n  - get: /b\n").run()
    assert [r.name for r in result.requests] == ["GET /a"]
    assert result.value("aborted_iterations", "count") == 1


def test_on_fail_of_a_while_knows_that_it_did_not_end() -> None:
    steps = """
  - while: ${true}
    max: 1
    steps:
      - log: again
    on_fail:
      - log: ${failed}
"""
    assert logs(steps) == ["again", '["while true within 1 times"]']


def test_on_fail_of_a_group_is_for_a_check_that_ended_the_iteration_too() -> None:
    steps = """
  - group: shop
    steps:
      - get: /a
        checks: [{status: 500, required: true}]
    on_fail:
      - log: ${failed}
  - log: never
"""
    assert logs(steps) == ['["status is 500"]']
