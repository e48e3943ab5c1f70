from typing import Any

import pytest
from replying import PLACE, check, complaint, reply, wrong

from planrunner.plan.model import Check, Condition

BODY = '{"items": [1, 2], "none": null, "zero": 0, "text": "", "esc": "\\u001b"}'


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("${length(json.items) == 2}", ""),
        ("${json.items}", ""),
        ("${true}", ""),
        ("${length(json.items)  >\n 2}", "${length(json.items) > 2} is false"),
        ("${json.none}", "${json.none} is null"),
        ("${json.zero}", "${json.zero} is 0"),
        ("${json.text}", "${json.text} is ''"),
        ("${json.esc if status == 404 else ''}", "${json.esc if status == 404 else ''} is ''"),
        ("${json.nothing}", "json has no member 'nothing', in ${json.nothing} (plan.yml:2)"),
        ("${json.text > 1}", "cannot compare text with a number: '' > 1, in ${json.text > 1} (plan.yml:2)"),
    ],
)
def test_an_expression_holds_when_it_is_true(wanted: str, says: str) -> None:
    assert complaint(check("expr", ("holds", wanted)), reply(BODY)) == says


def test_a_long_expression_is_cut() -> None:
    says = complaint(check("expr", ("holds", f"${{not '{'a' * 500}'}}")), reply())
    assert says == f"${{not '{'a' * 113}… is false"


def test_an_expression_may_ask_for_no_reply() -> None:
    assert complaint(check("expr", ("holds", "${status == 0}")), reply(status=0)) == ""


WRITE = "write one like ${status == 200}"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("status == 200", f"2: this is no expression ({WRITE})"),
        ("${status} == 200", f"2: this is no expression ({WRITE})"),
        ("", f"2: this is no expression ({WRITE})"),
        (True, f"2: this is no expression ({WRITE})"),
        ("${status", "2: '${' is not closed (write } at its end, or $${ for a literal ${)"),
        ("${toke}", "2: unknown variable 'toke' (did you mean 'token'?)"),
    ],
)
def test_a_wrong_expression_is_a_problem_of_the_plan(wanted: Any, message: str) -> None:
    assert wrong(check("expr", ("holds", wanted))) == [message]


def test_a_list_is_no_expression() -> None:
    assert wrong(Check("expr", "a check", (Condition("holds", (), PLACE),), PLACE)) == [
        f"1: this is no expression ({WRITE})"
    ]
