"""What a plan says of its summary."""

import pytest
from reading import plan_of

from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.plan.model import Summary
from planrunner.plan.summary import statistic

PLAN = """\
name: x
steps: [{get: /}]
summary: {stats: [avg, p(99.9), count, avg], mode: full}
profiles:
  ci: {summary: {stats: null, mode: disabled}}
  none: {summary: null}
  more: {summary: {stats: [sum]}}
"""


def test_nothing_said_is_what_k6_shows() -> None:
    found = plan_of("name: x\nsteps: [{get: /}]\n").summary
    assert found == Summary(("avg", "min", "med", "max", "p(90)", "p(95)"), "compact")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ([], Summary(("avg", "p(99.9)", "count"), "full")),
        (["ci"], Summary(mode="disabled")),
        (["none"], Summary()),
        (["more"], Summary(("sum",), "full")),
    ],
)
def test_it_is_read_and_profiles_change_it(profile: list[str], expected: Summary) -> None:
    problems = Problems()
    plan = load(PLAN.encode(), "plan.yml", problems, profile)
    assert plan is not None
    assert (plan.summary, problems.found) == (expected, [])


@pytest.mark.parametrize("name", ["avg", "min", "med", "max", "count", "sum", "p(0)", "p(99.99)", "p(100)"])
def test_a_statistic_is_what_trends_have(name: str) -> None:
    assert statistic(name) == name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("p95", "p(95)"),
        ("99.9th", "p(99.9)"),
        (50, "p(50)"),
        ("Mean", "avg"),
        ("medi", "med"),
        ("p(95", "p(95)"),
    ],
)
def test_what_is_almost_one_is_answered_with_it(name: object, meant: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^'{name}' is no statistic of a trend: did you mean ".replace("(", r"\(")
    ) as caught:
        statistic(name)
    assert str(caught.value).endswith(f"{meant!r}?")
