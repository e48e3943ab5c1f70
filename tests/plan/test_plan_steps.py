import pytest
from reading import at, plan_of, sent, value, wrong

from planrunner.plan.model import (
    Branch,
    Choose,
    Flow,
    ForEach,
    Group,
    If,
    Parallel,
    Repeat,
    Request,
    Send,
    Setting,
    Step,
    Stop,
    Think,
    Timeout,
    While,
)

KNOWN = "name: x\nendpoints: {login: {post: /login}}\nflows: {buy: [{log: y}]}\nmetrics: {m: {type: trend}}\n"


def steps_of(text: str) -> tuple[Step, ...]:
    return plan_of(f"{KNOWN}steps: [{text}]\n").scenarios["default"].steps


def complaints_of(text: str) -> list[str]:
    """Return what is said of one step, without its line."""
    return [complaint.split(":", 1)[1] for complaint in wrong(f"{KNOWN}steps: [{text}]\n")[1]]


def test_an_endpoint_can_be_changed_for_a_step() -> None:
    (step,) = steps_of("{request: login, timeout: 5s, name: again}")
    changed = Request(at(5, 9), timeout=Timeout(at(5, 26, 7), Setting("5s", at(5, 35, 2), "5s")))
    assert step == Step(at(5, 10, 7), Send(changed, "login"), "again")


def test_steps_after_a_failure_can_have_such_steps_too() -> None:
    (step,) = steps_of("{get: /, on_fail: [{get: /status, on_fail: [{log: down}]}]}")
    (inner,) = step.on_fail
    assert inner.on_fail == (Step(at(5, 54, 3), log=Setting("down", at(5, 59, 4), "down")),)


def test_a_pause_may_have_a_mean_and_a_spread() -> None:
    (step,) = steps_of("{think: {mean: 2s, spread: 500ms}}")
    mean, spread = Setting("2s", at(5, 24, 2), "2s"), Setting("500ms", at(5, 36, 5), "500ms")
    assert step == Step(at(5, 10, 5), Think(mean=mean, spread=spread))


def test_a_line_to_show_may_be_a_number() -> None:
    (step,) = steps_of("{log: 1.10}")
    assert (step.does, step.log and step.log.text) == (None, "1.10")


def test_a_step_takes_a_flow() -> None:
    (step,) = steps_of("{flow: buy}")
    assert step == Step(at(5, 10, 4), Flow("buy", at(5, 16, 3)))


def test_a_group_holds_steps() -> None:
    (step,) = steps_of("{group: checkout, steps: [{log: a}, {log: b}]}")
    assert isinstance(step.does, Group)
    assert (step.does.name, len(step.does.steps)) == ("checkout", 2)


def test_a_condition_with_steps_is_an_action() -> None:
    (step,) = steps_of("{if: '${status == 200}', steps: [{log: a}], else: [{log: b}, {log: c}]}")
    assert isinstance(step.does, If)
    found = value(step.does.condition), len(step.does.steps), len(step.does.otherwise), step.condition
    assert found == ("${status == 200}", 1, 2, None)


@pytest.mark.parametrize("action", ["get: /", "log: y", "group: g, steps: [{log: y}]", "set: {a: 1}"])
def test_a_condition_beside_an_action_is_the_condition_of_the_step(action: str) -> None:
    (step,) = steps_of(f"{{if: '${{ok}}', {action}}}")
    assert (value(step.condition), isinstance(step.does, If)) == ("${ok}", False)


def test_steps_are_repeated_a_number_of_times() -> None:
    (step,) = steps_of("{repeat: 3, steps: [{log: a}]}")
    assert isinstance(step.does, Repeat)
    assert (value(step.does.times), len(step.does.steps)) == (3, 1)


def test_a_loop_knows_each_item_by_a_name() -> None:
    (step,) = steps_of("{for_each: '${ids}', as: id, steps: [{get: '/${id}'}]}")
    assert isinstance(step.does, ForEach)
    found = value(step.does.items), step.does.name, step.does.name_place, len(step.does.steps)
    assert found == ("${ids}", "id", at(5, 34, 2), 1)


def test_a_loop_can_have_its_list_in_the_plan() -> None:
    (step,) = steps_of("{for_each: [a, b], as: letter, steps: [{log: y}]}")
    assert isinstance(step.does, ForEach)
    assert isinstance(step.does.items, tuple)
    assert [value(item) for item in step.does.items] == ["a", "b"]


@pytest.mark.parametrize(("action", "until"), [("while", False), ("until", True)])
def test_steps_are_taken_while_or_until_a_condition_holds(action: str, until: bool) -> None:
    (step,) = steps_of(f"{{{action}: '${{ok}}', max: 20, every: 1s, steps: [{{log: y}}]}}")
    loop = step.does
    assert isinstance(loop, While)
    found = value(loop.condition), loop.until, value(loop.max), value(loop.every), len(loop.steps)
    assert found == ("${ok}", until, 20, "1s", 1)


def test_requests_can_be_sent_at_the_same_time() -> None:
    (step,) = steps_of("{parallel: [{get: /a}, {request: login}]}")
    assert isinstance(step.does, Parallel)
    assert [isinstance(inner.does, Send) for inner in step.does.steps] == [True, True]


def test_one_of_several_branches_is_drawn() -> None:
    (step,) = steps_of("{choose: [{weight: 3, steps: [{log: a}]}, {steps: [{log: b}]}]}")
    assert isinstance(step.does, Choose)
    first, second = step.does.branches
    assert isinstance(first, Branch)
    assert (value(first.weight), second.weight, len(second.steps)) == (3, None, 1)


@pytest.mark.parametrize("what", ["iteration", "vu", "test"])
def test_a_step_can_end_the_iteration_the_vu_or_the_test(what: str) -> None:
    (step,) = steps_of(f"{{stop: {what}}}")
    assert step == Step(at(5, 10, 4), Stop(what))  # type: ignore[arg-type]


def test_any_step_can_ask_and_keep_things() -> None:
    (step,) = steps_of(
        "{think: 1s, name: n, tags: {t: a}, save: {s: '${json.a}'}, set: {v: [1]}, record: {m: 5}, "
        "log: l, checks: [{status: 200}], on_fail: [{stop: vu}]}"
    )
    kept = [save.name for save in step.saves], list(step.sets), [record.metric for record in step.records]
    asked = [check.name for check in step.checks], len(step.on_fail), list(step.tags), step.name
    assert (kept, asked) == ((["s"], ["v"], ["m"]), (["status is 200"], 1, ["t"], "n"))


def test_what_a_request_is_asked_is_in_the_request() -> None:
    (step,) = steps_of(
        "{get: /, checks: [{status: 200}], save: {s: '${status}'}, record: {m: 5}, tags: {t: a}}"
    )
    request = sent(step)
    assert (step.checks, step.saves, step.records) == ((), (), ())
    found = len(request.checks or ()), len(request.saves or ()), len(request.records or ()), request.tags
    assert found == (1, 1, 1, step.tags)


@pytest.mark.parametrize(("key", "text"), [("set", "{a: 1}"), ("record", "{m: 1}"), ("log", "y")])
def test_what_stands_beside_actions_can_stand_alone(key: str, text: str) -> None:
    (step,) = steps_of(f"{{{key}: {text}}}")
    assert (step.does, step.place) == (None, at(5, 10, len(key)))


def test_a_step_with_two_actions_does_the_first() -> None:
    plan, _ = wrong("name: x\nsteps: [{get: /, think: 1s}]\n")
    assert plan is not None
    (step,) = plan.scenarios["default"].steps
    assert value(sent(step).url) == "/"


def test_a_lost_action_is_not_a_missing_one() -> None:
    plan, complaints = wrong("name: x\nsteps: [{think: 5}, {gte: /}, {get: /}]\n")
    assert plan is not None
    assert len(plan.scenarios["default"].steps) == 1
    assert complaints == ["2:17 expected a think time, found the number 5", "2:22 unknown key 'gte'"]


@pytest.mark.parametrize("step", ["{repeat: often, steps: [{log: 5, thnk: 1s}]}", "{get: 5, save: {a: x}}"])
def test_what_stands_within_a_wrong_step_is_looked_at_too(step: str) -> None:
    assert len(complaints_of(step)) == 2


def test_steps_of_a_wrong_step_are_kept() -> None:
    plan, _ = wrong("name: x\nsteps: [{while: '${a}', steps: [{log: y}]}]\n")
    assert plan is not None
    (step,) = plan.scenarios["default"].steps
    assert isinstance(step.does, Group)
    assert len(step.does.steps) == 1


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ("{name: a}", "9 this step does nothing"),
        ("{checks: [{status: 200}]}", "9 this step does nothing"),
        ("{steps: [{log: y}]}", "9 this step does nothing"),
        ("{if: '${a}'}", "9 this `if` has no steps"),
        ("{if: '${a}', else: [{log: y}]}", "10 'if' needs 'steps'"),
        ("{group: g}", "10 'group' needs 'steps'"),
        ("{while: '${a}', steps: [{log: y}]}", "10 'while' needs 'max'"),
        ("{until: '${a}', steps: [{log: y}]}", "10 'until' needs 'max'"),
        ("{for_each: [1], steps: [{log: y}]}", "10 'for_each' needs 'as'"),
        ("{get: /, steps: [{log: y}]}", "18 'steps' does not go with 'get'"),
        ("{log: y, timeout: 5s}", "18 'timeout' does not go with 'log'"),
        ("{repeat: 2, max: 3, steps: [{log: y}]}", "21 'max' does not go with 'repeat'"),
        ("{get: /, post: /}", "18 this step has get and post; it can have only one of them"),
        ("{parallel: [{think: 1s}]}", "22 only requests can be sent in parallel"),
        ("{flow: by}", "16 unknown flow 'by'"),
        ("{record: {n: 1}}", "19 unknown metric 'n'"),
        ("{tags: {status: a}, log: y}", "17 the tag 'status' is set by the run itself"),
        ("{if: '${a}', stpes: [{log: y}]}", "22 unknown key 'stpes'"),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused(step: str, complaint: str) -> None:
    assert complaints_of(step) == [complaint]


def test_a_misspelt_key_is_not_missing_too() -> None:
    assert complaints_of("{group: g, step: [{log: y}]}") == ["20 unknown key 'step'"]
