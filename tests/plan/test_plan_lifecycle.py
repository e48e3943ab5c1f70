import pytest
from reading import plan_of, sent, value, wrong

from planrunner.plan.model import Send


def test_a_plan_has_steps_around_its_scenarios() -> None:
    plan = plan_of(
        "name: x\nsetup: [{log: a}]\nsetup_timeout: 5s\n"
        "teardown: [{log: b}, {log: c}]\nteardown_timeout: 6s\nsteps: [{get: /}]\n"
    )
    found = len(plan.setup), value(plan.setup_timeout), len(plan.teardown), value(plan.teardown_timeout)
    assert found == (1, "5s", 2, "6s")


def test_a_plan_may_wait_for_its_target() -> None:
    plan = plan_of(
        "name: x\nendpoints: {ready: {get: /ready}}\nsteps: [{get: /}]\n"
        "preflight: [{get: /a, within: 5s, headers: {B: c}}, {request: ready}]\n"
    )
    first, second = plan.preflight
    assert (value(first.within), second.within, list(sent(first.step).headers)) == ("5s", None, ["B"])
    assert isinstance(second.step.does, Send)
    assert second.step.does.endpoint == "ready"


@pytest.mark.parametrize("request_", ["{get: 5}", "{gte: /}"])
def test_a_wrong_request_is_said_once(request_: str) -> None:
    _, complaints = wrong(f"name: x\npreflight: [{request_}]\nsteps: [{{get: /}}]\n")
    assert len(complaints) == 1


def test_tags_mark_samples() -> None:
    plan = plan_of("name: x\ntags: {team: kitchen}\nscenarios: {a: {tags: {b: 1.10}, steps: [{get: /}]}}\n")
    tags = [plan.tags["team"], plan.scenarios["a"].tags["b"]]
    assert [tag.text for tag in tags if tag] == ["kitchen", "1.10"]


def test_tags_of_the_short_form_are_those_of_the_plan() -> None:
    plan = plan_of("name: x\ntags: {a: b}\nsteps: [{get: /}]\n")
    assert (list(plan.tags), plan.scenarios["default"].tags) == (["a"], {})


@pytest.mark.parametrize(
    ("load", "warned"),
    [
        ("start_vus: 9, stages: [{duration: 1s, target: 5}, {duration: 1s, target: 7}]", True),
        ("start_vus: 9, stages: [{duration: 1s, target: 5}, {duration: 1s, target: 0}]", False),
        ("start_vus: 5, stages: [{duration: 1s, target: 5}, {duration: 1s, target: 7}]", False),
        ("stages: [{duration: 1s, target: 0}, {duration: 1s, target: 7}]", False),
        ("start_vus: '${a}', stages: [{duration: 1s, target: 5}, {duration: 1s, target: 7}]", False),
        ("start_vus: 9, stages: [{duration: 1s, target: '${a}'}, {duration: 1s, target: 7}]", False),
        ("start_vus: 9", False),
    ],
)
def test_a_ramp_that_falls_before_it_rises_is_warned_of(load: str, warned: bool) -> None:
    _, complaints = wrong(f"name: x\nload: {{{load}}}\nsteps: [{{get: /}}]\n")
    expected = "2:19 the load begins at 9 VUs and falls to 5 in its first stage"
    assert complaints == ([expected] if warned else [])
