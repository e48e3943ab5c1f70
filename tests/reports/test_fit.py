"""Lines that fit a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from planrunner.reports.fit import broken, fitted, room

RED = "\x1b[31mred\x1b[0m"


def test_what_fits_is_left_alone() -> None:
    assert list(fitted(["a  b", ""], 4)) == ["a  b", ""]


def test_without_a_width_no_line_is_broken() -> None:
    assert list(fitted(["a " * 200], 0)) == ["a " * 200]


def test_a_line_is_broken_between_words_and_goes_on_below_itself() -> None:
    line = "    one two three four five six seven eight"
    assert list(fitted([line], 32)) == ["    one two three four five six", "      seven eight"]


def test_cells_go_on_below_the_first_one() -> None:
    line = "  name...: avg=1ms min=2ms   max=3ms p(90)=4ms p(95)=5ms"
    assert list(broken(line, 36, 9)) == [
        "  name...: avg=1ms min=2ms   max=3ms",
        "           p(90)=4ms p(95)=5ms",
    ]


def test_an_indentation_that_leaves_no_room_is_given_up() -> None:
    assert list(broken("  aaaa bbbb cccc", 12, 9)) == ["  aaaa bbbb", "cccc"]


def test_a_number_keeps_its_percent_sign() -> None:
    line = "measured 518.97ms, at least 3.7 % over the limit"
    assert list(fitted([line], 31)) == ["measured 518.97ms, at least", "  3.7 % over the limit"]


def test_colours_take_no_room() -> None:
    assert room(f"a {RED}") == 5
    assert list(fitted([f"a {RED} b"], 7)) == [f"a {RED} b"]


def test_a_word_that_is_too_long_stays_whole() -> None:
    assert list(fitted(["a " + "b" * 50 + " c"], 40)) == ["a", f"  {'b' * 50}", "  c"]


@given(st.text(alphabet=" ab", max_size=200), st.integers(30, 80))
def test_no_word_is_lost_and_no_line_is_too_long(line: str, width: int) -> None:
    made = list(fitted([line], width))
    assert " ".join(made).split() == line.split()
    assert all(len(part) <= width or " " not in part.strip() for part in made)
