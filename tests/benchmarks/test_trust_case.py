"""The arithmetic of the case that provokes runs: shares of verdicts, over kinds and over all."""

import json

import pytest

from benchmarks.case import Round
from benchmarks.cases.trust import CALM, OFTEN, PROVOKED, SECONDS, TIMES, USUAL, plan, share
from planrunner.engine.health.diagnosis import ORDER

TOLD: Round = {
    "planrunner": {
        "a: trusted": 1.0,
        "a: degraded": 1.0,
        "a: untrusted": 2.0,
        "a: named": 3.0,
        "b: trusted": 0.0,
        "b: degraded": 0.0,
        "b: untrusted": 4.0,
        "b: named": 4.0,
    }
}


@pytest.mark.parametrize(
    ("kinds", "verdicts", "found"),
    [
        ("a", ("untrusted",), 0.5),
        ("a", ("degraded", "untrusted"), 0.75),
        ("ab", ("untrusted",), 0.75),
        ("ab", ("named",), 7 / 8),
        ("c", ("trusted",), None),
    ],
)
def test_a_share_is_of_all_runs_of_these_kinds(
    kinds: str, verdicts: tuple[str, ...], found: float | None
) -> None:
    assert share(dict.fromkeys(kinds), *verdicts)(TOLD) == found


def test_there_are_twenty_of_both() -> None:
    assert (TIMES * len(PROVOKED), OFTEN * len(CALM)) == (20, 20)


def test_the_right_causes_are_names_of_rules() -> None:
    assert {name for how in PROVOKED.values() for name in how.right} <= {*ORDER}


def test_a_plan_thinks_when_it_is_to() -> None:
    written = json.loads(plan("http://h/", USUAL, thinks=True))
    assert written["load"] == {**USUAL, "duration": f"{SECONDS}s"}
    assert [*written["steps"][1]] == ["think"]
    assert len(json.loads(plan("http://h/", USUAL, thinks=False))["steps"]) == 1
