import pytest
from reading import at, plan_of, wrong

from planrunner.plan.model import Setting, Variable


def variable_of(text: str) -> Variable:
    return plan_of(f"name: x\nvariables: {{a: {text}}}\nsteps: [{{get: /}}]\n").variables["a"]


def setting(value: object, column: int, raw: str) -> Setting:
    assert isinstance(value, str | int | None)
    return Setting(value, at(2, column, len(raw)), raw)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", Variable("a", at(2, 13), default=setting(5, 16, "5"))),
        ("null", Variable("a", at(2, 13), default=setting(None, 16, "null"))),
        ("[1, x]", Variable("a", at(2, 13), default=(setting(1, 17, "1"), setting("x", 20, "x")))),
        ("{b: 1}", Variable("a", at(2, 13), default={"b": setting(1, 20, "1")})),
        ("{}", Variable("a", at(2, 13), default={})),
        ("{env: A}", Variable("a", at(2, 13), "A")),
        ("{default: 1}", Variable("a", at(2, 13), default=setting(1, 26, "1"))),
        ("{env: A, secret: true}", Variable("a", at(2, 13), "A", secret=True)),
        ("{env: A, default: null}", Variable("a", at(2, 13), "A", setting(None, 34, "null"))),
        (
            "{env: 1, other: 2}",
            Variable("a", at(2, 13), "", {"env": setting(1, 22, "1"), "other": setting(2, 32, "2")}),
        ),
    ],
)
def test_a_variable_is_a_value_or_where_it_comes_from(text: str, expected: Variable) -> None:
    assert variable_of(text) == expected


def test_a_literal_dollar_is_no_computation() -> None:
    assert variable_of("'$${b}'").default == Setting("$${b}", at(2, 16, 7), "$${b}")


@pytest.mark.parametrize("name", ["and", "true", "None", "vu", "status", "uuid", "failed"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    plan, complaints = wrong(f"name: x\nvariables: {{'{name}': 1}}\nsteps: [{{get: /}}]\n")
    assert len(complaints) == 1
    assert plan is not None
    assert list(plan.variables) == [name]
