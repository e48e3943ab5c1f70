"""Progress in a log: few plain lines; hostile text does no harm."""

import io

import numpy as np
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.run import Tick
from planrunner.engine.verdict.timeline import Span
from planrunner.live.board import Board
from planrunner.live.terminal import Plain, line
from planrunner.metrics.histogram import Histogram

CHECKED = checked_plan("name: x\ntarget: http://h\nload: {vus: 5, duration: 40s}\nsteps:\n  - get: /a\n")


def tick(at: float, *logs: str, lost: int = 0) -> Tick:
    histogram = Histogram()
    histogram.add(np.array([0.25]))
    return Tick(at, Span(at - 1, 1.0, 3, 2, 20, 1, histogram), 80, 2, 70, logs, lost)


def shown(*ticks: Tick, quiet: bool = False) -> str:
    stream = io.StringIO()
    board = Board(CHECKED)
    terminal = Plain(board, stream, quiet=quiet)
    for each in ticks:
        board.tick(each)
        terminal.tick(each)
        terminal.draw()
    terminal.clear()
    return stream.getvalue()


LINE = "00:10/00:40 [======                  ]  3/5 VUs  20 req/s  p95 ~250ms  2.50% failed  70 iterations"


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    first, second = shown(*[tick(second) for second in range(1, 21)]).splitlines()
    assert first == LINE
    assert second.startswith("00:20/00:40 [============            ]")


class Gone(io.StringIO):
    """A stream whose reader has left."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_reader_who_leaves_costs_only_the_progress() -> None:
    terminal = Plain(Board(CHECKED), Gone())
    terminal.tick(tick(10, "hello"))
    terminal.tick(tick(20))


def test_a_quiet_terminal_shows_logs_alone() -> None:
    assert shown(tick(10, "hello"), quiet=True) == "hello\n"


def test_logs_are_harmless() -> None:
    text = shown(tick(1, "a\x1b]52;c;x\x07\nb", "", lost=3))
    assert text == "a\ufffd]52;c;x\ufffd\nb\n\n... and 3 more lines in this second\n"


def test_no_line_of_a_log_is_a_command_of_a_ci_service() -> None:
    assert shown(tick(1, "::error::a\r\n ::stop-commands::b ##[error]c")) == (
        "\ufffd:error::a\n \ufffd:stop-commands::b \ufffd#[error]c\n"
    )


def test_a_second_without_replies_has_no_latency() -> None:
    quiet = Tick(1.0, Span(0, 0.0), 0, 0, 0, [], 0)
    assert line(CHECKED, quiet, 0.025) == (
        f"00:01/00:40 [{' ' * 24}]  0/5 VUs  0 req/s  p95 -  0.00% failed  0 iterations"
    )


def test_a_run_beyond_its_planned_time_is_shown_as_full() -> None:
    assert shown(tick(99)).startswith(f"01:39/00:40 [{'=' * 24}]")


def test_the_window_of_two_sides_is_shown() -> None:
    assert "]  base 3/8  3/5 VUs  20 req/s" in line(CHECKED, replace(tick(10), window="base 3/8"), 0.5)


def test_the_level_of_a_search_is_shown() -> None:
    assert "]  level 400/s  3/5 VUs  20 req/s" in line(CHECKED, replace(tick(10), level="400/s"), 0.5)
