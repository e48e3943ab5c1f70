from typing import Any

import msgspec
import pytest
from evaluating import NAMES, reply, scope, setting, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.errors import Problems
from planrunner.values.expressions import EvaluationError, Value, compile_tree
from planrunner.values.json import compile_json

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.sampled_from(["", 'ä"\n', "a ${n} b", "${token}", "${items}", "id ${json.id}", "$${n}", "${yes}"])
TREES = st.recursive(
    LEAVES | TEXTS, lambda t: st.lists(t) | st.dictionaries(st.text(max_size=3), t), max_leaves=9
)


def compiled(value: Any) -> Value:
    problems = Problems()
    made = compile_json(tree(value), NAMES, problems)
    assert problems.found == []
    return made


@pytest.mark.slow
@settings(max_examples=50)
@given(TREES)
def test_the_bytes_are_those_of_the_whole_value(value: Any) -> None:
    where = scope(reply())
    whole = compile_tree(tree(value), NAMES, Problems())
    assert compiled(value).of(where) == msgspec.json.encode(whole.of(where))


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"a": [1, {}, []], "b": "x ${n}"}, b'{"a":[1,{},[]],"b":"x 5"}'),
        ([], b"[]"),
        ("${config}", b'{"host":"h","class":"first","a-b":1,"list":[1,2]}'),
    ],
)
def test_what_does_not_depend_on_the_run_is_encoded_once(value: Any, body: bytes) -> None:
    made = compiled(value)
    assert (made.constant, made.value) == (True, body)


def test_an_expression_in_a_body_keeps_its_type() -> None:
    body = compiled({"user": "${user}", "age": "${user.age}", "text": "${user.age}!"}).of(scope())
    assert body == b'{"user":{"name":"Ann","age":30},"age":30,"text":"30!"}'


def test_a_value_that_cannot_be_computed_is_said() -> None:
    with pytest.raises(EvaluationError, match=r"^later has no value yet, in \$\{later\} \(plan.yml:1\)$"):
        compiled({"a": "${later}"}).of(scope())


def test_a_value_that_cannot_be_encoded_is_said() -> None:
    where = scope()
    where.values["token"] = "\ud800"
    with pytest.raises(EvaluationError, match=r"surrogates not allowed \(plan.yml:1\)$"):
        compiled({"a": "${token}"}).of(where)


def test_a_constant_that_cannot_be_encoded_is_a_problem() -> None:
    problems = Problems()
    made = compile_json(setting("\ud800"), NAMES, problems)
    assert (made.constant, [p.message[-23:] for p in problems]) == (True, [": surrogates not allowed"[1:]])


def test_what_is_wrong_in_a_body_is_said_for_each_expression() -> None:
    problems = Problems()
    compile_json(tree({"a": "${nn}", "b": ["${tokens}"]}), NAMES, problems)
    assert [p.message for p in problems.found] == ["unknown variable 'nn'", "unknown variable 'tokens'"]
