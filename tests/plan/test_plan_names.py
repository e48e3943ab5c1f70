from planrunner.plan.names import BUILT_IN, FUNCTIONS, WORDS
from planrunner.values import functions
from planrunner.values.expressions import RESERVED


def test_the_functions_are_those_that_can_be_called() -> None:
    assert sorted(functions.FUNCTIONS) == sorted(FUNCTIONS)


def test_what_expressions_reserve_cannot_be_the_name_of_a_variable() -> None:
    assert [name for name in RESERVED if name not in BUILT_IN | WORDS] == []
