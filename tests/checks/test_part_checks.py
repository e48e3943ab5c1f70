from typing import Any

import pytest
from replying import answering, check, complaint, reply, wrong

from planrunner.checks.text import TEXT

HEADERS = [
    ("Content-Type", "application/json"),
    ("X-Left", "42"),
    ("Via", "a"),
    ("via", "b"),
    ("Version", "1.10"),
]
COOKIES = [("Set-Cookie", "id=abc; Path=/; HttpOnly"), ("set-cookie", "count=7"), ("Set-Cookie", "empty=")]


@pytest.mark.parametrize(
    ("matcher", "wanted", "name", "says"),
    [
        ("exists", None, "content-type", ""),
        ("exists", None, "X-Other", "header X-Other is missing"),
        ("exists", False, "X-Other", ""),
        ("exists", False, "X-Left", "header X-Left is '42', expected to be missing"),
        ("equals", "application/json", "Content-Type", ""),
        (
            "equals",
            "text/html",
            "Content-Type",
            "header Content-Type is 'application/json', expected 'text/html'",
        ),
        ("equals", 42, "X-Left", ""),
        ("equals", "x", "X-Other", "header X-Other is missing"),
        ("equals", "a, b", "Via", ""),
        ("not", 41, "X-Left", ""),
        ("not", 42, "X-Left", "header X-Left is '42', expected not '42'"),
        ("contains", "json", "Content-Type", ""),
        (
            "not_contains",
            "json",
            "Content-Type",
            "header Content-Type is 'application/json', expected not to contain 'json'",
        ),
        ("matches", "^application/(json|xml)$", "Content-Type", ""),
        (
            "matches",
            "^xml",
            "Content-Type",
            "header Content-Type is 'application/json', expected to match '^xml'",
        ),
        ("in", [41, 42], "X-Left", ""),
        ("in", [1, 2], "X-Left", 'header X-Left is \'42\', expected one of ["1","2"]'),
        ("in", [["a"], "b"], "X-Left", 'header X-Left is \'42\', expected one of ["[\\"a\\"]","b"]'),
        ("length", 2, "X-Left", ""),
        ("length", 3, "X-Left", "header X-Left has length 2, expected 3"),
        ("above", 5, "X-Left", ""),
        ("above", "5", "X-Left", ""),
        ("above", 42, "X-Left", "header X-Left is '42', expected above 42"),
        ("below", 100, "X-Left", ""),
        ("below", "b", "Content-Type", ""),
        ("at_most", 41.5, "X-Left", "header X-Left is '42', expected at most 41.5"),
        ("at_least", "${n}", "X-Left", ""),
        ("at_least", 1, "Content-Type", "header Content-Type is 'application/json', expected at least 1"),
        ("equals", "${token}", "X-${word}", "header X-pizza is missing"),
        ("equals", "${token}", "X-Left", "header X-Left is '42', expected 'abc'"),
        ("exists", None, "${'X-' + token}", "header X-abc is missing"),
        (
            "exists",
            None,
            "${token.x}",
            "header: token is text, so it has no member 'x', in ${token.x} (plan.yml:3)",
        ),
        (
            "equals",
            "${token.x}",
            "X-Left",
            "header X-Left: token is text, so it has no member 'x', in ${token.x} (plan.yml:2)",
        ),
    ],
)
def test_header(matcher: str, wanted: Any, name: str, says: str) -> None:
    assert complaint(check("header", (matcher, wanted, name)), answering(*HEADERS)) == says


@pytest.mark.parametrize(
    ("matcher", "wanted", "name", "says"),
    [
        ("exists", None, "id", ""),
        ("exists", None, "ID", "cookie ID is missing"),
        ("equals", "abc", "id", ""),
        ("equals", "", "empty", ""),
        ("equals", "x", "id", "cookie id is 'abc', expected 'x'"),
        ("above", 6, "count", ""),
        ("exists", False, "id", "cookie id is 'abc', expected to be missing"),
    ],
)
def test_cookie(matcher: str, wanted: Any, name: str, says: str) -> None:
    assert complaint(check("cookie", (matcher, wanted, name)), answering(*COOKIES)) == says


def test_a_cookie_may_have_been_set_by_a_redirect() -> None:
    answer = answering(hops=[answering(*COOKIES)])
    assert complaint(check("cookie", ("equals", "abc", "id")), answer) == ""


@pytest.mark.parametrize("kind", ["header", "cookie"])
@pytest.mark.parametrize(("matcher", "wanted"), [("exists", False), ("equals", "x")])
def test_a_reply_that_never_came_has_no_parts(kind: str, matcher: str, wanted: Any) -> None:
    answer = reply(status=0, error="timeout")
    assert complaint(check(kind, (matcher, wanted, "id")), answer) == "no reply: timeout"


def test_hostile_text_is_harmless_and_cut() -> None:
    answer = answering(("X-Left", "\x1b[31m" + "a" * 500))
    says = complaint(check("header", ("equals", "b", "X-Left")), answer)
    assert says == f"header X-Left is '\\x1b[31m{'a' * 115}…', expected 'b'"


def test_a_computed_name_is_harmless_and_cut() -> None:
    says = complaint(check("header", ("exists", None, "${token}")), answering(), token="\x1b" + "a" * 500)
    assert says == f"header \ufffd{'a' * 79} is missing"


@pytest.mark.parametrize(
    ("matcher", "wanted", "message"),
    [
        ("equals", ["a"], '1: wrong value ["a"] (write a text)'),
        (
            "matches",
            "(?=a)",
            "2: wrong value '(?=a)' (RE2, which keeps every search fast, has no lookahead: (?=)",
        ),
        ("below", True, "2: wrong value true (write a number like 10)"),
        ("in", "a", "2: wrong value 'a' (write a list of values like [a, b])"),
        ("type", "string", f"1: header cannot be checked with 'type' (one of: {', '.join(sorted(TEXT))})"),
    ],
)
def test_a_wrong_condition_is_a_problem_of_the_plan(matcher: str, wanted: Any, message: str) -> None:
    assert wrong(check("header", (matcher, wanted, "X"))) == [message]


def test_a_wrong_name_is_a_problem_of_the_plan() -> None:
    assert wrong(check("cookie", ("exists", None, "${toke}"))) == [
        "3: unknown variable 'toke' (did you mean 'token'?)"
    ]
