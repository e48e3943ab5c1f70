"""Summaries of the user's own: what a template may ask, and what it cannot do."""

import re
from dataclasses import replace

import pytest
import samples

from planrunner.errors import SetupError
from planrunner.reports.text import MOST, FaultError, compiled


def rendered(source: str) -> str:
    return compiled(source, "t.j2")(samples.failed())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ verdict }}", "failed: 3 of 7 thresholds broken, 1 without data"),
        ("{{ outcome }} {{ plan.name }}", "failed Pizza recommendations"),
        ("{{ stat('http_req_duration', 'p(95)') | duration }}", "518.97ms"),
        ("{{ stat('http_req_failed', 'rate') | share }}", "1.33%"),
        ("{{ stat('http_reqs', 'rate') | rate }}", "31/s"),
        ("{{ stat('data_received', 'count') | size }}", "19 MB"),
        ("{{ stat('http_reqs', 'count') | number }}", "6512"),
        ("{{ stat('nothing', 'avg') | duration }} {{ stat('nothing', 'avg') }}", "– –"),  # noqa: RUF001
        ("{{ requests | map(attribute='name') | join(', ') }}", "login, recommend, GET /ready"),
        ("{{ checks | selectattr('fails') | list | length }}", "2"),
        ("{{ errors[0].message }}: {{ errors[0].count }}", "HTTP status 503: 58"),
        (
            "{{ thresholds[0] | measured }}, {{ thresholds[0] | difference }}",
            "518.97ms, 3.7 % over the limit",
        ),
        ("{{ result.duration | duration }}", "3m30s"),
        ("{{ plan.name | csv }},{{ 1.5 | csv }}", '"Pizza recommendations","1.5"'),
        ("{{ '=a\"b' | csv }},{{ ' +1' | csv }}", '"\'=a""b","\' +1"'),
        ("{{ -1 | csv }},{{ stat('nothing', 'avg') | csv }}", '"-1","–"'),  # noqa: RUF001
        ("{% macro bold(a) %}*{{ a }}*{% endmacro %}{{ bold('x') }}", "*x*"),
        ("a\n{% if true %}\nb\n{% endif %}\n", "a\nb\n"),
    ],
)
def test_a_template_asks_the_result(source: str, expected: str) -> None:
    assert rendered(source) == expected


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("\n\n{{ verdit }}", 3, "unknown name 'verdit'"),
        ("{{ verdict | shout }}", 1, "No filter named 'shout'"),
        ("a\n{% include '/etc/passwd' %}", 2, "a template reads no other files: include is not there"),
        ("{% import 'x' as y %}", 1, "import is not there"),
        ("{% from 'x' import y %}", 1, "from is not there"),
        ("{% extends 'x' %}", 1, "extends is not there"),
    ],
)
def test_what_is_wrong_is_known_before_the_run(source: str, line: int, message: str) -> None:
    with pytest.raises(FaultError, match=message) as caught:
        compiled(source, "t.j2")
    assert caught.value.line == line


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(FaultError) as caught:
        compiled("{{ treshold }}", "t.j2")
    assert caught.value.hint == "did you mean 'thresholds'?"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n{{ plan.nme }}", "t.j2:2: 'planrunner.result.plan.PlanInfo object' has no attribute 'nme'"),
        ("{{ 1 / 0 }}", "t.j2:1: division by zero"),
        ("\n\n{{ stat('http_reqs', 'p95') }}", "t.j2:3: unknown aggregate 'p95': write one of avg, "),
        ("{{ stat('a{', 'avg') }}", "t.j2:1: write it as metric or metric{tag:value}"),
        ("{{ ''.__class__.__mro__ }}", "t.j2:1: access to attribute '__class__' of 'str' object is unsafe"),
        (
            "{{ stat.__globals__ }}",
            "t.j2:1: access to attribute '__globals__' of 'function' object is unsafe",
        ),
        ("{{ result.environment.options.clear() }}", "t.j2:1: "),
        ("{% for i in range(999999) %}{% endfor %}", "t.j2:1: Range too big."),
        (f"{{{{ 'x' * {MOST + 1} }}}}", "t.j2: what it makes is longer than 1,000,000 characters"),
    ],
)
def test_what_goes_wrong_over_a_result_names_the_line(source: str, message: str) -> None:
    with pytest.raises(SetupError, match=re.escape(message)):
        rendered(source)


def test_foreign_text_has_no_control_characters_and_is_short() -> None:
    source = "{{ verdict }}|{{ plan.name }}|{{ errors }}|{{ checks }}|{{ result.environment.options }}"
    assert compiled(source, "t.j2")(samples.hostile()).isprintable()
    long = replace(samples.failed(), target="x" * 10_000)
    assert len(compiled("{{ result.target }}", "t.j2")(long)) == 300


def test_foreign_text_at_the_beginning_of_a_line_is_no_command() -> None:
    told = compiled("::notice::{{ plan.name }}\n{{ plan.name }}", "t.j2")(samples.hostile("::error::x"))
    assert told == "::notice::\ufffd:error::x\n\ufffd:error::x"
