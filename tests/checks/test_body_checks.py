from typing import Any

import pytest
from replying import check, complaint, reply, wrong

from planrunner.checks.body import BODY

PAGE = "Pizza 42\n"


@pytest.mark.parametrize(
    ("matcher", "wanted", "says"),
    [
        ("contains", "Pizza", ""),
        ("contains", 42, ""),
        ("contains", "", ""),
        ("contains", "${word}", "the body is 'Pizza 42\\n', expected to contain 'pizza'"),
        ("contains", "${token}", "the body is 'Pizza 42\\n', expected to contain 'abc'"),
        ("not_contains", "pineapple", ""),
        ("not_contains", "Pizza", "the body is 'Pizza 42\\n', expected not to contain 'Pizza'"),
        ("equals", "Pizza 42\n", ""),
        ("equals", 42, "the body is 'Pizza 42\\n', expected '42'"),
        ("not", 42, ""),
        ("not", "Pizza 42\n", "the body is 'Pizza 42\\n', expected not 'Pizza 42\\n'"),
        ("matches", r"^\w+ \d\d\s$", ""),
        ("matches", "(?i)pizza", ""),
        ("matches", r"\d$", "the body is 'Pizza 42\\n', expected to match '\\\\d$'"),
        ("matches", "[[a]z+", "the body is 'Pizza 42\\n', expected to match '[[a]z+'"),
        ("matches", "^${token}", "the body is 'Pizza 42\\n', expected to match '^abc'"),
        ("in", ["a", "Pizza 42\n"], ""),
        ("in", ["a", "${word}"], 'the body is \'Pizza 42\\n\', expected one of ["a","pizza"]'),
        ("in", ["a", 42], 'the body is \'Pizza 42\\n\', expected one of ["a","42"]'),
        ("length", 9, ""),
        ("length", 10, "the body has length 9, expected 10"),
    ],
)
def test_body(matcher: str, wanted: Any, says: str) -> None:
    assert complaint(check("body", (matcher, wanted)), reply(PAGE)) == says


def test_a_body_is_text_in_utf_8() -> None:
    assert complaint(check("body", ("contains", "é")), reply("café")) == ""


def test_a_number_is_compared_as_it_is_written() -> None:
    assert complaint(check("body", ("equals", 42)), reply("42")) == ""


def test_a_long_body_is_cut_in_the_complaint() -> None:
    says = complaint(check("body", ("contains", "x")), reply("é" * 500))
    assert says == f"the body is '{'é' * 120}…', expected to contain 'x'"


@pytest.mark.parametrize("matcher", ["contains", "not_contains", "equals"])
def test_a_reply_that_never_came_has_no_body(matcher: str) -> None:
    assert complaint(check("body", (matcher, "")), reply(status=0, error="timeout")) == "no reply: timeout"


def test_a_pattern_of_the_run_that_is_wrong_is_a_complaint() -> None:
    says = complaint(check("body", ("matches", "(${token}")), reply(PAGE))
    assert says == "the body: no regular expression: missing ): '(abc'"


@pytest.mark.parametrize(
    ("matcher", "wanted", "message"),
    [
        (
            "matches",
            "a(b",
            "2: wrong value 'a(b' (no regular expression: missing ): 'a(b')",
        ),
        (
            "matches",
            "a{1001}",
            "2: wrong value 'a{1001}' (no regular expression: invalid repetition size: '{1001}')",
        ),
        ("contains", ["a"], '1: wrong value ["a"] (write a text)'),
        ("in", "a", "2: wrong value 'a' (write a list of values like [a, b])"),
        ("in", [], "1: wrong value [] (write a list of values like [a, b])"),
        ("length", "long", "2: wrong value 'long' (write a whole number like 10)"),
        (
            "below",
            5,
            f"1: body cannot be checked with 'below' (one of: {', '.join(sorted(BODY))})",
        ),
    ],
)
def test_a_wrong_condition_is_a_problem_of_the_plan(matcher: str, wanted: Any, message: str) -> None:
    assert wrong(check("body", (matcher, wanted))) == [message]
