"""What can be seen of a run from outside, and what it costs to look."""

import pytest
from running import checked_plan
from test_terminal import CHECKED, tick
from watched import glances

from planrunner.live.board import LINES, Board, View, timed

PLAN = """
name: x
target: http://h
scenarios:
  a: {load: {vus: 1, duration: 4s, graceful_stop: 20s}, steps: [{get: /a}, {think: 3s}]}
  b: {start_after: 2s, load: {vus: 2, iterations_per_vu: 2, max_duration: 9s}, steps: [{get: /a}]}
"""


def told(board: Board) -> dict[str, tuple[float, str]]:
    return {act.name: (act.share, act.told) for act in board.view().acts}


def test_each_scenario_is_as_far_as_its_time_or_its_iterations() -> None:
    first, second, *_ = glances(PLAN, [1, 3, 4], told)
    assert first == {"a": (0.25, "00:01/00:04  0 iterations"), "b": (0.0, "begins at 00:02")}
    assert second == {"a": (0.75, "00:03/00:04  0 iterations"), "b": (1.0, "4/4 iterations")}


def test_iterations_of_the_warm_up_count_where_the_progress_is_told() -> None:
    plan = "name: x\ntarget: http://h\nload: {vus: 1, duration: 6s}\nwarm_up: 3s\nsteps: [{think: 1s}]\n"
    assert glances(plan, [5], told)[0]["default"][1] in {
        "00:05/00:06  4 iterations",
        "00:05/00:06  5 iterations",
    }


def test_the_state_is_told_in_a_word() -> None:
    def state(board: Board) -> str:
        return board.view().state

    assert glances(PLAN, [1, 5], state) == ["running", "ending"]
    assert glances(PLAN, [1, 3], state, stop_at=2.5) == ["running", "stopping"]
    assert Board(CHECKED).view().state == "starting"


def test_a_search_is_as_far_as_its_levels() -> None:
    plan = (
        "name: x\ntarget: http://h\nload: {find: rate, from: 4/s, to: 8/s, hold: 3s, within: 100%}\n"
        "steps: [{get: /a}]\nthresholds: {http_req_duration: p(95) < 1s}\n"
    )
    first, *_, last = glances(plan, [1, 2, 3, 4, 5, 6], told)
    assert first == {"default": (0.0, "level 4/s, 0 of at most 2 tried")}
    assert last == {"default": (0.5, "level 8/s, 1 of at most 2 tried")}


def test_a_search_that_has_found_is_over() -> None:
    plan = (
        "name: x\ntarget: http://h\nload: {find: rate, from: 4/s, to: 8/s, hold: 3s, within: 100%}\n"
        "steps: [{get: /a}, {think: 9s}]\nthresholds: {http_req_duration: p(95) < 1ms}\n"
    )
    assert glances(plan, [8], lambda board: board.view().state) == ["ending"]
    assert glances(plan, [8], told)[0]["default"][0] == 1.0


def test_iterations_that_ran_out_of_time_are_over_too() -> None:
    plan = (
        "name: x\ntarget: http://h\nload: {vus: 1, iterations: 9, max_duration: 2s}\n"
        "steps: [{get: /a}, {think: 5s}]\n"
    )
    assert glances(plan, [1, 3], lambda board: board.view().state) == ["running", "ending"]
    assert glances(plan, [3], told) == [{"default": (0.0, "0/9 iterations")}]


def test_a_run_is_as_far_as_the_scenario_that_is_left_the_longest() -> None:
    shares = glances(PLAN, [1, 3, 4], lambda board: board.view().share)
    assert shares == [0.0, 0.75, 1.0]  # b begins in the third second, and is over at once
    nothing = Board(CHECKED)
    assert nothing.view().share == 0.0


@pytest.mark.parametrize(
    ("load", "told"),
    [
        ("{vus: 1, duration: 40s}", "00:05/00:40"),
        ("{vus: 1, iterations: 9}", "00:05 (max 10:00)"),
        ("{find: rate, from: 1/s, to: 8/s, hold: 5s}", "00:05 (max 02:46)"),
    ],
)
def test_a_time_that_is_only_the_longest_is_told_as_such(load: str, told: str) -> None:
    rest = "steps: [{get: /a}]\nthresholds: {http_reqs: rate > 0}\n"
    assert timed(checked_plan(f"name: x\ntarget: http://h\nload: {load}\n{rest}"), 5.0) == told


def limits(view: View) -> list[str]:
    return [limit.verdict for limit in view.standing.limits]


def test_limits_of_a_search_stand_as_in_the_level_that_runs() -> None:
    plan = (
        "name: x\ntarget: http://h\nload: {find: rate, from: 4/s, to: 8/s, hold: 4s, within: 100%}\n"
        "steps: [{get: /a}]\nthresholds: {http_reqs: rate < 6/s}\n"
    )
    seen = glances(plan, [1, 3, 7, 8], lambda board: limits(board.view()))
    assert seen[:2] == [["no data"], ["passed"]]


def test_the_clock_goes_on_between_seconds_but_not_without_end() -> None:
    now = [5.0]
    board = Board(CHECKED, lambda: now[0])
    assert board.at == 0.0
    board.tick(tick(10))
    now[0] += 0.5
    assert board.at == 10.5
    now[0] += 60
    assert board.at == 11.5


def test_logs_are_kept_for_those_who_come_later_in_bounded_room() -> None:
    board = Board(CHECKED)
    board.tick(tick(1, "a", lost=2))
    assert list(board.logs) == ["a", "... and 2 more lines in this second"]
    board.say([str(number) for number in range(LINES)])
    assert (len(board.logs), board.logs[0]) == (LINES, "0")


@pytest.mark.parametrize(("took", "looks"), [(0.0, 9), (0.04, 3)])
def test_a_look_that_takes_long_is_taken_less_often(took: float, looks: int) -> None:
    def look(board: Board) -> bool:
        clock, before = board._now, board._standing
        times = iter([clock(), clock() + took])
        board._now = lambda: next(times)
        board.standing()
        board._now = clock
        return board._standing is not before

    plan = "name: x\ntarget: http://h\nload: {vus: 1, duration: 10s}\nsteps: [{get: /a}]\n"
    assert sum(glances(plan, range(1, 10), look)) == looks
