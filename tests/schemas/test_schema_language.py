"""What the schema takes for a plan, and what it refuses."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from published import DEFINITIONS, PLAN, fits, validator

from planrunner import units

WHOLE = """
name: Pizza recommendations
use: [common/login.yml]
variables: {base_url: {env: BASE_URL, default: http://localhost:3333}, max_calories: 500}
target: ${base_url}
http: {headers: {Accept: application/json}, timeout: 60s, max_redirects: 10, expected_status: [200-399]}
tags: {team: kitchen}
data:
  customers: {file: data/customers.csv, pick: per_vu, secret: [password]}
  wishes: {rows: [thin crust, extra cheese], pick: unique, at_end: stop}
preflight: [{get: /ready, within: 30s}]
setup: [{request: login}]
setup_timeout: 2m
teardown: [{log: done}]
endpoints:
  login:
    post: /api/users/token/login
    json: {username: "${customers.name}"}
    save: {token: {json: $.token}}
    record: {ingredients: "${length(json.pizza.ingredients)}"}
flows: {look_around: [{get: /}]}
metrics: {ingredients: {type: trend}, paid: {type: counter, unit: none}}
scenarios:
  browse:
    load: {start_vus: 0, stages: [{duration: 1m, target: 200}, {duration: 30s, target: 0}]}
    vu_setup: [{request: login}]
    tags: {team: null}
    steps: [{flow: look_around}, {think: {mean: 2s, spread: 500ms}}]
thresholds: {http_req_duration: p(95) < 500ms}
profiles:
  smoke: {load: {vus: 1, duration: 30s}, thresholds: {http_req_failed: rate == 0%}}
  stress: {scenarios: {browse: {load: {stages: [{duration: 10m, target: 200}]}, tags: null}}, http: null}
"""

RIGHT: list[tuple[str, str]] = [
    ("step", "{get: /, auth: {basic: {username: a, password: b}}, cookies: {a: 1, b: null}, target: demo}"),
    ("step", "{post: /, auth: null, form: {size: large, topping: [cheese, 1]}, cookie_jar: vu}"),
    ("step", "{post: /, multipart: {a: x, b: {file: f}, c: [y, {file: g, type: image/png, filename: h}]}}"),
    ("step", "{post: /, body_file: order.xml, template: true, hosts: {'localhost:80': 'backend:80'}}"),
    ("step", "{post: /, graphql: {query: '{ a }', variables: {b: [1]}, operation: c}, rewrite_host: true}"),
    ("step", "{get: /, allow_hosts: ['*.a.com'], max_redirects: 0, if: '${vu.id == 1}', set: {a: [1]}}"),
    ("step", "{group: front page, steps: [{get: /}], tags: {a: b}, name: c}"),
    ("step", "{if: '${a}', steps: [{stop: iteration}], else: [{stop: test}]}"),
    ("step", "{repeat: 3, steps: [{get: '/${loop.index}'}]}"),
    ("step", "{for_each: '${json.items}', as: item, steps: [{get: /}]}"),
    ("step", "{for_each: [1, {a: 2}], as: item, steps: [{get: /}]}"),
    ("step", "{until: '${json.done}', max: 10, every: 1s, steps: [{get: /}]}"),
    ("step", "{parallel: [{get: /}, {request: b}]}"),
    ("step", "{choose: [{weight: 0.5, steps: [{get: /}]}, {steps: [{get: /}]}]}"),
    ("step", "{set: {a: null}, record: {b: true}, log: 5}"),
    ("check", "{header: Content-Type}"),
    ("check", "{header: {X-Left: {above: 10, not: 11}, Server: nginx}}"),
    ("check", "{cookie: {session_id: {length: 32}}, required: true}"),
    ("check", "{size: {at_least: 1KiB, below: 2 MB}}"),
    ("check", "{html: {'ul > li': {min_items: 3}, h1: Pizza}}"),
    ("check", "{json_schema: {type: object, oneOf: []}, name: shape}"),
    ("check", "{protocol: HTTP/1.1}"),
    ("check", "{expr: '${length(body) > 0}'}"),
    ("check", "{json: {$.a: {not: 3}, $.b: [1], $.c: null}}"),
    ("save", "{a: {regex: 'x=(.+)', all: true}, b: {html: i, attribute: id}, c: {cookie: d, default: ''}}"),
    ("profile_data", "{customers: {file: null, rows: [1]}, wishes: null}"),
    ("profile_endpoints", "{login: {timeout: null, json: null, checks: []}}"),
    ("fragment", "{}"),
]  # fmt: skip

WRONG: list[tuple[str, str, str]] = [
    ("step", "{get: /, auth: {basic: {username: a}}}", "auth/basic"),
    ("step", "{get: /, auth: {}}", "auth"),
    ("step", "{get: /, cookies: {a b: c, d: 'e;f'}}", "cookies cookies/d"),
    ("step", "{cookie_jar: x, rewrite_host: 1, max_redirects: -1}", "cookie_jar max_redirects rewrite_host"),
    ("step", "{hosts: {'http://a': b, c: 'http://d'}, allow_hosts: []}", "allow_hosts hosts hosts/c"),
    ("step", "{multipart: {a: {x: y}, b: [{file: 1}], c: }}", "multipart/a multipart/b/0/file multipart/c"),
    ("step", "{form: {a: {b: 1}, c: [[1]]}, template: 'yes'}", "form/a form/c/0 template"),
    ("step", "{if: true, while: a, until: 1, steps: []}", "if steps until while"),
    ("step", "{for_each: items, as: my item}", "as for_each"),
    ("step", "{stop: everything}", "stop"),
    ("step", "{choose: [{weight: often}]}", "choose/0 choose/0/weight"),
    ("step", "{}", "."),
    ("step", "{set: {a b: 1}, record: {c: many}}", "record/c set"),
    ("check", "{header: {Content-Type: {starts: a}}}", "header/Content-Type"),
    ("check", "{size: 100}", "size"),
    ("check", "{size: {below: 100}}", "size/below"),
    ("check", "{protocol: HTTP/2, expr: 'a == b'}", "expr protocol"),
    ("save", "{a: {xpath: //a}, b: {regex: ''}, c: text}", "a b/regex c"),
    ("data", "{my data: {rows: [1]}, b: {rows: [], pick: any, secret: a}}", ". b/pick b/rows b/secret"),
    ("metrics", "{a: {unit: ms}, b: {type: timer}, c-d: {type: rate}}", ". a b/type"),
    ("use", "['${a}.yml', '']", "0 1"),
    ("probe", "{get: /, save: {a: '${b}'}}", "."),
    ("profile", "{name: x, use: [a], load: {vus: many}, http: {timeout: 3}}", ". http/timeout load/vus"),
    ("fragment", "{name: x, steps: []}", "."),
]  # fmt: skip


def test_a_plan_may_say_all_of_this() -> None:
    assert [error.message for error in validator(PLAN).iter_errors(yaml.safe_load(WHOLE))] == []


@pytest.mark.parametrize(("name", "text"), RIGHT)
def test_what_is_right_is_taken(name: str, text: str) -> None:
    assert fits(name, yaml.safe_load(text))


@pytest.mark.parametrize(("name", "text", "places"), WRONG)
def test_what_is_wrong_is_refused_where_it_stands(name: str, text: str, places: str) -> None:
    errors = validator({"$ref": f"#/definitions/{name}"}).iter_errors(yaml.safe_load(text))
    assert sorted({"/".join(map(str, error.absolute_path)) or "." for error in errors}) == places.split()


@pytest.mark.parametrize("key", sorted(DEFINITIONS["step"]["properties"].keys() - {"template", "as", "stop"}))
def test_every_value_of_a_step_but_names_of_our_own_may_be_computed(key: str) -> None:
    node: Any = DEFINITIONS["step"]["properties"][key]
    kinds = resolved(node).get("type", "string")
    assert validator(node).is_valid("${a}") == ("string" in ([kinds] if isinstance(kinds, str) else kinds))


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return {**resolved(DEFINITIONS[name]), **node} if name else node


TEXTS = st.one_of(
    st.from_regex(r"[0-9]+(\.[0-9]+)? ?(B|KB|MiB|GB)", fullmatch=True),
    st.text("0123456789.kKMGiB \n", max_size=8),
)


@pytest.mark.slow
@given(TEXTS)
def test_units_and_schema_accept_the_same_sizes(text: str) -> None:
    assert fits("size", text) == readable(text)


def readable(text: str) -> bool:
    try:
        units.size(text)
    except ValueError:
        return False
    return True
