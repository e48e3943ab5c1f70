from reading import at, plan_of, value, wrong

from planrunner.plan.model import Log, Request, RequestStep, Setting, Step, Think


def steps_of(text: str) -> tuple[Step, ...]:
    return (
        plan_of(f"name: x\nendpoints: {{login: {{post: /login}}}}\nsteps: [{text}]\n")
        .scenarios["default"]
        .steps
    )


def test_an_endpoint_can_be_changed_for_a_step() -> None:
    (step,) = steps_of("{request: login, timeout: 5s, name: again}")
    assert step == RequestStep(
        Request(at(3, 9), timeout=Setting("5s", at(3, 35, 2), "5s")),
        at(3, 10, 7),
        "login",
        at(3, 19, 5),
        "again",
    )


def test_steps_after_a_failure_can_have_such_steps_too() -> None:
    (step,) = steps_of("{get: /, on_fail: [{get: /status, on_fail: [{log: down}]}]}")
    assert isinstance(step, RequestStep)
    (inner,) = step.on_fail
    assert isinstance(inner, RequestStep)
    assert inner.on_fail == (Log(Setting("down", at(3, 59, 4), "down"), at(3, 54, 3)),)


def test_a_pause_may_have_a_mean_and_a_spread() -> None:
    (step,) = steps_of("{think: {mean: 2s, spread: 500ms}}")
    assert step == Think(
        at(3, 10, 5),
        mean=Setting("2s", at(3, 24, 2), "2s"),
        spread=Setting("500ms", at(3, 36, 5), "500ms"),
    )


def test_a_line_to_show_may_be_a_number() -> None:
    (step,) = steps_of("{log: 1.10}")
    assert isinstance(step, Log)
    assert step.text.text == "1.10"


def test_a_step_with_two_actions_does_the_first() -> None:
    plan, _ = wrong("name: x\nsteps: [{get: /, think: 1s}]\n")
    assert plan is not None
    (step,) = plan.scenarios["default"].steps
    assert isinstance(step, RequestStep)
    assert value(step.request.url) == "/"


def test_a_lost_action_is_not_a_missing_one() -> None:
    plan, complaints = wrong("name: x\nsteps: [{think: 5}, {gte: /}, {get: /}]\n")
    assert plan is not None
    assert len(plan.scenarios["default"].steps) == 1
    assert complaints == ["2:17 expected a think time, found the number 5", "2:22 unknown key 'gte'"]
