"""What `planrunner init` makes of answers: a plan that is valid, a file's name, a goal."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from planrunner.engine.checked import check
from planrunner.engine.program.build import Given
from planrunner.errors import Problems
from planrunner.init import answers
from planrunner.init.answers import KINDS, Answers, Kind
from planrunner.init.render import plan, slug
from planrunner.plan.load import load
from planrunner.values import variables


def problems_of(text: str) -> list[str]:
    """Load and compile a plan, and return what is wrong with it."""
    problems = Problems()
    loaded = load(text.encode(), "plan.yml", problems)
    assert loaded is not None
    values = variables.resolve(loaded.variables, {}, {}, problems, required=True)
    check(loaded, Given(values), problems)
    return [problem.message for problem in problems if not problem.warning]


def accepted(read: Callable[[str], str], text: str) -> str:
    """Read an answer; what would be asked again is no example."""
    try:
        return read(text)
    except ValueError:
        reject()


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.filter_too_much], max_examples=50)
@given(st.text().map("/{}".format), st.sampled_from(["http", "https"]), st.text(), st.sampled_from(KINDS))
@example("/{{x}}$", "http", "h", "load")
@example("//x?#&", "http", "[::1]:80/a%20b", "load")
@example('/"\\', "https", "h:443", "smoke")
def test_every_answer_that_is_accepted_makes_a_valid_plan(
    path: str, scheme: str, rest: str, kind: Kind
) -> None:
    found = accepted(answers.path, path)
    target = accepted(
        answers.target, f"{scheme}://h/{rest}" if not rest.startswith(("h", "[")) else f"{scheme}://{rest}"
    )
    text = plan(Answers("A", target, found, kind, "max < 1s"), Path("p.yml"))
    assert problems_of(text) == []
    assert yaml.safe_load(text)["endpoints"]["first"]["get"] == found


@pytest.mark.slow
@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable() and "${" not in text))
@example("yes")
@example("# no")
@example("a: b")
@example('"')
@example("\\")
@example("12")
@example("- x")
def test_any_name_comes_back_from_the_plan(text: str) -> None:
    name = answers.name(text)
    made = yaml.safe_load(plan(Answers(name, "demo", "/", "smoke", "max < 1s"), Path("p.yml")))
    assert made["name"] == name


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Pizza shop", "pizza-shop"),
        ("  A/B: c!", "a-b-c"),
        ("печь", "plan"),
        ("..", "plan"),
        ("x" * 99, "x" * 60),
    ],
)
def test_a_file_is_called_like_its_plan(name: str, file: str) -> None:
    assert slug(name) == file


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("p(95) < 500ms", "p(95) < 500ms"),
        ("p( 99 )<1s", "p(99) < 1s"),
        ("avg<=200", "avg <= 200"),
        ("800ms", "max < 800ms"),
        ("1m30s", "max < 1m30s"),
    ],
)
def test_a_goal_is_a_limit_or_the_longest_time(text: str, goal: str) -> None:
    assert answers.goal(text) == goal
