"""The comparison of what a page shows with what comes, which all tests of commands rest on."""

import pytest
from console import missing, session, untroubled

TOLD = "first\n  took: 12.3ms  3 of 4\nlast\n"


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (["first", "  took: 12.3ms  3 of 4", "last"], ""),
        (["first", "...", "last"], ""),
        (["first", "  took: ..."], ""),
        (["..."], ""),
        (["last"], "last"),
        (["first", "last"], "last"),
        (["...", "last", "...", "first"], "first"),
        (["...", "  took: 12.4ms  3 of 4"], "  took: 12.4ms  3 of 4"),
    ],
)
def test_lines_must_come_in_order_as_they_are_shown(shown: list[str], wanted: str) -> None:
    assert missing(shown, TOLD, exact=True) == wanted


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [("  took: 9s 10 of 20", ""), ("took: 1m30s 3 of 4", ""), ("took: 9s 10 of", "took: 9s 10 of")],
)
def test_numbers_and_gaps_of_a_run_do_not_count(shown: str, wanted: str) -> None:
    assert missing(["...", shown], TOLD, exact=False) == wanted


def test_a_session_is_commands_with_what_follows_each() -> None:
    assert list(session("$ one\na\nb\n$ two\n")) == [("one", ["a", "b"]), ("two", [])]


def test_what_a_run_says_of_a_busy_machine_does_not_count() -> None:
    found = "    ✗ the event loop was late\n      → use more processes\n"
    section = f"  █ CAN I TRUST THIS?\n\n{found}{found}\n"
    verdict = "  ✓ passed: 1 of 1 thresholds hold"
    assert untroubled(f"one\n{section}{verdict}, but do not trust it: late; so what\n") == ["one", verdict]
    assert untroubled(f"one\n  trust the numbers? yes: it was at most 1ms late\n{verdict}\n") == [
        "one",
        verdict,
    ]
