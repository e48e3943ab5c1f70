"""Numbers and times, as people write them."""

import pytest

from planrunner.errors import Place
from planrunner.explain.words import count, figure, listed, one_line, time, told
from planrunner.plan.model import Setting
from planrunner.values.names import UNKNOWN, Names

NAMES = Names({"pause": "2s", "lost": UNKNOWN}, runtime=False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.3, "300ms"),
        (1.5, "1.5s"),
        (59.999, "59.99s"),
        (60, "1m"),
        (90.5, "1m30.5s"),
        (7200, "2h"),
        (3661, "1h1m1s"),
        (119.999, "2m"),
    ],
)
def test_times_are_written_as_plans_do(seconds: float, text: str) -> None:
    assert time(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1000, "1,000"), (1234567.0, "1,234,567"), (2.3456, "2.35"), (33.333, "33.3"), (0.05, "0.05")],
)
def test_numbers_have_commas_and_three_digits_that_count(value: float, text: str) -> None:
    assert figure(value) == text


def test_one_thing_is_not_several() -> None:
    assert [count(number, "VU") for number in (0, 1, 2)] == ["0 VUs", "1 VU", "2 VUs"]


def test_lists_end_as_sentences_do() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [("${pause}", "2s"), ("${lost}", "${lost}"), ("${vu.id}", "${vu.id}"), ("a\n  b", "a b")],
)
def test_a_setting_is_told_with_the_values_of_its_variables(written: str, text: str) -> None:
    assert told(Setting(written, Place("p.yml"), written), NAMES) == text


def test_a_text_is_put_on_one_line() -> None:
    assert one_line(" a\n\tb ") == "a b"
