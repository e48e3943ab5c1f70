"""Whatever the bytes are, they are answered with messages and never with an exception."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import FILE
from test_plan_load import SHOP

from planrunner.errors import Problems
from planrunner.plan.load import load

GOLDEN = Path(__file__).parents[1] / "golden" / "plan"
PLANS = [SHOP, *(plan.read_text("utf-8") for plan in sorted(GOLDEN.glob("*.yml")))]
PIECES = [
    *(
        "${a}",
        "{{b}}",
        ": ",
        "\t",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ",",
        "*a",
        "&a ",
        "!x ",
        "!!str ",
        "<<: *a",
        "- ",
        "? ",
    ),
    *(
        "#",
        " #1",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\\",
        '"\\q"',
        '"\\ud800"',
        '"\\Uffffffff"',
        "\n",
        "  ",
        "---\n",
        "...\n",
    ),
    *("%YAML 1.1\n", "1e999", "0x1F", "null", "~", "-1", "\r", "\x85", "\u2028", "\ufeff", "\0", "\x1b"),
]


def answered(data: bytes) -> None:
    """Load a plan; an error is said where there is no plan or part of it is missing."""
    problems = Problems()
    plan = load(data, FILE, problems)
    for problem in problems:
        assert problem.message in problems.render(problem)
    assert problems.failed == (plan is None or plan.damaged)


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(
    st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
)
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(data)


CUTS = st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES))


@pytest.mark.slow
@settings(deadline=None, max_examples=500)
@given(st.sampled_from(PLANS), st.lists(CUTS, min_size=1, max_size=4))
def test_any_change_to_a_plan_is_answered(text: str, cuts: list[tuple[float, int, str]]) -> None:
    for where, length, piece in cuts:
        start = int(where * len(text))
        text = text[:start] + piece + text[start + length :]
    answered(text.encode())


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(st.sampled_from(PLANS), st.floats(0, 1))
def test_any_beginning_of_a_plan_is_answered(text: str, share: float) -> None:
    answered(text.encode()[: int(share * len(text.encode()))])


def test_the_deepest_nesting_that_is_read_is_also_checked() -> None:
    inner = "[{log: 5, thnk: 1s}]"
    for _ in range(30):
        inner = f"[{{get: /, on_fail: {inner}}}]"
    problems = Problems()
    load(f"name: x\nsteps: {inner}\n".encode(), FILE, problems)
    assert [problem.message for problem in problems] == ["unknown key 'thnk'"]
