"""The end-of-test summary in the terminal."""

import re
from dataclasses import replace

import pytest
import samples

from planrunner.reports.summary import summary
from planrunner.result import Error, Metric

LOSSES = ("dropped_iterations", "errors", "interrupted_iterations")


def last_line(result: object) -> str:
    return summary(result, color=False).splitlines()[-1].strip()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (samples.failed, "✗ failed: 3 of 7 thresholds broken, 1 without data"),
        (samples.passed, "✓ passed: 3 of 3 thresholds hold"),
        (samples.unjudged, "– nothing was judged: the plan has no thresholds"),  # noqa: RUF001
        (samples.interrupted, "! interrupted after 12.5s: 3 of 3 thresholds held until then"),
        (
            samples.stopped,
            "✗ failed: 3 of 7 thresholds broken, 1 without data; a threshold stopped it after 1m1s",
        ),
        (samples.empty, "✗ failed: 1 of 1 thresholds without data"),
    ],
)
def test_the_last_line_is_the_verdict(sample: object, sentence: str) -> None:
    assert last_line(sample()) == sentence  # type: ignore[operator]


def test_an_interrupted_run_without_thresholds_says_both() -> None:
    result = replace(samples.unjudged(), stopped="interrupted", duration=3.0)
    assert last_line(result) == "! interrupted after 3s: nothing was judged, the plan has no thresholds"


def test_an_interrupted_run_that_failed_says_both() -> None:
    result = replace(samples.failed(), stopped="interrupted", duration=3.0)
    assert last_line(result).endswith("3 of 7 thresholds broken, 1 without data; interrupted after 3s")


def test_a_failure_that_no_threshold_explains_names_the_exit_code() -> None:
    result = replace(samples.unjudged(), verdict="failed", exit_code=70)
    assert last_line(result) == "✗ failed: exit code 70"


def test_a_broken_limit_is_told_with_its_plan_line_and_by_how_much() -> None:
    lines = summary(samples.failed(), color=False).splitlines()
    told = "plans/pizza.yml:47  http_req_duration p(95) < 500ms: measured 518.97ms, 3.7 % over the limit"
    assert f"    {told}" in lines


@pytest.mark.parametrize("color", [True, False])
def test_a_terminal_of_eighty_columns_has_room_for_it(color: bool) -> None:
    text = re.sub(r"\x1b\[\d+m", "", summary(samples.failed(), color=color, width=80))
    assert max(map(len, text.splitlines())) <= 80
    assert text.split() == summary(samples.failed(), color=False).split()


def test_cells_without_room_stand_below_the_first_ones() -> None:
    lines = summary(samples.failed(), color=False, width=80).splitlines()
    (first, second) = lines[lines.index("    HTTP") + 1 :][:2]
    assert first.index("avg=") == second.index("max=")


def test_custom_metrics_come_first() -> None:
    lines = summary(samples.failed(), color=False).splitlines()
    sections = [line.strip() for line in lines if re.fullmatch(r"    [A-Z]+", line)]
    assert sections == ["CUSTOM", "HTTP", "EXECUTION", "NETWORK"]


def test_statistics_of_all_trends_stand_in_columns() -> None:
    lines = summary(samples.failed(), color=False).splitlines()
    columns = {tuple(m.start() for m in re.finditer(r"\S+=", x)) for x in lines if " p(90)=" in x}
    assert len(columns) == 1


def test_names_are_padded_with_at_least_three_dots() -> None:
    dots = re.findall(r"[^.\n](\.{2,}): ", summary(samples.failed(), color=False))
    assert min(map(len, dots)) == 3


@pytest.mark.parametrize(("count", "shown"), [(0, []), (3, [*LOSSES])])
def test_what_was_lost_is_shown_only_when_something_was(count: int, shown: list[str]) -> None:
    lost = [Metric(name, "counter", "default", "", {"count": count, "rate": 0}) for name in LOSSES]
    result = replace(samples.empty(), metrics=tuple(lost))
    assert re.findall(r"(\w+)\.+: ", summary(result, color=False)) == shown


def test_checks_of_one_name_are_told_apart() -> None:
    check = samples.passed().checks[0]
    twins = (check, replace(check, step="logout"), replace(check, scenario="health"))
    text = summary(replace(samples.passed(), checks=twins), color=False)
    names = re.findall(r"✓ (status.*\))", text)
    wanted = ["status is 200 (browse, login)", "status is 200 (logout)", "status is 200 (health, login)"]
    assert names == wanted


def test_the_most_frequent_errors_come_first_and_the_rest_is_counted() -> None:
    errors = tuple(Error(1000, f"kind {n}", "GET /", 0, n, "") for n in range(1, 13))
    text = summary(replace(samples.failed(), errors=errors), color=False)
    kinds = [int(n) for n in re.findall(r"kind (\d+)", text)]
    assert (kinds, "and 2 more kinds" in text) == (list(range(12, 2, -1)), True)


def test_checks_without_a_single_answer_are_no_division_by_zero() -> None:
    none = Metric("checks", "rate", "default", "", {"rate": 0, "passes": 0, "fails": 0})
    text = summary(replace(samples.empty(), metrics=(none,)), color=False)
    assert re.findall(r"checks_\w+\.+: (.*)", text) == ["0     0/s", "0.00% 0 out of 0", "0.00% 0 out of 0"]


def test_color_changes_nothing_but_the_color() -> None:
    colored = summary(samples.failed(), color=True)
    assert re.sub(r"\x1b\[\d+m", "", colored) == summary(samples.failed(), color=False)


def test_no_line_is_a_command_of_a_ci_service() -> None:
    lines = summary(samples.hostile("::error::x ##[error]y"), color=False).splitlines()
    assert [line for line in lines if line.lstrip().startswith("::") or "##[" in line] == []


def test_hostile_text_reaches_the_terminal_as_plain_characters() -> None:
    text = re.sub(r"\x1b\[(32|31|33|2|0)m", "", summary(samples.hostile(), color=True))
    assert text.replace("\n", "").isprintable()


def test_long_texts_are_cut() -> None:
    text = summary(samples.hostile("x" * 100_000), color=False)
    assert max(map(len, text.splitlines())) < 600
