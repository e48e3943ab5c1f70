"""From what was measured to tables: medians, targets, and what is left out."""

import pytest

from benchmarks.case import Case, Figure, Round, Side, share, value
from benchmarks.page import BEGIN, END, PAGE, Conditions, section, written
from benchmarks.rounds import Measured
from benchmarks.table import WRITTEN, as_markdown, as_text, clients, figures, reached, shown

SIDE = Side("planrunner", lambda _: {})
CASE = Case(
    "get",
    "GET, 50 VUs",
    {"wrk": SIDE, "planrunner": SIDE, "k6": SIDE},
    (
        Figure("requests/s, of wrk", share("planrunner", "wrk"), "times", 0.35, 0.5),
        Figure("requests/s, of k6", share("planrunner", "k6"), "times"),
        Figure("peak memory", value("planrunner", "memory"), "megabytes", 150e6, 90e6, less=True),
    ),
)
ROUNDS: list[Round] = [
    {"wrk": {"rate": 200_000.0}, "planrunner": {"rate": 80_000.0, "core": 0.9, "memory": 60e6, "p50": 0.001}},
    {"planrunner": {"rate": 90_000.0, "memory": 62e6, "p50": 0.003}},
    {"wrk": {"rate": 100_000.0}, "planrunner": {"rate": 50_000.0, "memory": 61e6, "p50": 0.002}},
]
MEASURED = Measured(CASE, ROUNDS)


def test_a_ratio_is_that_of_each_round_that_has_both_sides() -> None:
    assert MEASURED.values(CASE.figures[0]) == [0.4, 0.5]


def test_a_figure_shows_its_median_its_range_and_its_targets() -> None:
    assert figures(MEASURED) == [
        ("requests/s, of wrk", "0.45", "0.40 to 0.50", "≥ 0.35", "≥ 0.50", "yes"),
        ("peak memory", "61.0 MB", "60.0 MB to 62.0 MB", "≤ 150.0 MB", "≤ 90.0 MB", "aim"),
    ]


def test_a_figure_without_a_range_or_a_target_shows_none() -> None:
    rounds: list[Round] = [{"k6": {"rate": 2.0}, "planrunner": {"rate": 3.0}}]
    assert figures(Measured(CASE, rounds))[0] == ("requests/s, of k6", "1.50", "1.50", "", "", "")


@pytest.mark.parametrize(
    ("found", "word"), [(0.0, "aim"), (0.2, "aim"), (0.21, "yes"), (1.0, "yes"), (1.1, "no")]
)
def test_less_is_better_where_that_is_said(found: float, word: str) -> None:
    lag = Figure("lag", lambda _: None, "milliseconds", 1.0, 0.2, less=True)
    assert reached(lag, found) == word


def test_a_target_without_an_aim_is_reached_or_not() -> None:
    figure = Figure("start", lambda _: None, "seconds", 0.3, less=True)
    assert (reached(figure, 0.2), reached(figure, 0.4)) == ("yes", "no")


def test_a_client_shows_what_it_made_and_said() -> None:
    assert clients(MEASURED) == [
        ("wrk", "150,000", "66.67 %", "-", "-", "-", "-"),
        ("planrunner", "80,000", "50.00 %", "90%", "2.00 ms", "-", "61.0 MB"),
    ]


def test_one_round_has_no_spread() -> None:
    assert clients(Measured(CASE, ROUNDS[1:2])) == [
        ("planrunner", "90,000", "-", "-", "3.00 ms", "-", "62.0 MB")
    ]


@pytest.mark.parametrize(
    ("unit", "number", "text"),
    [
        ("times", 0.4567, "0.46"),
        ("allowed", 0.5, "0.50"),
        ("percent", 0.0123, "1.23 %"),
        ("milliseconds", 1.4034, "1,403.40 ms"),
        ("seconds", 0.305, "0.30 s"),
        ("megabytes", 90e6, "90.0 MB"),
        ("count", 10_000.0, "10,000"),
    ],
)
def test_each_unit_is_written_its_own_way(unit: str, number: float, text: str) -> None:
    assert WRITTEN[unit](number) == text  # type: ignore[index]  # parametrize knows no literals


def test_the_tables_for_the_terminal() -> None:
    assert shown(MEASURED).splitlines()[2:] == [
        "planrunner      80,000  50.00 %        90%  2.00 ms    -      61.0 MB",
        "",
        "figure               median   lowest to highest    at least        aim  reached",
        "requests/s, of wrk     0.45        0.40 to 0.50      ≥ 0.35     ≥ 0.50      yes",
        "peak memory         61.0 MB  60.0 MB to 62.0 MB  ≤ 150.0 MB  ≤ 90.0 MB      aim",
    ]


def test_nothing_measured_shows_nothing() -> None:
    assert shown(Measured(CASE, [{}])) == ""


def test_a_table_for_the_terminal_has_names_to_the_left_and_numbers_to_the_right() -> None:
    assert as_text(("name", "n"), [("a", "1"), ("bcd", "20")]) == "name   n\na      1\nbcd   20"


def test_a_table_for_a_page_has_two_columns_to_the_left() -> None:
    assert as_markdown(("case", "client", "n"), [("GET", "wrk", "1")]).splitlines() == [
        "| case | client | n |",
        "| --- | --- | ---: |",
        "| GET | wrk | 1 |",
    ]


def test_the_page_says_when_and_how_it_was_measured_and_what_was_not() -> None:
    conditions = Conditions("2026-01-31", 3, 4, long=False, machine="2 CPUs", left_out={"k6": "not on PATH"})
    parts = section([MEASURED], conditions).split("\n\n")
    assert parts[0] == (
        "Measured on 2026-01-31 with the short form: 3 rounds, runs of 4 s where a case does not say. 2 CPUs."
    )
    assert parts[1].splitlines()[2].startswith("| GET, 50 VUs | requests/s, of wrk | 0.45 |")
    assert parts[3].splitlines()[2].startswith("| GET, 50 VUs | wrk | 150,000 |")
    assert parts[4] == "Not measured: k6 (not on PATH)."


def test_with_everything_measured_nothing_is_said_to_be_left_out() -> None:
    conditions = Conditions("2026-01-31", 5, 10, long=True, machine="2 CPUs", left_out={})
    text = section([MEASURED], conditions)
    assert "with the long form: 5 rounds" in text
    assert "Not measured" not in text


def test_only_what_is_between_the_marks_is_replaced() -> None:
    page = f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nmore\n"
    assert written(page, "new") == f"# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nmore\n"


@pytest.mark.parametrize("page", ["# Title\n", f"{END}\n{BEGIN}\n"])
def test_a_page_without_the_marks_is_not_written(page: str) -> None:
    with pytest.raises(ValueError, match="the page needs a line <!-- measured: begin -->"):
        written(page, "new")


def test_the_page_of_the_documentation_can_be_written() -> None:
    assert written(PAGE.read_text("utf-8"), "new").count("new\n") == 1
