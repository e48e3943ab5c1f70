from typing import Any

import pytest
from replying import check, complaint, reply, wrong

from planrunner.checks.html import HTML

PAGE = """<!doctype html><html><head><title>Pizza &amp; more</title></head><body>
<h1>
  Our   <b>pizzas</b>
</h1><ul><li class="hot">Diavola</li><li>Margherita</li></ul>
<span id="count"> 12 </span><input name=csrf value="t0k" disabled></body>"""


@pytest.mark.parametrize(
    ("matcher", "wanted", "selector", "says"),
    [
        ("exists", None, "h1", ""),
        ("exists", True, "input[name=csrf]", ""),
        ("exists", None, "h2", "h2 is missing"),
        ("exists", False, "h2", ""),
        ("exists", False, "li.hot", "li.hot is 'Diavola', expected to be missing"),
        ("equals", "Our pizzas", "h1", ""),
        ("equals", "Pizza & more", "title", ""),
        ("equals", "x", "h1", "h1 is 'Our pizzas', expected 'x'"),
        ("equals", "x", "h2", "h2 is missing"),
        ("equals", 12, "#count", ""),
        ("not", "x", "h1", ""),
        ("not", "Our pizzas", "h1", "h1 is 'Our pizzas', expected not 'Our pizzas'"),
        ("contains", "pizza", "h1", ""),
        ("contains", "${token}", "h1", "h1 is 'Our pizzas', expected to contain 'abc'"),
        (
            "contains",
            "${token.x}",
            "h1",
            "h1: token is text, so it has no member 'x', in ${token.x} (plan.yml:2)",
        ),
        ("not_contains", "pizza", "h1", "h1 is 'Our pizzas', expected not to contain 'pizza'"),
        ("matches", "^D", "li", ""),
        ("matches", "^M", "li", "li is 'Diavola', expected to match '^M'"),
        ("in", ["Diavola", 1], "li", ""),
        ("length", 7, "li", ""),
        ("above", 11, "#count", ""),
        ("below", 12, "#count", "#count is '12', expected below 12"),
        ("at_most", 12, "#count", ""),
        ("at_least", 12.5, "#count", "#count is '12', expected at least 12.5"),
        ("min_items", 2, "li", ""),
        ("min_items", 3, "ul > li", "ul > li has 2 items, expected at least 3"),
        ("max_items", 1, "li", "li has 2 items, expected at most 1"),
        ("max_items", 0, "h2", ""),
        ("min_items", 1, "h2", "h2 has 0 items, expected at least 1"),
        ("exists", None, "li.${word}", "li.pizza is missing"),
    ],
)
def test_html(matcher: str, wanted: Any, selector: str, says: str) -> None:
    assert complaint(check("html", (matcher, wanted, selector)), reply(PAGE)) == says


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ('{"pizza": "Margherita"}', 200, 'the body is not HTML (it begins with \'{"pizza": "Margherita"}\')'),
        (b"\x00\x01\xff", 200, "the body is not HTML (it begins with '\\x00\\x01\ufffd')"),
        ("", 204, "the body is empty, so not HTML"),
        ("", 0, "no reply: timeout"),
    ],
)
@pytest.mark.parametrize("wanted", [True, False])
def test_a_body_that_is_not_html_is_a_complaint(
    body: str | bytes, status: int, says: str, wanted: bool
) -> None:
    answer = reply(body, status, error="" if status else "timeout")
    assert complaint(check("html", ("exists", wanted, "p")), answer) == says


def test_broken_html_is_read_as_browsers_do() -> None:
    answer = reply(b"<p>one<p>caf\xc3\xa9 \xff")
    assert complaint(check("html", ("equals", "one", "p"), ("equals", "café \ufffd", "p + p")), answer) == ""


@pytest.mark.parametrize("selector", ["p[", "p >", "", "//p", "p::text", "\ud800"])
def test_a_wrong_selector_is_a_problem_of_the_plan(selector: str) -> None:
    problems = wrong(check("html", ("exists", None, selector)))
    assert problems == [
        f"3: wrong value {selector!r} (no CSS selector; write one like h1.title or input[name=csrf])"
    ]


@pytest.mark.parametrize(
    ("matcher", "wanted", "selector", "message"),
    [
        ("exists", None, "${toke}", "3: unknown variable 'toke' (one of: limit, n, word)"),
        ("exists", None, "${token}", "3: 'token' is not known here (here only variables are known)"),
        ("matches", "(", "p", "2: wrong value '(' (no regular expression: missing ): '(')"),
        ("type", "string", "p", f"1: html cannot be checked with 'type' (one of: {', '.join(sorted(HTML))})"),
    ],
)
def test_a_wrong_condition_is_a_problem_of_the_plan(
    matcher: str, wanted: Any, selector: str, message: str
) -> None:
    assert wrong(check("html", (matcher, wanted, selector))) == [message]
