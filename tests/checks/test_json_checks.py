import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replying import check, complaint, reply, wrong

from planrunner.checks import CHECKS
from planrunner.checks.matchers import MATCHERS
from planrunner.plan.checks import KINDS

PIZZA = {
    "name": "Margherita",
    "price": 9.5,
    "vegetarian": True,
    "note": None,
    "count": 2,
    "rating": 4.0,
    "ingredients": [{"id": 1, "name": "dough"}, {"id": 2, "name": "cheese"}],
    "tags": ["hot", 1],
}
BODY = json.dumps({"pizza": PIZZA, "a b": 1, "token": "abc"})
TAGS = '["hot",1]'


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("$", ""),
        ("$.token", ""),
        ("$.tokens", "$.tokens is missing"),
        ("$['a b']", ""),
        ("$.pizza.note", ""),
        ("$.pizza.ingredients[1].name", ""),
        ("$.pizza.ingredients[-1].name", ""),
        ("$.pizza.ingredients[2]", "$.pizza.ingredients[2] is missing"),
        ("$.pizza[0]", "$.pizza[0] is missing"),
        ("$.pizza.tags.hot", "$.pizza.tags.hot is missing"),
        ("$.pizza.name.first", "$.pizza.name.first is missing"),
        ("$.pizza.ingredients[?@.name == 'cheese']", ""),
        ("$..nothing", "$..nothing is missing"),
        ("$.pizza.${word}", "$.pizza.pizza is missing"),
    ],
)
@pytest.mark.parametrize("wanted", [None, True])
def test_a_path_exists(path: str, says: str, wanted: Any) -> None:
    assert complaint(check("json", ("exists", wanted, path)), reply(BODY)) == says


@pytest.mark.parametrize(
    ("matcher", "wanted", "key", "says"),
    [
        ("exists", False, "nothing", ""),
        ("exists", False, "name", "is 'Margherita', expected to be missing"),
        ("exists", "${vu.id == 2}", "name", "is 'Margherita', expected to be missing"),
        ("exists", "${vu.id == 1}", "nothing", "is missing"),
        ("equals", "Margherita", "name", ""),
        ("equals", "x", "name", "is 'Margherita', expected 'x'"),
        ("equals", "x", "nothing", "is missing"),
        ("equals", 2.0, "count", ""),
        ("equals", "2", "count", "is 2, expected '2'"),
        ("equals", 1, "vegetarian", "is true, expected 1"),
        ("equals", None, "note", ""),
        ("equals", ["hot", 1.0], "tags", ""),
        ("equals", {"id": 1}, "tags", f'is {TAGS}, expected {{"id":1}}'),
        ("equals", "${token}", "name", "is 'Margherita', expected 'abc'"),
        ("not", "x", "name", ""),
        ("not", 2.0, "count", "is 2, expected not 2.0"),
        ("not", "x", "nothing", "is missing"),
        ("contains", "gher", "name", ""),
        ("contains", 1, "tags", ""),
        ("contains", True, "tags", f"is {TAGS}, expected to contain true"),
        ("contains", "x", "count", "is 2, expected to contain 'x'"),
        ("not_contains", "x", "name", ""),
        ("not_contains", "hot", "tags", f"is {TAGS}, expected not to contain 'hot'"),
        ("not_contains", "x", "count", "is 2, expected not to contain 'x'"),
        ("matches", "^M", "name", ""),
        ("matches", "2", "count", "is 2, expected to match '2'"),
        ("below", 3, "count", ""),
        ("below", 2, "count", "is 2, expected below 2"),
        ("below", 2, "name", "is 'Margherita', expected below 2"),
        ("below", "N", "name", ""),
        ("above", 9, "price", ""),
        ("above", 9, "vegetarian", "is true, expected above 9"),
        ("at_most", 2, "count", ""),
        ("at_most", 1, "count", "is 2, expected at most 1"),
        ("at_least", 2, "count", ""),
        ("at_least", 3, "count", "is 2, expected at least 3"),
        ("in", [1, 2], "count", ""),
        ("in", ["1", "2"], "count", 'is 2, expected one of ["1","2"]'),
        ("type", "string", "name", ""),
        ("type", "number", "price", ""),
        ("type", "integer", "count", ""),
        ("type", "integer", "rating", ""),
        ("type", "integer", "price", "is 9.5, expected type integer"),
        ("type", "number", "vegetarian", "is true, expected type number"),
        ("type", "boolean", "vegetarian", ""),
        ("type", "array", "tags", ""),
        ("type", "object", "tags", f"is {TAGS}, expected type object"),
        ("type", "null", "note", ""),
        ("length", 2, "tags", ""),
        ("length", 3, "name", "has length 10, expected 3"),
        ("length", 3, "count", "is 2, expected a length of 3"),
        ("min_items", 2, "tags", ""),
        ("min_items", 3, "tags", "has 2 items, expected at least 3"),
        ("min_items", 1, "name", "is 'Margherita', expected a list of at least 1"),
        ("max_items", 2, "tags", ""),
        ("max_items", 1, "tags", "has 2 items, expected at most 1"),
        ("max_items", 1, "note", "is null, expected a list of at most 1"),
        ("min_items", "${n}", "tags", "has 2 items, expected at least 5"),
        ("min_items", "${vu.id}", "tags", ""),
    ],
)
def test_a_value_is_matched(matcher: str, wanted: Any, key: str, says: str) -> None:
    path = f"$.pizza.{key}"
    found = complaint(check("json", (matcher, wanted, path)), reply(BODY))
    assert found == (f"{path} {says}" if says else "")


@pytest.mark.parametrize(
    ("matcher", "wanted", "path", "says"),
    [
        ("above", 0, "$..id", ""),
        ("above", 1, "$..id", "$['pizza']['ingredients'][0]['id'] is 1, expected above 1"),
        ("equals", "cheese", "$.pizza.ingredients[?@.id == 2].name", ""),
        (
            "equals",
            "cheese",
            "$.pizza.ingredients[?@.id == 3].name",
            "$.pizza.ingredients[?@.id == 3].name is missing",
        ),
        ("min_items", 2, "$.pizza.ingredients[*]", ""),
        ("min_items", 1, "$..nothing", "$..nothing has 0 items, expected at least 1"),
        ("max_items", 1, "$..id", "$..id has 2 items, expected at most 1"),
        ("max_items", 0, "$..nothing", ""),
        ("exists", False, "$..nothing", ""),
        ("exists", False, "$..id", "$..id is 1, expected to be missing"),
        (
            "contains",
            "e",
            "$..name",
            "$['pizza']['ingredients'][0]['name'] is 'dough', expected to contain 'e'",
        ),
    ],
)
def test_a_path_to_several_values_wants_the_same_of_each(
    matcher: str, wanted: Any, path: str, says: str
) -> None:
    assert complaint(check("json", (matcher, wanted, path)), reply(BODY)) == says


def test_without_a_path_the_whole_body_is_meant() -> None:
    assert complaint(check("json", ("equals", [1, 2])), reply("[1, 2]")) == ""


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (
            "<html>\n<body>" + "x" * 100,
            502,
            f"the body is not JSON (it begins with '<html>\\n<body>{'x' * 27}…')",
        ),
        ("é" * 41, 200, f"the body is not JSON (it begins with '{'é' * 40}…')"),
        ("oops", 200, "the body is not JSON (it begins with 'oops')"),
        ("", 204, "the body is empty, so not JSON"),
        ("", 0, "no reply: timeout"),
    ],
)
@pytest.mark.parametrize("matcher", ["exists", "equals"])
def test_a_body_that_is_not_json_is_a_complaint(body: str, status: int, says: str, matcher: str) -> None:
    wanted = True if matcher == "exists" else "x"
    answer = reply(body, status, error="" if status else "timeout")
    assert complaint(check("json", (matcher, wanted, "$.a")), answer) == says


DEEP = '{"a":' * 300 + "1" + "}" * 300
TOO_DEEP = "the data is nested too deeply for this path"


@pytest.mark.parametrize("matcher", ["exists", "equals", "min_items"])
def test_data_too_deep_for_a_path_is_a_complaint(matcher: str) -> None:
    wanted = {"exists": True, "equals": 1, "min_items": 1}[matcher]
    assert complaint(check("json", (matcher, wanted, "$..b")), reply(DEEP)) == f"$..b: {TOO_DEEP}"


def test_what_cannot_be_computed_is_a_complaint() -> None:
    found = complaint(check("json", ("equals", "${json.x.y}", "$.a")), reply('{"a": 1}'))
    assert found == "$.a: json has no member 'x', in ${json.x.y} (plan.yml:2)"


@pytest.mark.parametrize(
    ("matcher", "wanted", "path", "message"),
    [
        (
            "exists",
            True,
            "a.b",
            "3: wrong JSONPath (expected '$', found 'a'; write a path like $.items[0].name)",
        ),
        (
            "exists",
            True,
            "$.a b",
            "3: wrong JSONPath (expected '.', '..' or a bracketed selection, found 'b'",
        ),
        ("exists", True, "$.a[?nope(@)]", "3: wrong JSONPath (function 'nope' is not defined"),
        ("exists", True, "$.a[99999999999999999999]", "3: wrong JSONPath (index out of range"),
        ("exists", True, "$" + "[?@" * 400, "3: wrong JSONPath ("),
        ("exists", True, f"$[?{'!' * 2000}@.a]", "3: wrong JSONPath (it is nested too deeply"),
        ("exists", True, "$[?@ < 1e999]", "3: wrong JSONPath (it is nested too deeply, or a number"),
        ("exists", True, "$.${toke}", "3: unknown variable 'toke' ("),
        ("exists", True, "$.${token}", "3: 'token' is not known here (here only variables are known)"),
        ("exists", "yes", "$.a", "2: wrong value 'yes' (write true or false)"),
        ("type", "text", "$.a", "2: wrong value 'text' (one of: array, boolean, integer, null"),
        ("type", "strin", "$.a", "2: wrong value 'strin' (did you mean 'string'?)"),
        ("type", 1, "$.a", "2: wrong value 1 (one of: array"),
        ("below", None, "$.a", "2: wrong value null (write a number like 10)"),
        ("below", True, "$.a", "2: wrong value true (write a number like 10)"),
        ("min_items", -1, "$.a", "2: wrong value -1 (write a whole number like 10)"),
        ("matches", 1, "$.a", "2: wrong value 1 (write a regular expression in single quotes)"),
        ("equal", 1, "$.a", "1: json cannot be checked with 'equal' (did you mean 'equals'?)"),
    ],
)
def test_a_wrong_condition_is_a_problem_of_the_plan(
    matcher: str, wanted: Any, path: str, message: str
) -> None:
    (found,) = wrong(check("json", (matcher, wanted, path)))
    assert found.startswith(message)


def test_path_and_condition_are_both_reported() -> None:
    assert len(wrong(check("json", ("below", "${x}", "a")))) == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)


@pytest.mark.slow
@given(VALUES, st.sampled_from(sorted(MATCHERS)), VALUES)
def test_no_value_breaks_a_matcher(value: Any, name: str, wanted: Any) -> None:
    try:
        matcher = MATCHERS[name](wanted)
    except ValueError:
        return
    assert isinstance(matcher(value), str)


@pytest.mark.slow
@given(VALUES)
def test_every_value_equals_itself(value: Any) -> None:
    assert MATCHERS["equals"](value)(json.loads(json.dumps(value))) == ""


def test_the_kinds_of_checks_are_those_of_the_plan() -> None:
    assert set(CHECKS) == set(KINDS)
