import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from evaluating import evaluate, scope

from planrunner.values.data import texts
from planrunner.values.expressions import EvaluationError

BIG = {"big": "x" * (1 << 20), "sharp": "ß" * (1 << 20), "long": [0] * (1 << 20), "digits": [9] * 309}


def call(text: str, seed: int = 1) -> Any:
    where = scope(seed=seed)
    where.values |= BIG
    return evaluate(f"${{{text}}}", where)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("base64('user:pass')", base64.b64encode(b"user:pass").decode()),
        ("base64('é')", base64.b64encode("é".encode()).decode()),
        ("sha256('x')", hashlib.sha256(b"x").hexdigest()),
        ("sha256(5)", hashlib.sha256(b"5").hexdigest()),
        ("hmac('key', 'x')", hmac.new(b"key", b"x", "sha256").hexdigest()),
        ("urlencode('a b/&é')", "a%20b%2F%26%C3%A9"),
        ("urlencode(1.5)", "1.5"),
        ("tojson('a\"b')", '"a\\"b"'),
        ("tojson(user)", '{"name":"Ann","age":30}'),
        ("length('héllo')", 5),
        ("length([1, 2])", 2),
        ("length(user)", 2),
        ("lower('ÄB')", "äb"),
        ("upper('äb')", "ÄB"),
        ("int('12')", 12),
        ("int(' -3 ')", -3),
        ("int(-2.9)", -2),
        ("float('1.50')", 1.5),
        ("float(2)", 2.0),
        ("float('.5e1')", 5.0),
        ("str(1.5)", "1.5"),
        ("str(true)", "true"),
        ("str('x')", "x"),
        ("str([1, 'a'])", '[1,"a"]'),
        ("join(['a', 1, null], '-')", "a-1-null"),
        ("join(['a', 'b'])", "ab"),
        ("join([], ',')", ""),
        ("first(items)", 3),
        ("last(items)", 4),
        ("default(first([]), 'none')", "none"),
        ("default(last([]), 'none')", "none"),
    ],
)
def test_a_function_gives(text: str, value: Any) -> None:
    assert call(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("length(zero)", "length() takes text, a list or an object, not a number: 0"),
        ("lower(zero)", "lower() takes text, not a number: 0"),
        ("upper(items)", "upper() takes text, not a list: [3,4]"),
        ("join(token, ',')", "join() takes a list, not text: 'abc'"),
        ("join(items, zero)", "join() takes text, not a number: 0"),
        ("first(user)", 'first() takes a list, not an object: {"name":"Ann","age":30}'),
        ("first(token and null)", "first() takes a list, not null"),
        ("int('1.5' + token)", "int() takes a number or a text like '12', not text: '1.5abc'"),
        ("int(token == 1)", "int() takes a number or a text like '12', not a boolean: false"),
        ("int(join(items) + '_0')", "int() takes a number or a text like '12', not text: '34_0'"),
        ("int(join(digits))", "the number is too large"),
        ("float(token + 'nan')", "float() takes a number or a text like '1.5', not text: 'abcnan'"),
        ("float(token and 'inf')", "float() takes a number or a text like '1.5', not text: 'inf'"),
        ("float('1e999' + join(items[0] and []))", "the number is too large"),
        ("random_int(1.5, 2)", "random_int() takes two whole numbers, not 1.5"),
        ("random_int(1, 'x')", "random_int() takes two whole numbers, not 'x'"),
        ("random_int(2, 1)", "random_int() takes the smaller number first: 2 is above 1"),
        ("random_choice([])", "random_choice() cannot choose from an empty list"),
        ("random_choice('x')", "random_choice() takes a list, not text: 'x'"),
        ("random_string(1048577)", "random_string() takes a length from 0 to 1048576, not 1048577"),
        ("random_string(-1)", "random_string() takes a length from 0 to 1048576, not -1"),
        ("random_string('x')", "random_string() takes a length from 0 to 1048576, not 'x'"),
        ("now('tomorrow')", "now() takes a shift like '+1d' or '-2h', not 'tomorrow'"),
        ("now('-')", "now() takes a shift like '+1d' or '-2h', not '-'"),
        ("now(1)", "now() takes text, not a number: 1"),
        ("now('', 1)", "now() takes text, not a number: 1"),
        ("now('+9999999d')", "now() cannot be shifted by '+9999999d': that is beyond the calendar"),
        (
            "now('+99999999999999d')",
            "now() cannot be shifted by '+99999999999999d': that is beyond the calendar",
        ),
        ("base64(big)", "the text would be longer than 1 MiB"),
        ("urlencode(big + ' ')", "the text would be longer than 1 MiB"),
        ("join([big, big])", "the text would be longer than 1 MiB"),
        ("join([1, [big, big]])", "the text would be longer than 1 MiB"),
        ("join([[], [big]])", "the text would be longer than 1 MiB"),
        ("join(long, 'abcdefgh')", "the text would be longer than 1 MiB"),
        ("str([long, long])", "the text would be longer than 1 MiB"),
        ("now('', big)", "now() takes a layout of at most 1000 characters"),
        ("str([big])", "the text would be longer than 1 MiB"),
        ("tojson(big)", "the text would be longer than 1 MiB"),
        ("upper(sharp)", "the text would be longer than 1 MiB"),
        ("big + 'x'", "the text would be longer than 1 MiB"),
        ("long + [1]", "the list would have more than a million items"),
    ],
)
def test_a_function_that_cannot_says_why(text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        call(text)
    assert str(caught.value).partition(", in ${")[0] == message


@pytest.mark.parametrize(
    "text", ["uuid()", "random_int(1, 1000000)", "random_string(20)", "random_choice(items)"]
)
def test_a_seed_repeats_what_is_random(text: str) -> None:
    assert call(text, seed=7) == call(text, seed=7)


@pytest.mark.parametrize("text", ["uuid()", "random_int(1, 1000000)", "random_string(20)"])
def test_another_seed_gives_something_else(text: str) -> None:
    assert call(text, seed=7) != call(text, seed=8)


def test_a_uuid_is_a_random_one() -> None:
    made = {call("uuid()", seed=seed) for seed in range(50)}
    assert {(UUID(text).version, UUID(text).variant, str(UUID(text)) == text) for text in made} == {
        (4, "specified in RFC 4122", True)
    }


def test_random_numbers_include_both_ends() -> None:
    assert {call("random_int(1, 3)", seed=seed) for seed in range(50)} == {1, 2, 3}


def test_a_random_choice_is_one_of_the_list() -> None:
    assert {call("random_choice(items)", seed=seed) for seed in range(50)} == {3, 4}


def test_a_random_string_has_letters_and_digits() -> None:
    text = call("random_string(500)")
    assert (len(text), text.isalnum(), text.isascii()) == (500, True, True)


def test_the_timestamp_is_in_seconds() -> None:
    before = int(time.time())
    assert before <= call("timestamp()") <= time.time()


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("now()", timedelta()),
        ("now('+1d')", timedelta(days=1)),
        ("now('-2h30m')", timedelta(hours=-2, minutes=-30)),
        ("now('90s')", timedelta(seconds=90)),
    ],
)
def test_now_is_shifted(text: str, shift: timedelta) -> None:
    before = datetime.now(UTC).replace(microsecond=0) + shift
    made = datetime.strptime(call(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert before <= made <= datetime.now(UTC) + shift


def test_now_takes_a_layout() -> None:
    before, made, after = datetime.now(UTC).year, call("now('', '%Y')"), datetime.now(UTC).year
    assert made in {str(before), str(after)}


def test_a_list_of_long_lists_is_refused_before_it_is_written() -> None:
    row = ",".join(["big"] * 30)
    huge = ",".join([f"[{row}]"] * 30)  # 900 MiB
    with pytest.raises(EvaluationError, match="the text would be longer than 1 MiB"):
        call(f"tojson([{huge}])")


def test_texts_and_numbers_of_a_value_are_listed_in_its_order() -> None:
    assert texts([True, "a", {"b": [1, None, 2.5], "c": "d"}]) == ["a", "1", "2.5", "d"]


def test_texts_are_found_however_deep_they_are() -> None:
    deep: object = "deep"
    for _ in range(5000):
        deep = [deep]
    assert texts(deep) == ["deep"]
