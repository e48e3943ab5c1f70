from typing import Any

import pytest
from replying import check, complaint, reply, wrong

from planrunner.protocols import Reply


@pytest.mark.parametrize(
    ("matcher", "wanted", "seconds", "says"),
    [
        ("below", "1s", 0.999, ""),
        ("below", "1s", 1.0, "duration is 1s, expected below 1s"),
        ("below", "${limit}", 1.25, "duration is 1.25s, expected below 1s"),
        ("below", "${vu.id}s", 0.999, ""),
        ("below", "${vu.id}s", 1.0, "duration is 1s, expected below 1s"),
        ("below", "${vu.id}", 1.0, "duration: a duration needs a unit: did you mean '1s' or '1ms'?"),
        ("above", "10ms", 0.02, ""),
        ("above", "10ms", 0.0105, ""),
        ("above", "10ms", 0.005, "duration is 5ms, expected above 10ms"),
        ("at_most", "1s", 1.0, ""),
        ("at_most", "1s", 1.5, "duration is 1.5s, expected at most 1s"),
        ("at_least", "1s", 1.0, ""),
        ("at_least", "1s", 0.5, "duration is 500ms, expected at least 1s"),
    ],
)
def test_duration(matcher: str, wanted: str, seconds: float, says: str) -> None:
    assert complaint(check("duration", (matcher, wanted)), reply(duration=seconds)) == says


@pytest.mark.parametrize("matcher", ["below", "at_most"])
def test_a_reply_that_never_came_was_not_fast(matcher: str) -> None:
    answer = reply(status=0, duration=0.0, error="connection refused")
    assert complaint(check("duration", (matcher, "1s")), answer) == "no reply: connection refused"


def test_all_conditions_must_hold() -> None:
    both = check("duration", ("above", "10ms"), ("below", "1s"))

    def took(seconds: float) -> Reply:
        return reply(duration=seconds)

    assert [complaint(both, took(seconds)) for seconds in (0.5, 0.001, 2.0)] == [
        "",
        "duration is 1ms, expected above 10ms",
        "duration is 2s, expected below 1s",
    ]


@pytest.mark.parametrize(
    ("matcher", "wanted", "message"),
    [
        ("below", 1, "2: wrong value 1 (a duration needs a unit: did you mean '1s' or '1ms'?)"),
        ("below", "${n}", "2: wrong value 5 (a duration needs a unit: did you mean '5s' or '5ms'?)"),
        ("below", "x", "2: wrong value 'x' (write a duration like '300ms', '30s' or '1h30m')"),
        (
            "contains",
            "x",
            "1: duration cannot be checked with 'contains' (one of: above, at_least, at_most, below)",
        ),
    ],
)
def test_a_wrong_duration_is_a_problem_of_the_plan(matcher: str, wanted: Any, message: str) -> None:
    assert wrong(check("duration", (matcher, wanted))) == [message]


def test_every_wrong_condition_is_reported() -> None:
    assert len(wrong(check("duration", ("below", 1), ("above", 2), ("contains", "${x}")))) == 4
