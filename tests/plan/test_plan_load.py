import pickle

import pytest
from reading import FILE, at, plan_of, wrong

from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.plan.model import (
    Check,
    Condition,
    Endpoint,
    JsonBody,
    Load,
    Plan,
    Request,
    Save,
    Scenario,
    Send,
    Setting,
    Stage,
    Step,
    TextBody,
    Think,
    Threshold,
    Timeout,
    Variable,
)

SHOP = """\
name: Shop
description: A test
variables:
  base_url: {env: BASE_URL, default: "http://localhost:3333"}
  password: {env: SHOP_PASSWORD, secret: true}
target: ${base_url}
http:
  headers: {X-Version: 1.10}
endpoints:
  login:
    post: /login
    json: {name: joe, roles: [admin]}
    checks:
      - status: [200, 2xx]
    save:
      token: {json: $.token}
scenarios:
  browse:
    start_after: 5s
    load:
      start_vus: 0
      stages:
        - {duration: 1m, target: 20}
    vu_setup:
      - request: login
    steps:
      - think: 1s-5s
thresholds:
  http_req_failed{endpoint:login}:
    - {threshold: rate < 1%, abort_on_fail: true, delay_abort_eval: 10s}
"""


def setting(value: str | float, line: int, column: int, width: int, raw: str = "") -> Setting:
    return Setting(value, at(line, column, width), raw or str(value))


LOGIN = Request(
    place=at(11, 5, 4),
    method="POST",
    url=setting("/login", 11, 11, 6),
    body=JsonBody({"name": setting("joe", 12, 18, 3), "roles": (setting("admin", 12, 31, 5),)}, at(12, 5, 4)),
    checks=(
        Check(
            kind="status",
            name="status is 200 or 2xx",
            conditions=(
                Condition("equals", (setting(200, 14, 18, 3), setting("2xx", 14, 23, 3)), at(14, 17)),
            ),
            place=at(14, 9, 6),
        ),
    ),
    saves=(Save("token", "json", setting("$.token", 16, 21, 7), at(16, 7, 5)),),
)

BROWSE = Scenario(
    name="browse",
    load=Load(
        place=at(20, 5, 4),
        settings={"start_vus": setting(0, 21, 18, 1)},
        stages=(Stage(setting("1m", 23, 22, 2), setting(20, 23, 34, 2), at(23, 11)),),
        keys={"start_vus": at(21, 7, 9), "stages": at(22, 7, 6)},
    ),
    steps=(Step(at(27, 9, 5), Think(setting("1s-5s", 27, 16, 5))),),
    place=at(18, 3, 6),
    vu_setup=(Step(at(25, 9, 7), Send(Request(at(25, 9)), "login")),),
    start_after=setting("5s", 19, 18, 2),
)

EXPECTED = Plan(
    file=FILE,
    text=SHOP,
    name="Shop",
    place=at(1, 1),
    description="A test",
    variables={
        "base_url": Variable(
            "base_url", at(4, 3, 8), "BASE_URL", setting("http://localhost:3333", 4, 38, 23)
        ),
        "password": Variable("password", at(5, 3, 8), "SHOP_PASSWORD", secret=True),
    },
    target=setting("${base_url}", 6, 9, 11),
    http=Request(at(8, 3), headers={"X-Version": setting(1.1, 8, 24, 4, "1.10")}),
    endpoints={"login": Endpoint("login", LOGIN, at(10, 3, 5))},
    scenarios={"browse": BROWSE},
    thresholds=(
        Threshold(
            metric="http_req_failed{endpoint:login}",
            expression=setting("rate < 1%", 30, 19, 9),
            metric_place=at(29, 3, 31),
            abort_on_fail=True,
            delay_abort_eval=setting("10s", 30, 69, 3),
        ),
    ),
)


def test_a_plan_becomes_this_model() -> None:
    assert plan_of(SHOP) == EXPECTED


def test_a_plan_can_be_sent_to_workers() -> None:
    assert pickle.loads(pickle.dumps(plan_of(SHOP))) == EXPECTED


def test_the_short_form_is_one_scenario() -> None:
    plan = plan_of("""\
        name: Shop
        target: https://api.example.com
        http: {timeout: 1s}
        load: {vus: 10, duration: 30s}
        steps:
          - get: /
        vu_setup: [{think: 1s}]
        """)
    url = setting("/", 6, 10, 1)
    assert plan.scenarios == {
        "default": Scenario(
            name="default",
            load=Load(
                at(4, 1, 4),
                {"vus": setting(10, 4, 13, 2), "duration": setting("30s", 4, 27, 3)},
                keys={"vus": at(4, 8, 3), "duration": at(4, 17, 8)},
            ),
            steps=(Step(at(6, 5, 3), Send(Request(at(6, 5, 3), "GET", url))),),
            place=at(4, 1, 4),
            vu_setup=(Step(at(7, 13, 5), Think(setting("1s", 7, 20, 2))),),
        )
    }


def test_a_scenario_may_be_called_default() -> None:
    plan = plan_of("name: x\nscenarios: {default: {target: demo, http: {timeout: 1s}, steps: [{get: /}]}}\n")
    scenario = plan.scenarios["default"]
    assert (scenario.target, scenario.http) == (
        setting("demo", 2, 31, 4),
        Request(at(2, 43), timeout=Timeout(at(2, 44, 7), setting("1s", 2, 53, 2))),
    )


def test_a_scenario_without_load_has_an_empty_one() -> None:
    plan = plan_of("name: x\nsteps: [{get: /}]\n")
    assert plan.scenarios["default"].load == Load(at(2, 1, 5))


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert plan_of("\ufeffname: x\nsteps: [{get: /}]\n").text == "name: x\nsteps: [{get: /}]\n"


@pytest.mark.parametrize("text", ["", "# nothing", "a: b: c", "[1, 2]", "text", "{a: [}"])
def test_what_is_no_mapping_is_no_plan(text: str) -> None:
    plan, complaints = wrong(text)
    assert (plan, len(complaints)) == (None, 1)


def test_everything_wrong_is_said_at_once() -> None:
    plan, complaints = wrong("""\
        nam: x
        endpoints:
          login: {get: /, timeout: 5}
        steps:
          - request: logn
          - request: login
        thresholds: {http_reqs: []}
        """)
    assert complaints == [
        "1:1 unknown key 'nam'",
        "3:28 a duration needs a unit",
        "5:14 unknown endpoint 'logn'",
        "7:25 this list is empty",
    ]
    assert plan is not None
    assert plan.damaged


def test_an_endpoint_with_a_wrong_value_keeps_the_others() -> None:
    plan, _ = wrong(
        "name: x\nendpoints:\n  login: {get: /, timeout: 5, body: a}\nsteps: [{request: login}]\n"
    )
    assert plan is not None
    assert plan.endpoints["login"].request == Request(
        at(3, 11, 3), "GET", setting("/", 3, 16, 1), body=TextBody(setting("a", 3, 37, 1), at(3, 31, 4))
    )


@pytest.mark.parametrize(
    "load",
    [
        "{vus: ten, duration: 1s}",
        "{vus: 1, duratoin: 1s}",
        "{stages: [{duration: 1s}]}",
        "5",
        "{vus: 1, vus: 2}",
    ],
)
def test_a_load_with_something_wrong_is_damaged(load: str) -> None:
    plan, complaints = wrong(f"name: x\nload: {load}\nsteps: [{{get: /}}]\n")
    assert plan is not None
    assert (plan.scenarios["default"].load.damaged, len(complaints)) == (True, 1)


def test_a_warning_does_not_damage_a_plan() -> None:
    plan, complaints = wrong("name: x\ndescription: pass #1\nsteps: [{get: /}]\n")
    assert plan is not None
    assert (plan.damaged, len(complaints)) == (False, 1)


def test_what_was_wrong_with_another_file_does_not_damage_a_plan() -> None:
    problems = Problems()
    load(b"", "other.yml", problems)
    plan = load(b"name: x\nsteps: [{get: /}]\n", FILE, problems)
    assert plan is not None
    assert not plan.damaged


def test_lost_steps_are_not_missing_steps() -> None:
    assert wrong("name: x\nscenarios: {browse: {step: [{get: /}]}}\n")[1] == ["2:22 unknown key 'step'"]


def test_lost_scenarios_are_not_missing() -> None:
    plan, complaints = wrong("name: x\nscenarios: []\n")
    assert plan is not None
    assert (plan.scenarios, complaints) == ({}, ["2:12 expected a mapping, found a list"])


@pytest.mark.parametrize("section", ["endpoint", "endpoints ", "Endpoints"])
def test_a_misspelt_section_is_not_a_missing_one(section: str) -> None:
    _, complaints = wrong(f"name: x\n'{section}': {{login: {{get: /}}}}\nsteps: [{{request: login}}]\n")
    assert complaints == [f"2:1 unknown key '{section}'"]


def test_lost_steps_of_the_short_form_are_not_missing() -> None:
    assert wrong("name: x\nstep: [{get: /}]\n")[1] == ["2:1 unknown key 'step'"]
