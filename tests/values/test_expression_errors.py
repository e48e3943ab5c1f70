import pytest
from evaluating import NAMES, complaints, evaluate, reply, scope, setting
from hypothesis import given
from hypothesis import strategies as st

from planrunner.errors import Place, Problems
from planrunner.plan import names as plan_names
from planrunner.plan.model import Setting
from planrunner.values.compiler import NODES
from planrunner.values.expressions import (
    RESERVED,
    EvaluationError,
    Names,
    compile_setting,
    compile_text,
)
from planrunner.values.functions import FUNCTIONS

RULE = "only data, arithmetic, comparisons, and, or, not, in, if-else and the functions"
HERE = "here only variables are known"
LISTED = "one of: base64, default, first, float, hmac, int, join, last, length, lower, now, random_choice, "
LISTED += "random_int, random_string, sha256, str, timestamp, tojson, upper, urlencode, uuid"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a ${bsae}/x", "5+4: unknown variable 'bsae' (did you mean 'base'?)"),
        ("${tokn}", "3+4: unknown variable 'tokn' (did you mean 'token'?)"),
        ("${stats}", "3+5: unknown variable 'stats' (did you mean 'status'?)"),
        ("${uuid}", "3+4: unknown variable 'uuid' (call it: uuid())"),
        ("${upper}", "3+5: unknown variable 'upper' (call it: upper(...))"),
        ("${True}", "3+4: unknown variable 'True' (write true)"),
        ("${None}", "3+4: unknown variable 'None' (write null)"),
        ("${vu}", "3+2: 'vu' is no value by itself (write vu.id or vu.iteration)"),
        ("${vu.name}", "3+2: 'vu' is no value by itself (write vu.id or vu.iteration)"),
        ("${headers}", "3+7: 'headers' is no value by itself (name one: headers[\"Content-Type\"])"),
        (
            "${1 < 2 in headers}",
            "12+7: 'headers' is no value by itself (name one: headers[\"Content-Type\"])",
        ),
        ("${config.hsot}", "3+11: config has no member 'hsot' ()"),
        ("${lower(config.hsot)}", "3+18: config has no member 'hsot' ()"),
        ("${token + config.hsot}", "3+19: config has no member 'hsot' ()"),
        ("${config.hsot and token}", "3+21: config has no member 'hsot' ()"),
        ("${config.hsot or token}", "3+20: config has no member 'hsot' ()"),
        ("${1 if config.hsot else token}", "3+27: config has no member 'hsot' ()"),
        ("${list[token and 7] + list[7]}", "3+27: list has no item 7: it has 3 ()"),
        ("${n / 0}", "3+5: division by zero: 5 / 0 ()"),
        ("${9 ** 9 ** 9}", "3+11: the number is too large ()"),
        ("${1e999}", "3+5: the number is too large ()"),
        ("${2.0 ** 5000}", "3+11: the number is too large ()"),
        ("${}", "3+1: an empty ${} (name a value, or write $${ for a literal ${)"),
        ("a ${ }", "5+1: an empty ${} (name a value, or write $${ for a literal ${)"),
        ("a ${n", "3+2: '${' is not closed (write } at its end, or $${ for a literal ${)"),
        ("a ${it's}", "3+2: '${' is not closed (the quote ' inside it is not closed)"),
        ("${ ${n} }", "4+2: '${' is not part of the language (names stand bare inside ${...})"),
        (
            "${n | 1}",
            "3+5: 'n | 1' is not part of the language (there are no filters; call a function: lower(x))",
        ),
        (
            "${n | upper: 1}",
            "5+1: '|' is not part of the language (there are no filters; call a function: lower(x))",
        ),
        ("${n && yes}", "5+2: '&&' is not part of the language (write 'and')"),
        ("${n === 5}", "5+3: '===' is not part of the language (write '==')"),
        ("${n ? 1 : 2}", "5+1: '?' is not part of the language (write 'a if condition else b')"),
        ("${n = 5}", "5+1: '=' is not part of the language (compare with '==')"),
        ("${n # five}", "5+1: '#' cannot stand here (an expression has no comments)"),
        ("${n \\}", "5+1: '\\\\' cannot stand here (a backslash stands only inside quotes)"),
        ("${n is 5}", "5+1: cannot read the expression ()"),
        ("${(n}", "3+1: cannot read the expression ('(' was never closed)"),
        ("${'\\d'}", "3+1: cannot read the expression (invalid escape sequence '\\d')"),
        ("${'\\ud800'}", "3+8: half a character: '\\ud800' to '\\udfff' stand for nothing alone ()"),
        ("${n, 1}", "3+4: 'n, 1' is not part of the language (write a list: [a, b])"),
        ("${list[0:1]}", "3+9: a list cannot be cut (take one item: list[0])"),
        ("${n ^ 1}", f"3+5: 'n ^ 1' is not part of the language ({RULE})"),
        ("${~n}", f"3+2: '~n' is not part of the language ({RULE})"),
        ("${f'{n}'}", "3+6: \"f'{n}'\" is not part of the language"),
        ("${b'x'}", "3+4: \"b'x'\" is not part of the language ()"),
        ("${1j}", "3+2: '1j' is not part of the language ()"),
        ("${uper('a')}", "3+4: unknown function 'uper' (did you mean 'upper'?)"),
        ("${upper()}", "3+7: upper() takes 1 argument, not 0 ()"),
        ("${uuid(1)}", "3+7: uuid() takes 0 arguments, not 1 ()"),
        ("${join([], '', 1)}", "3+15: join() takes 1 to 2 arguments, not 3 ()"),
        ("${now(shift='1d')}", "3+15: the arguments of now() have no names (write only their values)"),
        ("${token.upper()}", "3+11: 'token.upper' cannot be called (write upper(x))"),
        ("${list[0]()}", "3+7: 'list[0]' cannot be called (call a function by its name: lower(x))"),
        ("${upper(5)}", "3+8: upper() takes text, not a number: 5 ()"),
        ("${'x' * 3}", "3+7: cannot calculate with text: 'x' * 3 ()"),
        ("${3 * [1]}", "3+7: cannot calculate with a list: 3 * [1] ()"),
        ("${ä + ö}", "3+1: unknown variable 'ä'"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text: str, wrong: str) -> None:
    assert complaints(text)[0].startswith(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "__import__('os')",
        "open('x')",
        "eval('1')",
        "(lambda: 1)()",
        "[x for x in list]",
        "{x for x in list}",
        "f'{n}'",
        "(n := 1)",
        "[*list]",
        "upper(*list)",
        "n if n",
        "await n",
        "yield",
        "...",
        "__debug__",
        "n.__class__",
        "list.append(1)",
        "config.__init__.__globals__",
        "upper.__globals__",
        "'{0.__class__}'.format(n)",
        "'%s' % n",
        "'x' * 1000000000",
        "[0] * 1000000000",
        "2 ** 2 ** 2 ** 2 ** 2 ** 2",
        "upper(upper)",
    ],
)
def test_nothing_outside_the_language_can_be_said(text: str) -> None:
    assert complaints(f"${{{text}}}") != []


@pytest.mark.parametrize(
    "text", ["token.__class__", "user.__class__", "items.append", "json.keys", "status.real"]
)
def test_no_attribute_of_python_is_reached_at_run_time(text: str) -> None:
    with pytest.raises(EvaluationError):
        evaluate(f"${{{text}}}")


@pytest.mark.parametrize(
    "text",
    ["-" * 4000 + "1", "(" * 2000, "not " * 1000 + "n", "n" + ".a" * 2000, "[" * 40 + "]" * 40 + "[0]" * 60],
)
def test_nesting_is_limited(text: str) -> None:
    (wrong,) = complaints(f"${{{text}}}")
    assert "nested more than 50 levels deep" in wrong or "cannot read the expression" in wrong


def test_an_expression_has_at_most_4_kib() -> None:
    assert complaints(f"${{'{'x' * 4095}'}}") == ["3+4097: an expression has at most 4 KiB ()"]


def test_an_expression_may_have_4_kib() -> None:
    assert complaints(f"${{'{'x' * 4094}'}}") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("${vu.id}", f"3+2: 'vu' is not known here ({HERE})"),
        ("${token}", f"3+5: 'token' is not known here ({HERE})"),
        ("${headers.etag}", f"3+7: 'headers' is not known here ({HERE})"),
        ("${'a' in headers}", f"10+7: 'headers' is not known here ({HERE})"),
        ("${uuid()}", f"3+6: 'uuid()' is not known here ({HERE})"),
        ("${bas}", "3+3: unknown variable 'bas' (did you mean 'base'?)"),
    ],
)
def test_outside_steps_only_variables_are_known(text: str, wrong: str) -> None:
    assert complaints(text, Names(NAMES.variables, NAMES.saved, runtime=False)) == [wrong]


def test_outside_steps_variables_are_known() -> None:
    assert complaints("${n + 1}", Names(NAMES.variables, runtime=False)) == []


def test_what_cannot_be_named_by_the_plan_is_what_is_reserved() -> None:
    assert RESERVED <= plan_names.BUILT_IN | plan_names.WORDS
    assert set(FUNCTIONS) == plan_names.FUNCTIONS


def located(source: str, text: str, column: int = 1) -> list[Place]:
    problems = Problems(lines={"plan.yml": source.split("\n")})
    compile_text(Setting(text, Place("plan.yml", 1, column), text), NAMES, problems)
    return [p.place for p in problems]


@pytest.mark.parametrize(
    ("source", "text", "column", "place"),
    [
        ("get: /a/${x}", "/a/${x}", 6, Place("plan.yml", 1, 11, 1)),
        ('get: "/a/${x}"', "/a/${x}", 6, Place("plan.yml", 1, 12, 1)),
        ("get: '/a/${x}'", "/a/${x}", 6, Place("plan.yml", 1, 12, 1)),
        ('get: "\\t${x}"', "\t${x}", 6, Place("plan.yml", 1, 6)),
        ("body: |\n  one\n  two ${x}", "one\ntwo ${x}\n", 7, Place("plan.yml", 3, 9, 1)),
        ("body: |\n  one\n    two ${x}", "one\n  two ${x}\n", 7, Place("plan.yml", 3, 11, 1)),
        ("body: >-\n  one\n  two ${x}", "one two ${x}", 7, Place("plan.yml", 1, 7)),
        ("body: |-\n  one ${x}", "one ${x}", 7, Place("plan.yml", 2, 9, 1)),
        ("body: |\n", "one ${x}\n\n", 7, Place("plan.yml", 1, 7)),
    ],
)
def test_a_name_is_found_where_it_really_stands(source: str, text: str, column: int, place: Place) -> None:
    assert located(source, text, column) == [place]


def test_a_place_without_a_line_stays_as_it_is() -> None:
    problems = Problems()
    compile_text(Setting("${x}", Place("(command line)"), ""), NAMES, problems)
    assert [p.place for p in problems] == [Place("(command line)")]


SIGNS = "()[]{}.,+-*/%<>=!:;#\\'\"|&^~@$ \n\0\ud800ä"
WORDS_AND_CALLS = """
    ** // == lambda for is in and or not if else true null 1 0 1e9 0x1 999999999999999999999999999999 n list
    config host token user json headers vu.id __class__ uuid() default( random_string( upper( int(
"""
PIECES = st.sampled_from([*SIGNS, *WORDS_AND_CALLS.split(), " in ", " and ", " if ", " else "])


@pytest.mark.slow
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join)))
def test_any_text_is_a_value_or_a_problem(text: str) -> None:
    problems = Problems()
    value = compile_setting(setting(f"a ${{{text}}} ${{{text}}}", problems), NAMES, problems)
    try:
        result = value.of(scope(reply()))
    except EvaluationError:
        return
    assert isinstance(result, str)


DATA = """
    0 1 -1 2.5 1e308 9999999 'x' '' 'é' true false null [] [1,'a'] n half base list config token items user
    zero later json body status headers.etag failed uuid() timestamp() vu.id json.pizza.sizes
"""
SAID = "+ - * / // % ** == != < <= > >= in and or"
OPERANDS, OPERATORS = st.sampled_from(DATA.split()), st.sampled_from(SAID.split())
CALLS = st.sampled_from([name for name in FUNCTIONS if name != "random_string"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda part: f"({' '.join(part)})"),
        st.tuples(CALLS, st.lists(inner, max_size=2)).map(lambda part: f"{part[0]}({', '.join(part[1])})"),
        st.tuples(inner, inner).map(lambda part: f"{part[0]}[{part[1]}]"),
        st.tuples(inner, inner, inner).map(lambda part: f"({part[0]} if {part[1]} else {part[2]})"),
        inner.map(lambda part: f"(not {part})"),
        inner.map(lambda part: f"(-{part})"),
    )


@given(st.recursive(OPERANDS, combined, max_leaves=6))
def test_whatever_is_computed_is_json_or_an_evaluation_error(text: str) -> None:
    problems = Problems()
    value = compile_text(setting(f"${{{text}}}", problems), NAMES, problems)
    try:
        result = value.of(scope(reply()))
    except EvaluationError:
        return
    assert isinstance(result, str)


def test_the_list_of_what_can_be_said_is_short() -> None:
    names = "Attribute BinOp BoolOp Call Compare Constant IfExp List Name Subscript UnaryOp"
    assert " ".join(sorted(node.__name__ for node in NODES)) == names
