"""What a terminal shows after all that was written to it: the newest picture, and above it what was said."""

import io

from glass import glass
from running import checked_plan
from test_terminal import CHECKED, Gone, tick

from planrunner.live.board import Board
from planrunner.live.screen import Screen

STARTING = [
    "starting  00:00/00:40  0/5 VUs  0 req/s  p95 -  0.00% failed",
    "",
    f"default  {'─' * 40}  begins",
    "",
    "Ctrl-C: stop and report; twice: quit",
]
MANY = "name: x\ntarget: http://h\nscenarios:\n" + "".join(
    f"  s{number}: {{load: {{vus: 1, duration: 9s}}, steps: [{{get: /a}}]}}\n" for number in range(9)
)


class Shown:
    """A screen on a stream, with a clock that stands and a size that may change."""

    def __init__(self, plan: str = "", *, color: bool = False) -> None:
        self.size, self.stream = (80, 24), io.StringIO()
        self.board = Board(checked_plan(plan) if plan else CHECKED, lambda: 0.0)
        self.screen = Screen(self.board, self.stream, size=lambda: self.size, color=color)

    @property
    def rows(self) -> list[str]:
        return glass(self.stream.getvalue())


def test_a_picture_is_drawn_over_the_one_before() -> None:
    shown = Shown()
    shown.screen.draw()
    shown.screen.draw()
    assert shown.rows == STARTING


def test_a_new_second_is_in_the_next_picture() -> None:
    shown = Shown()
    shown.screen.draw()
    shown.board.tick(tick(10))
    shown.screen.tick(tick(10))
    shown.screen.draw()
    assert shown.rows[0] == "running  00:10/00:40  3/5 VUs  20 req/s  p95 ~250ms  2.50% failed"


def test_what_is_said_stands_above_the_picture_and_does_no_harm() -> None:
    shown = Shown()
    shown.screen.say(["before"])
    shown.screen.draw()
    shown.screen.tick(tick(1, "a\x1b]52;c;x\x07\nb", lost=3))
    shown.screen.say([])
    above = ["before", "a\ufffd]52;c;x\ufffd", "b", "... and 3 more lines in this second"]
    assert shown.rows == [*above, *STARTING]
    shown.screen.draw()
    assert shown.rows == [*above, *STARTING]


def test_nothing_of_the_picture_stays_at_the_end() -> None:
    shown = Shown()
    shown.screen.draw()
    shown.screen.clear()
    shown.screen.clear()
    shown.screen.say(["the end"])
    assert shown.rows == ["the end", ""]


def test_a_picture_that_shrinks_leaves_no_row_behind() -> None:
    shown = Shown(MANY)
    shown.screen.draw()
    shown.size = (80, 6)
    shown.screen.draw()
    assert [row.split()[0] for row in shown.rows] == ["starting", "s0", "s1", "s2", "…"]


def test_rows_that_a_narrower_terminal_wraps_are_gone_over_as_well() -> None:
    shown = Shown()
    shown.screen.draw()
    before = len(shown.stream.getvalue())
    shown.size = (40, 24)
    shown.screen.draw()
    assert shown.stream.getvalue()[before:].startswith("\r\x1b[6A")  # 5 rows, two of them on two lines


def test_only_who_wants_colours_gets_them() -> None:
    plain, colored = Shown(), Shown(color=True)
    plain.screen.draw()
    colored.screen.draw()
    assert "m" not in plain.stream.getvalue().replace("Ctrl", "").split("\x1b[")[1]
    assert "\x1b[1mstarting\x1b[0m" in colored.stream.getvalue()


def test_the_terminal_is_left_as_it_is() -> None:
    shown = Shown()
    shown.screen.draw()
    assert "\x1b[?" not in shown.stream.getvalue()  # no hidden cursor, no other screen, no mouse


def test_a_reader_who_leaves_costs_only_the_progress() -> None:
    screen = Screen(Board(CHECKED), Gone(), size=lambda: (80, 24), color=False)
    screen.draw()
    screen.say(["hello"])
    screen.clear()
