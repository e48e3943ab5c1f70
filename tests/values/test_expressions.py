from typing import Any

import pytest
from evaluating import NAMES, PLACE, evaluate, reply, scope, setting

from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.expressions import (
    UNKNOWN,
    EvaluationError,
    Names,
    Value,
    compile_setting,
    compile_text,
)
from planrunner.values.scope import Scope


def compiled(text: str) -> Value:
    problems = Problems()
    value = compile_setting(setting(text, problems), NAMES, problems)
    assert problems.found == []
    return value


def failure(text: str, where: Scope | None = None) -> str:
    with pytest.raises(EvaluationError) as caught:
        evaluate(text, where)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("${n}", 5),
        ("${ n }", 5),
        ("${\n  n\n  + 1\n}", 6),
        ("a ${n + 1} b", "a 6 b"),
        ("${true} ${null} ${half} ${config.list}", "true null 0.5 [1,2]"),
        ("${user}", {"name": "Ann", "age": 30}),
        ("x${user}", 'x{"name":"Ann","age":30}'),
        ("${1.0}x", "1.0x"),
        ("$${n}", "${n}"),
        ("$$${n}", "$${n}"),
        ("$${a} ${n} $${", "${a} 5 ${"),
        ("$n {n} $", "$n {n} $"),
        ("${'}'}", "}"),
        ("${'${'}${\"}\"}", "${}"),
        ("${'it\\'s }'}", "it's }"),
        ("${token}", "abc"),
        ("${user.name}", "Ann"),
        ('${user["name"]}', "Ann"),
        ('${config["a-b"]}', 1),
        ("${config.class}", "first"),
        ("${config . class}", "first"),
        ("${config.\nclass}", "first"),
        ("${list[2].three}", 3),
        ("${list[-1]['three']}", 3),
        ("${items[zero]}", 3),
        ("${user[default(later, 'name')]}", "Ann"),
        ("${[1, n, 'x', [true]]}", [1, 5, "x", [True]]),
        ("${[token, n]}", ["abc", 5]),
    ],
)
def test_a_text_means(text: str, value: Any) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("7 / 2", 3.5),
        ("7 // 2", 3),
        ("-7 % 3", 2),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("+n - -n", 10),
        ("'a' + 'b'", "ab"),
        ("[1] + [2]", [1, 2]),
        ("1 == 1.0", True),
        ("true == 1", False),
        ("'1' == 1", False),
        ("null == false", False),
        ("[1, [true]] == [1.0, [1]]", False),
        ("user == user", True),
        ("user != config", True),
        ("1 < n <= 5", True),
        ("1 < n > 6", False),
        ("'a' < 'b'", True),
        ("n >= 5 and n > 4", True),
        ("n in [1, 5]", True),
        ("'x' not in list", True),
        ("1 in [true]", False),
        ("'ell' in 'hello'", True),
        ("'name' in user", True),
        ("0 or 'x'", "x"),
        ("zero or 'x'", "x"),
        ("n or zero", 5),
        ("zero and token", 0),
        ("yes and token", "abc"),
        ("none and token", None),
        ("token and zero and n", 0),
        ("not none", True),
        ("not token", False),
        ("'big' if n > 3 else 'small'", "big"),
        ("'big' if items[0] > 3 else 'small'", "small"),
        ("1 / 0 if false else 2", 2),
        ("1 / 0 if zero else 2", 2),
        ("false and 1 / 0", False),
        ("zero and 1 / 0", 0),
        ("default(none, 3)", 3),
        ("default(token, 1 / 0)", "abc"),
        ("default(config.nothing.more, 'd')", "d"),
        ("default(user.nothing, user.name)", "Ann"),
        ("default(later, 'd')", "d"),
        ("default(none.a, items[9]) if false else 1", 1),
    ],
)
def test_an_expression_computes(text: str, value: Any) -> None:
    result = evaluate(f"${{{text}}}")
    assert (type(result), result) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vu.id", 3),
        ("vu.iteration", 4),
        ("scenario.name", "browse"),
        ("scenario.iteration", 9),
        ("test.id", "t-1"),
        ("status", 200),
        ("json.pizza.name", "x"),
        ("json.pizza.sizes[1]", 2),
        ("body", '{"id": 7, "pizza": {"name": "x", "sizes": [1, 2]}}'),
        ('headers["x-id"]', "7"),
        ("headers.etag", '"e"'),
        ("headers['X-' + 'Id']", "7"),
        ("headers[default(none, 'x-id')]", "7"),
        ("default(headers[token], 'none')", "none"),
        ("'X-ID' in headers", True),
        ("'X-Other' not in headers", True),
        ("duration", 250.0),
        ("error", ""),
        ("failed", ["status is 200"]),
    ],
)
def test_the_newest_reply_and_the_run_are_known(text: str, value: Any) -> None:
    where = scope(reply())
    where.failed = ["status is 200"]
    assert evaluate(f"${{{text}}}", where) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("status", 0),
        ("body", ""),
        ("duration", 0.0),
        ("error", ""),
        ("'X-Id' in headers", False),
        ("default(json.id, 'none')", "none"),
        ("default(headers.etag, 'none')", "none"),
    ],
)
def test_before_the_first_reply(text: str, value: Any) -> None:
    assert evaluate(f"${{{text}}}", scope(None)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("json.nope", "json has no member 'nope'"),
        ("json.pizza.name.first", "json.pizza.name is text, so it has no member 'first'"),
        ("json.pizza.sizes[2]", "json.pizza.sizes has no item 2: it has 2"),
        ("json.pizza.sizes.length", "the items of json.pizza.sizes have whole numbers, not 'length'"),
        ("json.pizza.sizes[true or token]", "the items of json.pizza.sizes have whole numbers, not true"),
        ("json[items]", "the members of json have names, not [3,4]"),
        ("json[[1]]", "the members of json have names, not [1]"),
        ("json[0]", "the members of json have names, not 0"),
        ("later", "later has no value yet"),
        ("headers['X-Other']", "the reply has no header 'X-Other'"),
        ("headers[zero]", "a header has a name, not 0"),
        ("zero in headers", "a header has a name, not 0"),
        ("status / zero", "division by zero: 200 / 0"),
        ("token + 1", "cannot add text and a number: str(x) makes text, int(x) a number"),
        ("1 + token", "cannot add text and a number: str(x) makes text, int(x) a number"),
        ("status + true", "cannot calculate with a boolean: 200 + true"),
        ("token * 3", "cannot calculate with text: 'abc' * 3"),
        ("-token", "cannot negate text: 'abc'"),
        ("+token", "'+' needs a number, not text: 'abc'"),
        ("token < 1", "cannot compare text with a number: 'abc' < 1"),
        ("zero in token", "text can only hold text, not 0"),
        ("1 in zero", "cannot look for something in a number"),
        ("status ** 9999", "the number is too large"),
        ("(status + 0.5) ** 9999", "the number is too large"),
        ("(zero - 8) ** 0.5", "the root of a negative number is no number"),
        ("1e307 * status", "the number is too large"),
        ("default(1 / zero, 2)", "division by zero: 1 / 0"),
    ],
)
def test_what_fails_at_run_time_says_why_and_where(text: str, message: str) -> None:
    assert failure(f"${{{text}}}") == f"{message}, in ${{{text}}} (plan.yml:1)"


def test_the_whole_text_is_not_quoted_when_one_expression_of_it_fails() -> None:
    assert failure("a ${n} ${json\n .x}") == "json has no member 'x', in ${json .x} (plan.yml:1)"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(b"<html>"), "the body is not JSON: JSON is malformed: invalid character (byte 0)"),
        (reply(b"", status=0), "there is no reply: "),
        (None, "there is no reply yet"),
    ],
)
def test_json_says_why_there_is_none(answer: Any, message: str) -> None:
    assert failure("${json.id}", scope(answer)) == f"{message}, in ${{json.id}} (plan.yml:1)"


def test_an_error_tells_missing_from_wrong() -> None:
    for text, missing in (("${json.nope}", True), ("${1 / zero}", False)):
        with pytest.raises(EvaluationError) as caught:
            evaluate(text)
        assert caught.value.missing is missing


def test_what_an_expression_gives_is_never_an_expression_again() -> None:
    assert evaluate("${tricky} ${n}") == "${n} $${n} 5"


@pytest.mark.parametrize(
    "text", ["plain", "${n}", "${n + 1} ${config.host}", "${lower('A')}", "${[n, true]}"]
)
def test_what_does_not_depend_on_the_run_is_computed_once(text: str) -> None:
    assert compiled(text).constant


@pytest.mark.parametrize(
    "text", ["${token}", "${n} ${vu.id}", "${uuid()}", "${now()}", "${default(token, 1)}"]
)
def test_what_depends_on_the_run_is_not_constant(text: str) -> None:
    assert not compiled(text).constant


def test_numbers_of_the_plan_stay_numbers() -> None:
    value = compile_setting(Setting(1.1, PLACE, "1.10"), NAMES, Problems())
    assert (value.constant, value.value) == (True, 1.1)


def test_all_problems_of_a_text_are_found() -> None:
    problems = Problems()
    value = compile_setting(setting("${bas} ${hafl + toke}", problems), NAMES, problems)
    assert [(p.message, p.place.column) for p in problems] == [
        ("unknown variable 'bas'", 3),
        ("unknown variable 'hafl'", 10),
        ("unknown variable 'toke'", 17),
    ]
    assert (value.constant, value.value) == (True, "")


def test_what_depends_on_a_missing_variable_is_checked_but_not_constant() -> None:
    problems = Problems()
    names = Names({"missing": UNKNOWN, "n": 1})
    value = compile_setting(setting("${upper(missing.x) + 1} ${missing}"), names, problems)
    assert (problems.found, value.constant) == ([], False)


def test_a_missing_variable_has_no_value_at_run_time() -> None:
    value = compile_setting(setting("${missing}"), Names({"missing": UNKNOWN}), Problems())
    with pytest.raises(EvaluationError, match=r"^missing has no value, in"):
        value.of(scope())


@pytest.mark.parametrize("text", ["/a/{{id}}", "Bearer {{ user.token }}"])
def test_what_other_tools_write_for_a_value_is_a_warning(text: str) -> None:
    problems = Problems()
    assert compile_text(setting(text), NAMES, problems).value == text
    (problem,) = problems
    assert (problem.warning, problem.message.endswith("is sent as it stands")) == (True, True)
    assert problem.hint.startswith("a value is written ${")


def test_data_too_deep_to_write_is_a_problem_of_the_plan() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    problems = Problems()
    value = compile_setting(setting("x ${deep}", problems), Names({"deep": deep}), problems)
    assert [p.message for p in problems] == ["the data is nested too deeply to be written"]
    assert value.value == ""


def test_data_too_deep_to_compare_is_an_evaluation_error() -> None:
    first: list[Any] = []
    second: list[Any] = []
    for _ in range(5000):
        first, second = [first], [second]
    where = scope()
    where.values |= {"items": first, "user": second}
    assert failure("${items == user}", where).startswith("the data is nested too deeply, in")
