from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest
from reading import FILE, at, complaints, value

from planrunner.errors import Problems, UsageError
from planrunner.plan.load import load
from planrunner.plan.model import FileBody, FormBody, JsonBody, Plan, TextBody, Tree

SHOP = """\
name: Shop
http: {headers: {Accept: text/html, X-A: b}, timeout: 5s}
variables: {a: 1, b: 2}
tags: {team: kitchen}
scenarios:
  browse:
    load: {vus: 5, duration: 1m}
    steps: [{get: /}]
  buy:
    steps: [{get: /}]
thresholds: {checks: rate > 99%, http_req_failed: rate < 1%}
profiles:
"""


def chosen(profiles: str, *names: str, plan: str = SHOP) -> tuple[Plan, list[str]]:
    """Load the plan with profiles of which some are chosen."""
    problems = Problems()
    text = plan + "".join(f"  {line}\n" for line in dedent(profiles).splitlines())
    found = load(text.encode(), FILE, problems, names)
    assert found is not None
    return found, complaints(problems)


def vus(plan: Plan) -> list[object]:
    return [value(scenario.load.settings["vus"]) for scenario in plan.scenarios.values()]


def test_a_plan_knows_its_profiles_and_is_not_changed_by_them() -> None:
    plan, said = chosen("smoke: {load: {vus: 1}}\nstress: {load: {vus: 9}}")
    assert (plan.profiles, said) == (("smoke", "stress"), [])
    assert plan.scenarios["buy"].load.settings == {}


def test_the_load_of_a_profile_goes_to_each_scenario_in_full() -> None:
    plan, said = chosen("smoke: {load: {vus: 1, iterations: 2}}", "smoke")
    assert (vus(plan), said) == ([1, 1], [])
    assert [list(scenario.load.settings) for scenario in plan.scenarios.values()] == [
        ["vus", "iterations"]
    ] * 2


def test_what_comes_from_a_profile_has_its_place() -> None:
    plan, _ = chosen("smoke: {load: {vus: 1}}", "smoke")
    assert plan.scenarios["browse"].load.place == at(13, 11, 4)


def test_a_scenario_of_a_profile_counts_more_than_its_load() -> None:
    plan, _ = chosen("smoke: {load: {vus: 1}, scenarios: {buy: {load: {vus: 2}}}}", "smoke")
    assert vus(plan) == [1, 2]


def test_maps_merge_and_null_removes() -> None:
    profile = (
        "a: {http: {headers: {x-a: c, Accept: null}}, variables: {a: 3}, tags: null, scenarios: {buy: null}}"
    )
    plan, said = chosen(profile, "a")
    assert plan.http is not None
    headers = {name: header and header.text for name, header in plan.http.headers.items()}
    assert (headers, value(plan.http.timeout and plan.http.timeout.total)) == ({"x-a": "c"}, "5s")
    assert [value(variable.default) for variable in plan.variables.values()] == [3, 2]
    assert (plan.tags, list(plan.scenarios), said) == ({}, ["browse"], [])


def test_lists_and_thresholds_replace() -> None:
    plan, _ = chosen("a: {thresholds: {checks: rate > 1%}, scenarios: {buy: {steps: [{log: a}]}}}", "a")
    assert [limit.metric for limit in plan.thresholds] == ["checks"]
    assert [step.log is not None for step in plan.scenarios["buy"].steps] == [True]


def test_a_profile_can_have_what_the_plan_has_not() -> None:
    plan, said = chosen("a: {setup: [{log: b}], scenarios: {new: {steps: [{get: /}]}}, target: demo}", "a")
    assert (len(plan.setup), list(plan.scenarios), said) == (1, ["browse", "buy", "new"], [])
    assert value(plan.target) == "demo"


def test_of_several_profiles_the_later_counts_more() -> None:
    profiles = "a: {load: {vus: 1}, tags: {x: a, y: a}}\nb: {load: {vus: 2}, tags: {x: b}}"
    plan, _ = chosen(profiles, "a", "b")
    assert (vus(plan), {name: tag and tag.text for name, tag in plan.tags.items()}) == (
        [2, 2],
        {"team": "kitchen", "x": "b", "y": "a"},
    )


def test_the_short_form_takes_the_load_of_a_profile() -> None:
    short = "name: x\nload: {vus: 5, duration: 1m}\nsteps: [{get: /}]\nprofiles:\n"
    plan, said = chosen("smoke: {load: {iterations: 1}}", "smoke", plan=short)
    assert (list(plan.scenarios["default"].load.settings), said) == (["iterations"], [])


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("smok", "unknown profile 'smok'; did you mean 'smoke'?"),
        ("xyz", "unknown profile 'xyz'; one of: smoke, stress"),
    ],
)
def test_an_unknown_profile_is_a_wrong_command_line(name: str, complaint: str) -> None:
    with pytest.raises(UsageError) as found:
        chosen("smoke: {load: {vus: 1}}\nstress: {load: {vus: 1}}", "smoke", name)
    assert str(found.value) == complaint


def test_a_plan_without_profiles_says_so() -> None:
    with pytest.raises(UsageError) as found:
        chosen("", "smoke", plan="name: x\nsteps: [{get: /}]\n")
    assert str(found.value) == "unknown profile 'smoke'; the plan has none"


@pytest.mark.parametrize("profiles", ["[a]", "{smoke: 5}", "{smoke: {load: 5}}"])
def test_a_wrong_profile_is_wrong_and_not_unknown(profiles: str) -> None:
    _, said = chosen("", "smoke", plan=f"name: x\nsteps: [{{get: /}}]\nprofiles: {profiles}\n")
    assert len(said) == 1


def test_a_profile_of_a_file_that_is_lost_is_not_unknown() -> None:
    _, said = chosen("", "smoke", plan="name: x\nuse: [lost.yml]\nsteps: [{get: /}]\n")
    assert said == ["2:7 cannot use the file 'lost.yml'"]


def test_what_a_profile_takes_away_is_missing() -> None:
    _, said = chosen("a: {scenarios: {buy: {steps: null}}}", "a")
    assert said == ["10:5 'steps' is missing"]


def test_a_profile_may_leave_the_plan_without_what_it_needs_only_when_it_is_chosen() -> None:
    _, said = chosen("a: {scenarios: {buy: {steps: null}}}")
    assert said == []


@pytest.mark.parametrize(
    ("profile", "complaint"),
    [
        ("a: {scenarios: {by: {load: {vus: 1}}}}", "13:19 unknown scenario 'by'"),
        ("a: {scenarios: {by: {steps: [{get: /}]}}}", None),
        ("a: {scenarios: {by: null}}", None),
    ],
)
def test_a_profile_cannot_change_what_is_not_there(profile: str, complaint: str | None) -> None:
    assert chosen(profile)[1] == ([complaint] if complaint else [])


def test_what_is_wrong_with_the_plan_is_said_once() -> None:
    problems = Problems()
    text = "name: x\nload: {vus: ten}\nscenarios: {a: {tags: 5}}\nprofiles: {a: {tags: {b: c}}}\n"
    load(text.encode(), FILE, problems, ["a"])
    assert problems.errors == len(list(problems)) == 4


def test_nobody_asks_for_scenarios_that_are_lost() -> None:
    text = "name: x\nscenarios: 5\nprofiles: {a: {scenarios: {b: {load: {vus: 1}}}}}\n"
    problems = Problems()
    load(text.encode(), FILE, problems)
    assert complaints(problems) == ["2:12 expected a mapping, found the number 5"]


NAMES = """\
name: x
target: demo
variables: {config: {default: {load: {a: 1, b: 1}}}}
endpoints:
  auth: {post: /, json: {auth: {a: 1, b: 1}, headers: {Aa: 1}}}
scenarios:
  load: {tags: {team: a}, steps: [{request: auth}]}
profiles:
"""


def names(*profile: str) -> Plan:
    plan, said = chosen("".join(profile), "a", plan=NAMES)
    assert said == []
    return plan


def test_a_scenario_may_be_called_load() -> None:
    scenario = names("a: {scenarios: {load: {tags: {x: y}}}}").scenarios["load"]
    assert (list(scenario.tags), len(scenario.steps)) == (["team", "x"], 1)


def test_an_endpoint_may_be_called_auth() -> None:
    request = names("a: {endpoints: {auth: {timeout: 1s}}}").endpoints["auth"].request
    assert (request.method, request.timeout and value(request.timeout.total)) == ("POST", "1s")


def test_words_of_the_language_mean_nothing_in_a_body() -> None:
    profile = "a: {endpoints: {auth: {json: {auth: {b: 2}, headers: {aa: 2}}}}}"
    body = names(profile).endpoints["auth"].request.body
    assert isinstance(body, JsonBody)
    assert plain(body.tree) == {"auth": {"a": 1, "b": 2}, "headers": {"Aa": 1, "aa": 2}}


def test_words_of_the_language_mean_nothing_in_a_variable() -> None:
    default = names("a: {variables: {config: {default: {load: {b: 2}}}}}").variables["config"].default
    assert plain(default) == {"load": {"a": 1, "b": 2}}


def plain(tree: Tree | None) -> object:
    if isinstance(tree, Mapping):
        return {key: plain(child) for key, child in tree.items()}
    return value(tree)


SPELLED = """\
name: x
target: demo
http: {headers: {authorization: a, X: y}}
data: {users: {file: users.csv, delimiter: ;}}
endpoints:
  x: {post: /x, body_file: a.json, template: true, auth: {basic: {username: u, password: p}}}
steps: [{request: x}]
profiles:
"""


def spelled(profile: str) -> Plan:
    plan, said = chosen(f"a: {profile}", "a", plan=SPELLED)
    assert said == []
    return plan


def test_keys_that_write_headers_hide_each_their_own() -> None:
    http = spelled("{http: {auth: null, compression: br, headers: {Content-Encoding: gzip}}}").http
    assert http is not None
    assert list(http.headers) == ["X", "Content-Encoding"]  # one layer, which says both: told when compiled
    assert [value(setting) for setting in http.compression or ()] == ["br"]


@pytest.mark.parametrize("auth", ["{bearer: t}", "null"])
def test_auth_of_a_profile_hides_the_header(auth: str) -> None:
    http = spelled(f"{{http: {{auth: {auth}}}}}").http
    assert http is not None
    assert (list(http.headers), http.auth and http.auth.kind) == (["X"], None if auth == "null" else "bearer")


def test_the_header_of_a_profile_hides_auth() -> None:
    request = spelled("{endpoints: {x: {headers: {AUTHORIZATION: b}}}}").endpoints["x"].request
    assert (request.auth, list(request.headers)) == (None, ["AUTHORIZATION"])


def test_another_header_of_a_profile_hides_nothing() -> None:
    request = spelled("{endpoints: {x: {headers: {X-A: b}}}}").endpoints["x"].request
    assert request.auth is not None


def test_auth_hides_a_header_that_is_the_only_one() -> None:
    plan, said = chosen(
        "a: {http: {auth: {bearer: t}}}",
        "a",
        plan="name: x\nhttp: {headers: {Authorization: a}}\nsteps: [{get: http://a/}]\nprofiles:\n",
    )
    assert (said, plan.http and dict(plan.http.headers)) == ([], {})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{json: {a: 1}}", JsonBody),
        ("{form: {a: 1}}", FormBody),
        ("{body: a}", TextBody),
        ("{body_file: b.json}", FileBody),
        ("{json: null}", FileBody),
    ],
)
def test_one_body_of_a_profile_hides_another(body: str, kind: type) -> None:
    assert isinstance(spelled(f"{{endpoints: {{x: {body}}}}}").endpoints["x"].request.body, kind)


def test_one_method_of_a_profile_hides_another() -> None:
    request = spelled("{endpoints: {x: {put: /y}}}").endpoints["x"].request
    assert (request.method, value(request.url)) == ("PUT", "/y")


def test_rows_of_a_profile_hide_a_file() -> None:
    data = spelled("{data: {users: {rows: [1]}}}").data["users"]
    assert (data.file, data.delimiter, data.rows and len(data.rows)) == (None, None, 1)


def test_the_load_of_a_profile_goes_to_its_own_scenarios_too() -> None:
    plan, said = chosen("a: {load: {vus: 7, iterations: 7}, scenarios: {new: {steps: [{get: /}]}}}", "a")
    assert (vus(plan), said) == ([7, 7, 7], [])


def test_a_scenario_without_load_stays_so_where_the_profile_says_it() -> None:
    plan, _ = chosen("a: {load: {vus: 7, iterations: 7}, scenarios: {browse: {load: null}}}", "a")
    assert [list(scenario.load.settings) for scenario in plan.scenarios.values()] == [
        [],
        ["vus", "iterations"],
    ]
