"""Texts and trees of texts: what their expressions insert, how it is escaped, and how long it may be."""

import pytest
from evaluating import NAMES, PLACE, evaluate, scope, setting, tree

from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.expressions import (
    EvaluationError,
    Value,
    compile_setting,
    compile_text,
    compile_tree,
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


def test_a_text_takes_numbers_as_they_are_written() -> None:
    value = compile_text(Setting(1.1, PLACE, "1.10"), NAMES, Problems())
    assert (value.constant, value.value) == (True, "1.10")


@pytest.mark.parametrize(
    ("text", "value"), [("${n}", "5"), ("${user.age}", "30"), ("${null}", "null"), ("${token}", "abc")]
)
def test_a_text_is_always_text(text: str, value: str) -> None:
    assert compile_text(setting(text), NAMES, Problems()).of(scope()) == value


def test_only_what_is_inserted_is_escaped() -> None:
    value = compile_text(setting("/a b/${token}/${n}"), NAMES, Problems(), escape=lambda part: f"<{part}>")
    assert value.of(scope()) == "/a b/<abc>/<5>"


def test_what_is_inserted_first_is_escaped_when_it_is_constant_too() -> None:
    value = compile_text(setting("${n}"), NAMES, Problems(), escape=lambda part: f"<{part}>")
    assert (value.constant, value.value) == (True, "<5>")


@pytest.mark.parametrize(
    ("text", "value"),
    [("${base}/x/${token}", "http://h/x/<abc>"), ("/${token}", "/<abc>"), ("${token}", "abc"), ("", "")],
)
def test_a_text_may_begin_with_something_that_is_not_escaped(text: str, value: str) -> None:
    found = compile_text(setting(text), NAMES, Problems(), escape=lambda part: f"<{part}>", bare=3)
    assert found.of(scope()) == value


def test_a_text_is_not_longer_than_1_mib() -> None:
    where = scope()
    where.values["token"] = "x" * (1 << 20)
    assert failure("a${token}", where) == "the text would be longer than 1 MiB (plan.yml:1)"


def test_a_text_may_have_1_mib() -> None:
    where = scope()
    where.values["token"] = "x" * ((1 << 20) - 1)
    assert len(evaluate("a${token}", where)) == 1 << 20


def test_a_tree_is_computed_in_its_shape() -> None:
    value = compile_tree(tree({"id": "${n}", "who": ["${token}", None, True]}), NAMES, Problems())
    assert (value.constant, value.of(scope())) == (False, {"id": 5, "who": ["abc", None, True]})


def test_a_tree_without_the_run_is_constant() -> None:
    value = compile_tree(tree({"a": ["${n}", "x"], "b": {}, "c": []}), NAMES, Problems())
    assert (value.constant, value.value) == (True, {"a": [5, "x"], "b": {}, "c": []})
