"""Every message a bad plan gets, as a tester sees it.

`python tests/plan/test_plan_golden.py` writes the expected messages anew; read the difference, then keep it.
"""

import os
from pathlib import Path

import pytest

from planrunner.errors import Problems
from planrunner.plan.load import load

FOLDER = Path(__file__).parents[1] / "golden" / "plan"
PLANS = sorted(FOLDER.glob("*.yml"))


def messages(plan: Path) -> str:
    problems = Problems()
    load(plan.read_bytes(), str(plan), problems)
    text = "".join(f"{problems.render(problem)}\n" for problem in problems)
    return text.replace(f"{FOLDER}{os.sep}", "")


@pytest.mark.parametrize("plan", PLANS, ids=[plan.stem for plan in PLANS])
def test_a_bad_plan_is_answered_in_these_words(plan: Path) -> None:
    assert messages(plan) == plan.with_suffix(".txt").read_text("utf-8")


def test_every_expected_message_has_its_plan() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {plan.stem for plan in PLANS}


if __name__ == "__main__":
    for plan in PLANS:
        plan.with_suffix(".txt").write_text(messages(plan), "utf-8")
