import pytest

from planrunner.plan.scalars import resolve


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_null(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("True", True), ("FALSE", False)])
def test_true_and_false_are_words(text: str, value: bool) -> None:
    assert resolve(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_whole_numbers_are_integers(text: str, value: int) -> None:
    found = resolve(text)
    assert (type(found), found) == (int, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("-0.5", -0.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("2E-1", 0.2)],
)
def test_numbers_with_point_or_exponent_are_floats(text: str, value: float) -> None:
    found = resolve(text)
    assert (type(found), found) == (float, value)


@pytest.mark.parametrize(
    "text",
    [
        *("on", "no", "yes", "off", "y", "N"),  # YAML 1.1: booleans
        *("1:30", "12:30:45"),  # YAML 1.1: to the base of 60
        *("010", "+4917", "-010", "1_000", "0b11", "00.5"),
        *("2024-01-01", "2024-99-99", "2001-12-14t21:59:43.10-05:00"),
        *("nUll", "TrUe", "0x", "0o8", "1e", "-", ".", "1.2.3", "30s", "=", "<<"),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    "text",
    ["9223372036854775808", "-9223372036854775809", "0xFFFFFFFFFFFFFFFFF", "0o" + "7" * 30, "9" * 5000],
)
def test_whole_numbers_have_64_bits(text: str) -> None:
    with pytest.raises(ValueError, match="this number does not fit into 64 bits"):
        resolve(text)


def test_floats_are_finite() -> None:
    with pytest.raises(ValueError, match="this number is too large"):
        resolve("-1e400")


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
def test_infinity_and_not_a_number_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a plan has no use for infinity or not-a-number"):
        resolve(text)
