"""Progress: a line that is written anew, or few plain ones; hostile text does no harm."""

import io

import numpy as np
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.run import Tick
from planrunner.engine.verdict.timeline import Span
from planrunner.live.terminal import Terminal
from planrunner.metrics.histogram import Histogram

CHECKED = checked_plan("name: x\ntarget: http://h\nload: {vus: 5, duration: 40s}\nsteps:\n  - get: /a\n")


def tick(at: float, *logs: str, lost: int = 0) -> Tick:
    histogram = Histogram()
    histogram.add(np.array([0.25]))
    return Tick(at, Span(at - 1, 1.0, 3, 2, 20, 1, histogram), 80, 2, 70, logs, lost)


def shown(*ticks: Tick, redraw: bool, width: int = 200) -> str:
    stream = io.StringIO()
    terminal = Terminal(CHECKED, stream, redraw=redraw, width=lambda: width)
    for each in ticks:
        terminal.tick(each)
    terminal.clear()
    return stream.getvalue()


LINE = "00:10/00:40 [======                  ]  3/5 VUs  20 req/s  p95 ~250ms  2.50% failed  70 iterations"


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    ticks = [tick(second) for second in range(1, 21)]
    first, second = shown(*ticks, redraw=False).splitlines()
    assert first == LINE
    assert second.startswith("00:20/00:40 [============            ]")


def test_a_terminal_gets_one_line_that_is_written_anew() -> None:
    text = shown(tick(10), redraw=True)
    assert text == f"\r\x1b[2K{LINE}\r\x1b[2K"


class Gone(io.StringIO):
    """A stream whose reader has left."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_reader_who_leaves_costs_only_the_progress() -> None:
    terminal = Terminal(CHECKED, Gone(), redraw=True, width=lambda: 80)
    terminal.tick(tick(10, "hello"))
    terminal.tick(tick(11))
    terminal.clear()
    assert terminal.line(tick(10)) == LINE


def test_a_quiet_terminal_shows_logs_alone() -> None:
    stream = io.StringIO()
    terminal = Terminal(CHECKED, stream, redraw=True, width=lambda: 80, quiet=True)
    terminal.tick(tick(10, "hello"))
    assert stream.getvalue() == "hello\n"


def test_a_line_fits_the_terminal() -> None:
    assert shown(tick(10), redraw=True, width=40) == f"\r\x1b[2K{LINE[:39]}\r\x1b[2K"


def test_logs_stand_above_the_progress_and_are_harmless() -> None:
    text = shown(tick(10), tick(11, "a\x1b]52;c;x\x07\nb", "", lost=3), redraw=True)
    assert "\r\x1b[2Ka\ufffd]52;c;x\ufffd\nb\n\n... and 3 more lines in this second\n\r\x1b[2K" in text


def test_a_second_without_replies_has_no_latency() -> None:
    quiet = Tick(1.0, Span(0, 0.0), 0, 0, 0, [], 0)
    terminal = Terminal(CHECKED, io.StringIO(), redraw=False, width=lambda: 80)
    assert (
        terminal.line(quiet)
        == f"00:01/00:40 [={' ' * 23}]  0/5 VUs  0 req/s  p95 -  0.00% failed  0 iterations"
    )


def test_a_run_without_planned_time_is_shown_as_full() -> None:
    terminal = Terminal(CHECKED, io.StringIO(), redraw=False, width=lambda: 80)
    assert terminal.line(tick(99)).startswith(f"01:39/00:40 [{'=' * 24}]")


def test_the_level_of_a_search_is_shown() -> None:
    searching = replace(tick(10), level="400/s")
    assert "]  level 400/s  3/5 VUs  20 req/s" in shown(searching, redraw=False)
