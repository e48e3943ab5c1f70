from typing import Any

import pytest
from evaluating import PLACE, tree

from planrunner.errors import Problems, UsageError
from planrunner.plan.model import Setting, Variable
from planrunner.values.names import UNKNOWN
from planrunner.values.variables import resolve, secrets


def variable(name: str, default: Any = None, **rest: Any) -> Variable:
    return Variable(name, PLACE, default=None if default is None else tree(default), **rest)


DECLARED = {
    v.name: v
    for v in (
        variable("base_url", "http://default", env="BASE_URL"),
        variable("count", 500),
        variable("share", 0.5),
        variable("debug", default=False),
        variable("wishes", ["a", {"b": 1}]),
        variable("limits", {"low": 1}),
        variable("password", env="SHOP_PASSWORD", secret=True),
    )
}


def values(given: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> dict[str, Any]:
    problems = Problems()
    found = resolve(DECLARED, {"password": "p", **(given or {})}, environ or {}, problems, required=True)
    assert problems.found == []
    return found


def wrong(given: dict[str, str], environ: dict[str, str] | None = None, **declared: Variable) -> list[str]:
    problems = Problems()
    found = resolve(declared, given, environ or {}, problems, required=True)
    assert UNKNOWN in found.values()
    return [f"{p.message} ({p.hint})" for p in problems]


def test_defaults_hold_where_nothing_else_is_said() -> None:
    assert values() == {
        "base_url": "http://default",
        "count": 500,
        "share": 0.5,
        "debug": False,
        "wishes": ["a", {"b": 1}],
        "limits": {"low": 1},
        "password": "p",
    }


def test_the_environment_goes_over_the_default() -> None:
    assert values(environ={"BASE_URL": "http://env"})["base_url"] == "http://env"


def test_the_environment_counts_only_where_it_is_declared() -> None:
    assert values(environ={"count": "7", "COUNT": "7"})["count"] == 500


@pytest.mark.parametrize("name", ["base_url", "BASE_URL"])
def test_the_command_line_goes_over_the_environment(name: str) -> None:
    assert values({name: "http://given"}, {"BASE_URL": "http://env"})["base_url"] == "http://given"


def test_a_given_name_means_the_environment_name_first() -> None:
    declared = {"a": variable("a", "x", env="b"), "b": variable("b", "y")}
    assert resolve(declared, {"b": "given"}, {}, Problems(), required=True) == {"a": "given", "b": "y"}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("count", "7", 7),
        ("share", "7", 7.0),
        ("debug", "true", True),
        ("wishes", '["x"]', ["x"]),
        ("limits", '{"low": 2}', {"low": 2}),
        ("base_url", "7", "7"),
        ("password", "7", "7"),
        ("base_url", "${count}", "${count}"),
    ],
)
def test_a_text_takes_the_type_of_the_default(name: str, text: str, value: Any) -> None:
    found = values({name: text})[name]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("default", "text", "message"),
    [
        (500, "1.5", "variable 'x': '1.5' from -e is not a whole number (its default is 500)"),
        (500, "", "variable 'x': '' from -e is not a whole number (its default is 500)"),
        (0.5, "half", "variable 'x': 'half' from -e is not a number (its default is 0.5)"),
        (True, "1", "variable 'x': '1' from -e is not true or false (its default is true)"),
        (["a"], "a", "variable 'x': 'a' from -e is not a list in JSON (its default is [\"a\"])"),
        (["a"], "{}", "variable 'x': '{}' from -e is not a list in JSON (its default is [\"a\"])"),
        ({"a": 1}, "[]", "variable 'x': '[]' from -e is not an object in JSON (its default is {\"a\":1})"),
        ("a", "\udcff", "variable 'x': '\\udcff' from -e is not text in UTF-8 (its default is 'a')"),
        (None, "\udcff", "variable 'x': '\\udcff' from -e is not text in UTF-8 ()"),
    ],
)
def test_a_text_that_is_not_of_the_type_is_a_problem(default: Any, text: str, message: str) -> None:
    assert wrong({"x": text}, x=variable("x", default)) == [message]


def test_a_wrong_text_of_the_environment_names_it() -> None:
    assert wrong({}, {"N": "x"}, n=variable("n", 1, env="N")) == [
        "variable 'n': 'x' from N is not a whole number (its default is 1)"
    ]


def test_a_wrong_secret_is_not_shown() -> None:
    assert wrong({"n": "hunter2"}, n=variable("n", 123456, secret=True)) == [
        "variable 'n': its value from -e is not a whole number ()"
    ]


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ("", "variable 'n' has no value (give -e n=... or a default)"),
        ("N", "variable 'n' has no value (set N or give -e N=...)"),
    ],
)
def test_a_missing_variable_is_an_error_when_values_are_required(env: str, message: str) -> None:
    assert wrong({}, n=variable("n", env=env)) == [message]


def test_a_missing_variable_is_a_warning_when_values_are_not_required() -> None:
    problems = Problems()
    found = resolve({"n": variable("n")}, {}, {}, problems, required=False)
    assert (found["n"] is UNKNOWN, problems.failed, len(problems.found)) == (True, False, 1)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("BASE_ULR", "-e BASE_ULR: the plan has no such variable; did you mean 'BASE_URL'?"),
        ("cuont", "-e cuont: the plan has no such variable; did you mean 'count'?"),
    ],
)
def test_a_given_name_that_is_no_variable_is_wrong_usage(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        values({name: "x"})
    assert str(caught.value) == message


def test_nothing_is_suggested_where_there_are_no_variables() -> None:
    with pytest.raises(UsageError) as caught:
        resolve({}, {"a": "x"}, {}, Problems(), required=True)
    assert str(caught.value) == "-e a: the plan has no such variable"


def test_a_dollar_is_doubled_in_a_default_as_everywhere() -> None:
    declared = {"x": variable("x", "$${a}")}
    assert resolve(declared, {}, {}, Problems(), required=True) == {"x": "${a}"}


def test_the_secrets_are_the_texts_of_secret_variables() -> None:
    declared = {
        "a": variable("a", "open"),
        "b": variable("b", "hidden", secret=True),
        "c": variable("c", {"x": ["deep", 12345]}, secret=True),
        "d": variable("d", secret=True),
        "e": variable("e", secret=True),
    }
    found = {"a": "open", "b": "hidden", "c": {"x": ["deep", 12345]}, "d": UNKNOWN}
    assert secrets(declared, found) == ("hidden", "deep", "12345")


@pytest.mark.parametrize(
    ("default", "told"),
    [
        ("in-the-plan", ("used", "in-the-plan")),
        (123456, ("used", "123456")),
        ("abc", ("used",)),
        (True, ("used",)),
        ("$${abc}", ("used", "${abc}", "$${abc}")),
        ("it's me", ("used", "it's me", "it''s me")),
        ("first\n  second\n", ("used", "first\n  second\n", "first", "second")),
        ({"x": ["deep", 12345]}, ("used", "deep", "12345")),
    ],
)
def test_a_default_is_secret_though_another_value_is_used(default: Any, told: tuple[str, ...]) -> None:
    assert secrets({"a": variable("a", default, secret=True)}, {"a": "used"}) == told


def test_a_number_is_secret_as_the_plan_writes_it() -> None:
    written = Variable("a", PLACE, default=Setting(10000, PLACE, "1_0000"), secret=True)
    assert secrets({"a": written}, {"a": 7}) == ("7", "10000", "1_0000")
