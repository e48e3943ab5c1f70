import keyword

from planrunner.errors import Place, Problems
from planrunner.plan.model import Setting
from planrunner.plan.names import BUILT_IN, FUNCTIONS, WORDS
from planrunner.values import functions
from planrunner.values.expressions import RESERVED, Names, compile_setting


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
