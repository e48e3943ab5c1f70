from typing import Any

import pytest
from replying import NAMES, PATH, PLACE, reply, scope, tree

from planrunner.checks.saves import NOTHING, build_save
from planrunner.errors import Problems
from planrunner.plan.model import Save, Setting
from planrunner.values.expressions import EvaluationError

BODY = '{"token": "t", "none": null, "items": [{"id": 1}, {"id": 2}]}'


def save(source: str, path: str, *default: Any) -> Save:
    return Save("x", source, Setting(path, PATH, path), PLACE, tree(default[0]) if default else None)


def taken(of: Save, body: str = BODY) -> Any:
    problems = Problems()
    take = build_save(of, NAMES, problems)
    assert problems.found == []
    answer = reply(body)
    return take(answer, scope(answer))


@pytest.mark.parametrize(
    ("source", "path", "value"),
    [
        ("json", "$.token", "t"),
        ("json", "$.items[1]", {"id": 2}),
        ("json", "$..id", 1),
        ("json", "$.items[?@.id > 1].id", 2),
        ("json", "$.none", None),
        ("json", "$.nothing", NOTHING),
        ("json", "$..nothing", NOTHING),
        ("header", "x-id", "7"),
        ("header", "${'X'}-Id", "7"),
        ("header", "X-Other", NOTHING),
        ("expr", "${json.items[0].id + 1}", 2),
        ("expr", "Bearer ${json.token}", "Bearer t"),
        ("expr", "${json.nothing}", NOTHING),
    ],
)
def test_a_save_takes(source: str, path: str, value: Any) -> None:
    assert taken(save(source, path)) == value


@pytest.mark.parametrize("body", ["<html>", '{"a":' * 300 + "1" + "}" * 300])
def test_nothing_is_found_in_a_body_that_cannot_be_read(body: str) -> None:
    assert taken(save("json", "$..b"), body) is NOTHING


@pytest.mark.parametrize(
    ("source", "path"), [("json", "$.nothing"), ("header", "X-Other"), ("expr", "${json.nothing}")]
)
@pytest.mark.parametrize(
    ("default", "value"), [("d", "d"), (None, None), ("${n}", 5), (["${token}"], ["abc"])]
)
def test_the_default_stands_for_what_is_not_found(source: str, path: str, default: Any, value: Any) -> None:
    assert taken(save(source, path, default)) == value


def test_the_default_does_not_stand_for_null() -> None:
    assert taken(save("json", "$.none", "d")) is None


def test_an_expression_that_is_wrong_is_an_error_and_not_nothing() -> None:
    with pytest.raises(EvaluationError) as caught:
        taken(save("expr", "${json.token + 1}", "d"))
    assert str(caught.value) == (
        "cannot add text and a number: str(x) makes text, int(x) a number, in ${json.token + 1} (plan.yml:3)"
    )


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ("json", "token", "wrong JSONPath"),
        ("header", "${tokn}", "unknown variable 'tokn'"),
        ("expr", "${tokn}", "unknown variable 'tokn'"),
    ],
)
def test_a_wrong_save_is_a_problem_of_the_plan(source: str, path: str, message: str) -> None:
    problems = Problems()
    build_save(save(source, path), NAMES, problems)(reply(), scope(reply()))
    assert [(p.message, p.place.line) for p in problems] == [(message, 3)]


def test_a_wrong_path_is_marked_where_it_goes_wrong() -> None:
    problems = Problems(lines={"plan.yml": ["", "", "  $.a b"]})
    build_save(save("json", "$.a b"), NAMES, problems)
    assert [(p.place.line, p.place.column) for p in problems] == [(3, 7)]
