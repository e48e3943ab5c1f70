"""How many requests an iteration sends, and how long it thinks."""

from math import inf

import pytest
from explaining import scale

from planrunner.explain.amounts import NOTHING, UNKNOWN, Amount, exactly, then, times


def amount(steps: str) -> tuple[float, float, float | None]:
    found = scale(f"variables: {{n: 3, list: [1, 2]}}\n{steps}").requests
    return found.low, found.high, found.mean


TWO = "steps: [{get: /a}, {get: /b}]"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ("steps: [{get: /a}, {think: 1s}, {get: /b}, {log: x}]", (2, 2, 2)),
        (f"steps: [{{group: g, {TWO}}}]", (2, 2, 2)),
        ("steps: [{parallel: [{get: /a}, {get: /b}, {get: /c}]}]", (3, 3, 3)),
        (f"steps: [{{repeat: 3, {TWO}}}]", (6, 6, 6)),
        (f"steps: [{{repeat: 0, {TWO}}}]", (0, 0, 0)),
        (f"steps:\n  - repeat: ${{n}}\n    {TWO}", (6, 6, 6)),
        (f"steps:\n  - repeat: ${{vu.id}}\n    {TWO}", (0, inf, None)),
        ("steps:\n  - repeat: ${vu.id}\n    steps: [{think: 1s}]", (0, 0, 0)),
        (f"steps: [{{for_each: [1, 2, 3], as: x, {TWO}}}]", (6, 6, 6)),
        (f"steps:\n  - for_each: ${{list}}\n    as: x\n    {TWO}", (4, 4, 4)),
        (f"steps:\n  - for_each: ${{json.items}}\n    as: x\n    {TWO}", (0, inf, None)),
        (f"steps:\n  - while: ${{status == 0}}\n    max: 5\n    {TWO}", (0, 10, None)),
        (f"steps:\n  - until: ${{status == 0}}\n    max: 5\n    {TWO}", (2, 10, None)),
        ("steps:\n  - get: /\n    if: ${vu.id == 1}", (0, 1, None)),
        (f"steps:\n  - if: ${{vu.id == 1}}\n    {TWO}\n    else: [{{get: /}}]", (1, 2, None)),
        (f"steps:\n  - if: ${{vu.id == 1}}\n    {TWO}\n    else: [{{get: /}}, {{get: /}}]", (2, 2, 2)),
        (
            f"steps: [{{choose: [{{weight: 3, {TWO}}}, {{steps: [{{get: /}}, {{think: 1s}}]}}]}}]",
            (1, 2, 1.75),
        ),
        ("flows: {f: [{get: /}]}\nsteps: [{flow: f}, {flow: f}]", (2, 2, 2)),
        ("steps: [{get: /}, {stop: iteration}, {get: /}]", (1, 1, 1)),
        ("steps:\n  - get: /\n  - stop: iteration\n    if: ${status == 0}\n  - get: /", (1, 2, None)),
        ("steps: [{get: /, on_fail: [{get: /help}]}]", (1, 1, 1)),
    ],
)
def test_the_requests_of_an_iteration_are_counted(
    steps: str, wanted: tuple[float, float, float | None]
) -> None:
    assert amount(steps) == wanted


@pytest.mark.parametrize(
    ("think", "wanted"),
    [
        ("1s", (1, 1, 1)),
        ("1s-5s", (1, 5, 3)),
        ("{mean: 2s, spread: 500ms}", (2, 2, 2)),
    ],
)
def test_thinking_is_added_up(think: str, wanted: tuple[float, float, float]) -> None:
    found = scale(f"steps: [{{get: /}}, {{think: {think}}}]").thinking
    assert (found.low, found.high, found.mean) == wanted


def test_a_loop_that_stops_for_sure_is_taken_once() -> None:
    once = Amount(1, 1, 1, "always")
    assert (times(once, 3, 3), times(once, 0, inf)) == (once, Amount(0, 1, None, "maybe"))


def test_a_loop_that_may_stop_is_taken_once_at_least() -> None:
    assert times(Amount(2, 2, 2, "maybe"), 3, 3) == Amount(2, 6, None, "maybe")


def test_after_a_stop_that_may_come_another_one_is_sure() -> None:
    assert then(Amount(1, 1, 1, "maybe"), Amount(0, 0, 0, "always")) == Amount(1, 1, 1, "always")


def test_what_is_known_and_what_is_not_is_not_known_together() -> None:
    assert then(exactly(1), UNKNOWN) == Amount(1, inf, None)


@pytest.mark.parametrize(
    ("found", "typical"), [(NOTHING, 0), (Amount(1, 4, None), 2.5), (Amount(1, inf, None), 1)]
)
def test_one_number_stands_for_an_amount(found: Amount, typical: float) -> None:
    assert found.typical == typical
