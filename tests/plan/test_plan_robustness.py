"""Whatever the bytes are, they are answered with messages and never with an exception."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import FILE, complaints, wrong
from test_plan_load import SHOP

from planrunner.errors import Problem, Problems
from planrunner.plan.load import load
from planrunner.plan.schema import MOST

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
@settings(max_examples=60)
@given(
    st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
)
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(data)


CUTS = st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES))


@pytest.mark.slow
@settings(max_examples=150)
@given(st.sampled_from(PLANS), st.lists(CUTS, min_size=1, max_size=4))
def test_any_change_to_a_plan_is_answered(text: str, cuts: list[tuple[float, int, str]]) -> None:
    for where, length, piece in cuts:
        start = int(where * len(text))
        text = text[:start] + piece + text[start + length :]
    answered(text.encode())


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(PLANS), st.floats(0, 1))
def test_any_beginning_of_a_plan_is_answered(text: str, share: float) -> None:
    answered(text.encode()[: int(share * len(text.encode()))])


COMPLETE = Path(__file__).parent / "complete" / "plan.yml"
TEXT = COMPLETE.read_text("utf-8")
CHARACTERS = st.one_of(
    st.sampled_from(" \t\n:-{}[],'\"#&*!|>%@`$?\\.~<0aE_\x00\x85\u2028\ufeff"), st.characters()
)


def inside(problems: Problems, problem: Problem) -> bool:
    """Say whether a problem stands in a file that was read, on a line of it."""
    place, lines = problem.place, problems.lines[problem.place.file]
    if place.line == 0:
        return not lines  # there is nothing to point at
    return 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1


@pytest.mark.parametrize("profiles", [(), ("smoke",), ("stress",), ("soak", "stress")])
def test_a_complete_plan_has_nothing_wrong_with_it(profiles: tuple[str, ...]) -> None:
    problems = Problems()
    plan = load(COMPLETE.read_bytes(), str(COMPLETE), problems, profiles)
    assert complaints(problems) == []
    assert plan is not None
    assert not plan.damaged


@pytest.mark.slow
@settings(max_examples=30)
@given(st.integers(0, len(TEXT) - 1), CHARACTERS, st.sampled_from(["insert", "replace", "delete"]))
def test_any_one_character_may_be_wrong(where: int, character: str, change: str) -> None:
    new = "" if change == "delete" else character
    text = TEXT[:where] + new + TEXT[where + (change != "insert") :]
    problems = Problems()
    plan = load(text.encode("utf-8", "surrogatepass"), str(COMPLETE), problems)
    assert [problem for problem in problems if not inside(problems, problem)] == []
    assert problems.failed == (plan is None or plan.damaged)


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n"
    for old, new in zip("abcdefghijklmnopqrstu", "bcdefghijklmnopqrstuv", strict=True)
)
ENDLESS = "steps: &s [{get: /, on_fail: *s}]\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (LAUGHS, "the plan has more than 100,000 values"),
        (f"name: x\n{ENDLESS}", "`&s` contains itself"),
        ("[" * 1_000_000, "the plan is nested more than 64 levels deep"),
        ("- " * 500_000, "the plan is nested more than 64 levels deep"),
        (f"name: x\nload: {{vus: 1, duration: {'1s' * 1_000}x}}\nsteps: [{{get: /}}]\n", None),
        (f"name: 1e{'9' * 100_000}\nsteps: [{{get: /}}]\n", "this number is too large"),
        ("name: x\nload: {vus: .inf}\nsteps: [{get: /}]\n", "a plan has no use for infinity or not-a-number"),
        ("name: x\nsteps: [!!python/name:os.system {get: /}]\n", "a plan has no YAML tags"),
        (
            "name: x\nload: {vus: 1, duration: \u0663s}\nsteps: [{get: /}]\n",
            "'\u0663s' is not a valid duration",
        ),
        ('name: x\nuse: ["a\\0b"]\nsteps: [{get: /}]\n', "cannot use the file 'a\\x00b'"),
        (f"name: x\nuse: [{'a' * 5_000}]\nsteps: [{{get: /}}]\n", None),
    ],
    ids=range(11),
)
def test_an_attack_is_answered_with_one_message(text: str, complaint: str | None) -> None:
    problems = Problems()
    load(text.encode(), FILE, problems)
    (problem,) = problems
    assert complaint is None or problem.message == complaint


def test_merge_keys_are_refused_one_by_one() -> None:
    bomb = "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 10))
    _, said = wrong(f"a0: &a0 {{k: v}}\n{bomb}")
    assert sum("merge keys" in complaint for complaint in said) == 9


@pytest.mark.slow
def test_a_plan_of_nothing_but_mistakes_is_cut_short() -> None:
    _, said = wrong("name: x\nsteps: [{get: /}]\n" + "".join(f"k{i}: 1\n" for i in range(MOST + 5)))
    assert said[0] == "1:1 more than 1,000 values do not fit; these are the first"
    assert len(said) == MOST + 1


@pytest.mark.slow
def test_many_unknown_names_do_not_take_for_ever() -> None:
    known = ", ".join(f"login{i}: {{get: /}}" for i in range(2_000))
    steps = "".join(f"- request: logn{i}\n" for i in range(2_000))
    problems = Problems()
    load(f"name: x\nendpoints: {{{known}}}\nsteps:\n{steps}".encode(), FILE, problems)
    hints = [problem.hint for problem in problems]
    assert (len(hints), hints[0], hints[-1]) == (2_000, "did you mean 'login0'?", "")


def test_the_deepest_nesting_that_is_read_is_also_checked() -> None:
    inner = "[{log: 5, thnk: 1s}]"
    for _ in range(30):
        inner = f"[{{get: /, on_fail: {inner}}}]"
    problems = Problems()
    load(f"name: x\nsteps: {inner}\n".encode(), FILE, problems)
    assert [problem.message for problem in problems] == ["unknown key 'thnk'"]
