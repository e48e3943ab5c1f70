import pytest
from reading import at, checks_of, value

from planrunner.plan.model import Condition, Setting


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ("status: 200", "status is 200"),
        ("status: 2xx", "status is 2xx"),
        ("status: 200-299", "status is 200-299"),
        ("status: [200, 404]", "status is 200 or 404"),
        ("duration: {below: 1s}", "duration below 1s"),
        ("duration: {above: 1ms, below: 1s}", "duration above 1ms and below 1s"),
        ("json: $.token", "json $.token exists"),
        ('json: {"$.token": {exists: true}}', "json $.token exists"),
        ('json: {"$.token": {exists: false}}', "json $.token exists false"),
        ('json: {"$.a": 5}', "json $.a is 5"),
        ('json: {"$.a": {equals: 5}}', "json $.a is 5"),
        ('json: {"$.a": 1.10}', "json $.a is 1.10"),
        ('json: {"$.a": null}', "json $.a is null"),
        ('json: {"$.a": ""}', 'json $.a is ""'),
        ('json: {"$.a": {equals: {b: [1, x]}}}', 'json $.a is {"b": [1, "x"]}'),
        ('json: {"$.a": []}', "json $.a is []"),
        ('json: {"$.a": {in: [small, large]}}', "json $.a in small or large"),
        ('json: {"$.a": {min_items: 1, max_items: 3}}', "json $.a min_items 1 and $.a max_items 3"),
        ('json: {"$.a": 1, "$.b": {type: string}}', "json $.a is 1 and $.b type string"),
        ("body: OK", "body is OK"),
        ("body: {not_contains: pineapple}", "body not_contains pineapple"),
        ('body: "two\\n  lines"', "body is two lines"),
        ("{body: {contains: x}, name: has x}", "has x"),
        ("header: X-Id", "header X-Id exists"),
        ("header: {Content-Type: {contains: json}}", "header Content-Type contains json"),
        ("header: {A: b, C: {matches: d, length: 1}}", "header A is b and C matches d and C length 1"),
        ("cookie: {session: {exists: false}}", "cookie session exists false"),
        ("size: {below: 64KiB}", "size below 64KiB"),
        ('html: {"h1.title": Shop}', "html h1.title is Shop"),
        ("json_schema: pizza.schema.json", "json_schema pizza.schema.json"),
        ("json_schema: {type: object}", "json_schema inline"),
        ("json_schema: {title: Pizza, type: object}", "json_schema Pizza"),
        ("json_schema: {title: [Pizza]}", "json_schema inline"),
        ("protocol: HTTP/2.0", "protocol is HTTP/2.0"),
        ("expr: '${ status == 200 }'", "expr status == 200"),
        ("expr: '${a}${b}'", "expr ${a}${b}"),
    ],
)
def test_a_check_is_called_after_what_it_asks(check: str, name: str) -> None:
    text = check if check.startswith("{") else f"{{{check}}}"
    assert [found.name for found in checks_of(f"[{text}]")] == [name]


def test_a_path_alone_must_exist() -> None:
    (check,) = checks_of("[{json: $.a}]")
    path = Setting("$.a", at(2, 34, 3), "$.a")
    assert check.conditions == (Condition("exists", None, at(2, 34, 3), path),)


def test_several_paths_and_matchers_are_conditions_of_one_check() -> None:
    (check,) = checks_of("[{json: {$.a: 1, $.b: {above: 2, below: 9}}}]")
    found = [(value(c.path), c.matcher, value(c.wanted), c.place.column) for c in check.conditions]
    assert found == [("$.a", "equals", 1, 40), ("$.b", "above", 2, 49), ("$.b", "below", 9, 59)]


@pytest.mark.parametrize(
    ("check", "matcher", "wanted"),
    [
        ("json_schema: a.json", "file", "a.json"),
        ("expr: '${a > 1}'", "holds", "${a > 1}"),
        ("protocol: HTTP/1.1", "equals", "HTTP/1.1"),
        ("size: {at_most: 2KB}", "at_most", "2KB"),
    ],
)
def test_a_check_of_the_whole_reply_has_no_path(check: str, matcher: str, wanted: str) -> None:
    ((condition,),) = (found.conditions for found in checks_of(f"[{{{check}}}]"))
    assert (condition.matcher, value(condition.wanted), condition.path) == (matcher, wanted, None)


def test_a_schema_in_the_plan_is_kept_whole() -> None:
    ((condition,),) = (found.conditions for found in checks_of("[{json_schema: {type: object}}]"))
    assert condition.matcher == "schema"
    assert isinstance(condition.wanted, dict)
    assert value(condition.wanted["type"]) == "object"


@pytest.mark.parametrize("kind", ["header", "cookie", "html"])
def test_names_and_selectors_are_paths_as_in_json(kind: str) -> None:
    (check,) = checks_of(f"[{{{kind}: {{a: 1, b: {{contains: c}}}}}}]")
    found = [(value(c.path), c.matcher, value(c.wanted)) for c in check.conditions]
    assert found == [("a", "equals", 1), ("b", "contains", "c")]


def test_a_check_stands_at_its_kind() -> None:
    (check,) = checks_of("[{name: fast, duration: {below: 1s}}]")
    assert (check.kind, check.place) == ("duration", at(2, 40, 8))


@pytest.mark.parametrize(
    ("text", "required"), [("", False), (", required: false", False), (", required: true", True)]
)
def test_a_check_may_be_required(text: str, required: bool) -> None:
    assert [check.required for check in checks_of(f"[{{status: 200{text}}}]")] == [required]


@pytest.mark.parametrize(
    "check",
    [
        "status: '${expected}'",
        "duration: {below: '${limit}'}",
        "json: {$.a: {length: '${n}', above: '${n}', in: '${list}', matches: '${x}'}}",
        "body: '${text}'",
    ],
)
def test_a_value_may_be_computed(check: str) -> None:
    assert len(checks_of(f"[{{{check}}}]")) == 1
