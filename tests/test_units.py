"""Quantities: read with their units, shown as k6 shows them."""

import pytest

from planrunner import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300ms", 0.3),
        ("30s", 30),
        ("1.5s", 1.5),
        ("2m", 120),
        ("1h30m", 5400),
        ("1d2h", 93600),
        ("50us", 50e-6),
        ("7µs", 7e-6),
        ("0s", 0),
        ("1m30s500ms", 90.5),
    ],
)
def test_a_duration_is_read_as_seconds(text: str, seconds: float) -> None:
    assert units.duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (30, "a duration needs a unit: did you mean '30s' or '30ms'?"),
        ("30", "a duration needs a unit: did you mean '30s' or '30ms'?"),
        (1.5, "a duration needs a unit: did you mean '1.5s' or '1.5ms'?"),
        (True, "write a duration like '300ms', '30s' or '1h30m'"),
        ("fast", "write a duration like '300ms', '30s' or '1h30m'"),
        ("-5s", "write a duration like '300ms', '30s' or '1h30m'"),
        ("5 s", "there is no space in a duration: did you mean '5s'?"),
        ("5 sec", "write a duration like '300ms', '30s' or '1h30m'"),
        ("", "write a duration like '300ms', '30s' or '1h30m'"),
    ],
)
def test_what_is_no_duration_says_how_to_write_one(value: object, hint: str) -> None:
    with pytest.raises(ValueError) as caught:
        units.duration(value)
    assert str(caught.value) == hint


@pytest.mark.parametrize(("text", "rate"), [("50/s", 50), ("600/m", 10), ("36/h", 0.01), ("2.5/s", 2.5)])
def test_a_rate_is_read_per_second(text: str, rate: float) -> None:
    assert units.rate(text) == pytest.approx(rate)


@pytest.mark.parametrize(("text", "share"), [("1%", 0.01), ("99.9%", 0.999), ("0.25", 0.25), (1, 1.0)])
def test_a_share_is_read_as_a_number(text: object, share: float) -> None:
    assert units.share(text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "size"), [("64KiB", 65536), ("2MB", 2_000_000), ("1.5 KB", 1500), ("10B", 10)]
)
def test_a_size_is_read_as_bytes(text: str, size: int) -> None:
    assert units.size(text) == size


@pytest.mark.parametrize(("value", "number"), [(0, 0), (7, 7), ("12", 12)])
def test_a_whole_number_may_come_from_the_environment(value: object, number: int) -> None:
    assert units.whole(value) == number


@pytest.mark.parametrize(
    ("read", "value", "hint"),
    [
        (units.rate, 50, "a rate needs a unit: did you mean '50/s'?"),
        (units.rate, "50/y", "write a rate like"),
        (units.share, "some", "write a share like"),
        (units.size, 64, "a size needs a unit: did you mean '64KiB'?"),
        (units.size, "64 elephants", "write a size like"),
        (units.whole, 1.5, "write a whole number"),
        (units.whole, -1, "write a whole number"),
        (units.whole, True, "write a whole number"),
        (units.whole, "²", "write a whole number"),
        (units.statuses, "20x", "write a status like"),
        (units.statuses, True, "write a status like"),
        (units.statuses, 99, "write a status like"),
        (units.statuses, "300-200", "write the lower status first: 200-300"),
    ],
)
def test_what_is_no_quantity_says_how_to_write_one(read: object, value: object, hint: str) -> None:
    assert callable(read)
    with pytest.raises(ValueError) as caught:
        read(value)
    assert str(caught.value).startswith(hint)


@pytest.mark.parametrize(
    ("value", "codes"),
    [(200, {200}), ("204", {204}), ("2xx", set(range(200, 300))), ("500-502", {500, 501, 502})],
)
def test_statuses_are_read_as_a_set(value: object, codes: set[int]) -> None:
    assert units.statuses(value) == codes


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (5e-10, "0ns"),
        (500e-9, "500ns"),
        (1.5e-6, "1.5µs"),
        (0.000_999_999, "999.99µs"),
        (0.0012345, "1.23ms"),
        (0.1, "100ms"),
        (0.999_999, "999.99ms"),
        (1, "1s"),
        (59.999, "59.99s"),
        (60, "1m0s"),
        (90.5, "1m30s"),
        (3600, "1h0m0s"),
        (93784, "26h3m4s"),
    ],
)
def test_a_duration_is_shown_as_k6_shows_it(seconds: float, text: str) -> None:
    assert units.show_duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9990, "10 kB"),
        (84_321, "84 kB"),
        (1e6, "1.0 MB"),
        (1e18, "1000 PB"),
    ],
)
def test_a_size_is_shown_as_k6_shows_it(count: float, text: str) -> None:
    assert units.show_size(count) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0.00%"), (1, "100.00%"), (0.99999, "99.99%"), (0.29, "29.00%")]
)
def test_a_share_is_cut_and_never_rounded_up(value: float, text: str) -> None:
    assert units.show_share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (0.125, "0.125"), (1 / 3, "0.333333"), (1.7e308, "1.7e+308"), (float("inf"), "inf")],
)
def test_a_number_has_no_trailing_zeros(value: float, text: str) -> None:
    assert units.show_number(value) == text
    assert units.show_rate(value) == text + "/s"
