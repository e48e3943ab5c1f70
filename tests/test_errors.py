"""Problems: all of them, in file order, each with its line, a caret and a way out."""

import pytest

from planrunner.errors import Place, PlanError, Problem, Problems, harmless, suggestion, uncommanding, visible

LINES = {"b.yml": ["name: x", "load: {vus: 1}"], "a.yml": ["\tsteps: \x1b[31m"]}


def problems() -> Problems:
    return Problems(lines=dict(LINES))


def test_problems_come_in_the_order_of_files_and_lines() -> None:
    found = problems()
    for place in (Place("a.yml", 1, 2), Place("b.yml", 2, 8), Place("b.yml", 1, 1), Place("--vus")):
        found.add("wrong", place)
    assert [str(problem.place) for problem in found] == ["--vus", "b.yml:1:1", "b.yml:2:8", "a.yml:1:2"]


def test_what_is_said_twice_is_shown_once() -> None:
    found = problems()
    found.add("wrong", Place("b.yml", 1, 1))
    found.add("wrong", Place("b.yml", 1, 1))
    assert list(found) == [Problem("wrong", Place("b.yml", 1, 1))]


def test_a_problem_shows_its_line_with_a_caret_and_a_hint() -> None:
    problem = Problem("unknown key 'vsu'", Place("b.yml", 2, 8, 3), "did you mean 'vus'?")
    assert problems().render(problem) == (
        "b.yml:2:8: unknown key 'vsu'\n   2 | load: {vus: 1}\n     |        ^^^ did you mean 'vus'?"
    )


def test_a_caret_stays_within_its_line() -> None:
    text = problems().render(Problem("x", Place("b.yml", 1, 7, 99)))
    assert text.splitlines()[-1] == "     |       ^"


def test_control_characters_of_a_plan_do_no_harm() -> None:
    text = problems().render(Problem("x", Place("a.yml", 1, 2)))
    assert text.splitlines()[1] == "   1 |  steps: \ufffd[31m"
    assert visible("a\x00b\tc\u202ed") == "a\ufffdb c\ufffdd"


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("x", Place("gone.yml"), "do y"), "gone.yml: x\n      do y"),
        (Problem("x", Place("gone.yml", 3, 1)), "gone.yml:3:1: x"),
        (Problem("x", Place("b.yml", 9, 1)), "b.yml:9:1: x"),
    ],
)
def test_a_problem_without_a_line_to_show_is_still_said(problem: Problem, text: str) -> None:
    assert problems().render(problem) == text


def test_a_warning_says_that_it_is_one_and_fails_nothing() -> None:
    found = problems()
    found.warn("odd", Place("b.yml", 1, 1))
    (problem,) = found
    assert (found.failed, problem.warning) == (False, True)
    assert found.render(problem).startswith("b.yml:1:1: warning: odd\n")


def test_errors_fail_and_are_counted() -> None:
    found = problems()
    found.warn("odd", Place("b.yml", 1, 1))
    found.unknown("endpoint", "shp", ["shop", "login"], Place("b.yml", 2, 1))
    assert (found.failed, str(PlanError(found))) == (True, "1 problems")
    assert [problem.hint for problem in found] == ["", "did you mean 'shop'?"]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("durations", ["duration", "vus"], "did you mean 'duration'?"),
        ("zzz", ["b", "a", "b"], "one of: a, b"),
        ("zzz", [], ""),
    ],
)
def test_a_suggestion_is_the_nearest_name_or_all_of_them(name: str, known: list[str], hint: str) -> None:
    assert suggestion(name, known) == hint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x ##[error]y", "x \ufffd#[error]y"),
        ("##vso[task.complete]", "\ufffd#vso[task.complete]"),
        ("###teamcity[x", "#\ufffd#teamcity[x"),
        ("## a [title]", "## a [title]"),
    ],
)
def test_what_a_ci_service_takes_for_a_command_is_none_wherever_it_stands(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\ufffd:error::x"),
        ("  \t::add-mask::a", "  \t\ufffd:add-mask::a"),
        ("a ::error::", "a ::error::"),
        (": a", ": a"),
    ],
)
def test_no_line_begins_with_a_command(line: str, shown: str) -> None:
    assert uncommanding(line) == shown


def test_a_text_of_several_lines_is_harmless_in_each() -> None:
    assert harmless("a\r\n::error::b\x1b") == "a\n\ufffd:error::b\ufffd"


def test_a_problem_that_quotes_a_plan_is_harmless() -> None:
    text = problems().render(Problem("unknown '##[error]'", Place("::a")))
    assert text == "\ufffd:a: unknown '\ufffd#[error]'"
