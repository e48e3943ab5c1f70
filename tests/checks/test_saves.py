from typing import Any

import pytest
from replying import NAMES, PATH, PLACE, answering, reply, scope, tree

from planrunner.checks.saves import NOTHING, build_save
from planrunner.errors import Problems
from planrunner.plan.model import Save, Setting
from planrunner.protocols import Reply
from planrunner.values.expressions import EvaluationError

BODY = '{"token": "t", "none": null, "items": [{"id": 1}, {"id": 2}]}'


PAGE = """<h1> Our
  <b>pizzas</b></h1><a href="/1">one</a><a>none</a><a HREF=/2 download>two</a>
<svg viewBox="0 0 1 1"></svg><input name=csrf value=t0k>"""


def save(source: str, path: Any, *default: Any, every: bool = False, attribute: str = "") -> Save:
    return Save(
        "x",
        source,
        Setting(path, PATH, str(path)),
        PLACE,
        tree(default[0]) if default else None,
        every,
        Setting(attribute, PATH, attribute) if attribute else None,
    )


def taken(of: Save, body: str = BODY) -> Any:
    return taken_of(of, reply(body))


def taken_of(of: Save, answer: Reply) -> Any:
    problems = Problems()
    take = build_save(of, NAMES, problems)
    assert problems.found == []
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
        ("regex", '"token": "(.*?)"', "t"),
        ("regex", "id.: .", 'id": 1'),
        ("regex", r'"(\d)"|id', NOTHING),
        ("regex", "nothing", NOTHING),
        ("regex", "${'tok'}(.)", "e"),
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


@pytest.mark.parametrize(
    ("source", "path", "values"),
    [
        ("json", "$..id", [1, 2]),
        ("json", "$.token", ["t"]),
        ("json", "$.none", [None]),
        ("json", "$.nothing", NOTHING),
        ("json", "$..nothing", NOTHING),
        ("regex", r"\d", ["1", "2"]),
        ("regex", r'"(\w+)": \d', ["id", "id"]),
        ("regex", r'"(x)"|id', NOTHING),
        ("header", "X-Id", ["7"]),
        ("header", "X-Other", NOTHING),
        ("cookie", "id", NOTHING),
        ("html", "p", NOTHING),
    ],
)
def test_a_save_takes_all(source: str, path: str, values: Any) -> None:
    assert taken(save(source, path, every=True)) == values


@pytest.mark.parametrize(
    ("path", "attribute", "first", "every"),
    [
        ("h1", "", "Our pizzas", ["Our pizzas"]),
        ("a", "", "one", ["one", "none", "two"]),
        ("a", "href", "/1", ["/1", "/2"]),
        ("a", "HREF", "/1", ["/1", "/2"]),
        ("a", "download", "", [""]),
        ("svg", "viewBox", "0 0 1 1", ["0 0 1 1"]),
        ("input[name=csrf]", "${'value'}", "t0k", ["t0k"]),
        ("h1", "href", NOTHING, NOTHING),
        ("h2", "", NOTHING, NOTHING),
    ],
)
def test_a_save_takes_text_or_an_attribute_of_html(path: str, attribute: str, first: Any, every: Any) -> None:
    assert taken(save("html", path, attribute=attribute), PAGE) == first
    assert taken(save("html", path, attribute=attribute, every=True), PAGE) == every


@pytest.mark.parametrize(
    ("source", "name", "first", "every"),
    [
        ("header", "via", "a, b", ["a", "b"]),
        ("cookie", "id", "abc", ["abc"]),
        ("cookie", "other", NOTHING, NOTHING),
    ],
)
def test_a_save_takes_what_stands_before_the_body(source: str, name: str, first: Any, every: Any) -> None:
    answer = answering(("Via", "a"), ("Set-Cookie", "id=abc; Path=/"), ("via", "b"))
    assert taken_of(save(source, name), answer) == first
    assert taken_of(save(source, name, every=True), answer) == every


@pytest.mark.parametrize(("source", "path"), [("regex", "x*"), ("html", "html"), ("json", "$")])
def test_nothing_is_found_where_no_reply_came(source: str, path: str) -> None:
    assert taken_of(save(source, path), reply(status=0)) is NOTHING


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


def test_the_default_stands_for_an_empty_list() -> None:
    assert taken(save("regex", "nothing", [], every=True)) == []


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
        ("cookie", "${tokn}", "unknown variable 'tokn'"),
        ("regex", "${tokn}", "unknown variable 'tokn'"),
        ("regex", "a(?=b)", "wrong value 'a(?=b)'"),
        ("regex", 5, "wrong value 5"),
        ("html", "p[", "wrong value 'p['"),
        ("html", "${token}", "'token' is not known here"),
        ("expr", "${tokn}", "unknown variable 'tokn'"),
    ],
)
def test_a_wrong_save_is_a_problem_of_the_plan(source: str, path: Any, message: str) -> None:
    problems = Problems()
    build_save(save(source, path), NAMES, problems)(reply(), scope(reply()))
    assert [(p.message, p.place.line) for p in problems] == [(message, 3)]


def test_a_wrong_attribute_is_a_problem_of_the_plan() -> None:
    problems = Problems()
    build_save(save("html", "p", attribute="${tokn}"), NAMES, problems)(reply(), scope(reply()))
    assert [p.message for p in problems] == ["unknown variable 'tokn'"]


def test_a_wrong_path_is_marked_where_it_goes_wrong() -> None:
    problems = Problems(lines={"plan.yml": ["", "", "  $.a b"]})
    build_save(save("json", "$.a b"), NAMES, problems)
    assert [(p.place.line, p.place.column) for p in problems] == [(3, 7)]
