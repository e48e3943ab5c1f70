from typing import Any

import pytest
from replying import check, complaint, reply, wrong

from planrunner.checks.size import SIZE


@pytest.mark.parametrize(
    ("matcher", "wanted", "says"),
    [
        ("below", "1KiB", "size is 1024 bytes, expected below 1KiB"),
        ("below", "1025B", ""),
        ("above", "1KB", ""),
        ("above", "1KiB", "size is 1024 bytes, expected above 1KiB"),
        ("at_most", "1KiB", ""),
        ("at_most", "1KB", "size is 1024 bytes, expected at most 1KB"),
        ("at_least", "1KiB", ""),
        ("at_least", "2 KiB", "size is 1024 bytes, expected at least 2 KiB"),
        ("equals", "1KiB", ""),
        ("equals", "0B", "size is 1024 bytes, expected 0B"),
        ("not", "0B", ""),
        ("not", "1KiB", "size is 1024 bytes, expected not 1KiB"),
        ("below", "${n}KiB", ""),
        ("below", "${vu.id}KiB", "size is 1024 bytes, expected below 1KiB"),
        ("below", "${token}", "size: write a size like '64KiB' or '2MB'"),
    ],
)
def test_size(matcher: str, wanted: str, says: str) -> None:
    assert complaint(check("size", (matcher, wanted)), reply("é" * 512)) == says


def test_a_reply_that_never_came_was_not_small() -> None:
    answer = reply(status=0, error="timeout")
    assert complaint(check("size", ("below", "1KiB")), answer) == "no reply: timeout"


@pytest.mark.parametrize(
    ("matcher", "wanted", "message"),
    [
        ("below", 64, "2: wrong value 64 (a size needs a unit: did you mean '64KiB'?)"),
        ("below", "x", "2: wrong value 'x' (write a size like '64KiB' or '2MB')"),
        ("contains", "x", f"1: size cannot be checked with 'contains' (one of: {', '.join(sorted(SIZE))})"),
    ],
)
def test_a_wrong_size_is_a_problem_of_the_plan(matcher: str, wanted: Any, message: str) -> None:
    assert wrong(check("size", (matcher, wanted))) == [message]
