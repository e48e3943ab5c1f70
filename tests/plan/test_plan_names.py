import keyword

import pytest
from reading import wrong

from planrunner.errors import Place, Problems
from planrunner.plan.load import load
from planrunner.plan.model import Setting
from planrunner.plan.names import BUILT_IN, FUNCTIONS, WORDS
from planrunner.values import functions
from planrunner.values.expressions import RESERVED, Names, compile_setting


def clashes(text: str) -> list[str]:
    """Return what is said of names in a plan of several lines."""
    return wrong(f"name: x\n{text}\n")[1]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("variable", "variables: {a: 1}"),
        ("data set", "data: {a: {rows: [1]}}"),
        ("saved value", "vu_setup: [{get: /, save: {a: '${b}'}}]"),
        ("set value", "vu_setup: [{set: {a: 1}}]"),
    ],
)
def test_the_item_of_a_loop_needs_a_name_of_its_own(kind: str, text: str) -> None:
    steps = "steps: [{for_each: [1], as: a, steps: [{log: b}]}]"
    assert clashes(f"{text}\n{steps}") == [f"3:29 'a' is already the name of a {kind}"]


def test_the_later_place_is_the_one_that_is_wrong() -> None:
    problems = Problems()
    text = "name: x\nsteps: [{get: /, save: {a: '${b}'}}]\nvariables: {a: 1}\n"
    load(text.encode(), "plan.yml", problems)
    found = [(p.place.line, p.message, p.hint) for p in problems]
    hint = "the saved value is on line 2; rename one of them"
    assert found == [(3, "'a' is already the name of a saved value", hint)]


def test_many_steps_may_save_and_set_one_name() -> None:
    steps = "{get: /, save: {a: '${b}'}}, {set: {a: 1}}, {get: /, save: {a: '${c}'}}"
    assert clashes(f"steps: [{steps}]") == []


def test_many_loops_may_have_items_of_one_name() -> None:
    loop = "{for_each: [1], as: a, steps: [{log: b}]}"
    assert clashes(f"steps: [{loop}, {loop}]") == []


def test_a_data_set_is_no_function() -> None:
    assert clashes("data: {first: {rows: [1]}}\nsteps: [{log: a}]") == ["2:8 'first' is a function of ${...}"]


def test_the_functions_are_those_that_can_be_called() -> None:
    assert sorted(functions.FUNCTIONS) == sorted(FUNCTIONS)


def test_what_expressions_reserve_cannot_be_the_name_of_a_variable() -> None:
    assert [name for name in RESERVED if name not in BUILT_IN | WORDS] == []


def test_every_other_keyword_of_python_is_a_name_that_expressions_know() -> None:
    problems = Problems()
    names = Names(dict.fromkeys(keyword.kwlist, 7))
    allowed = [word for word in keyword.kwlist if word not in WORDS]
    places = [Setting(f"${{{word} + 1}}", Place("plan.yml", 1, 1), word) for word in allowed]
    assert [compile_setting(place, names, problems).value for place in places] == [8] * len(allowed)
    assert problems.found == []
