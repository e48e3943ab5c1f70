"""Pictures of a run on the terminal, letter by letter, and what they keep where not all fits.

After a change that is meant, write them anew with `UPDATE_GOLDEN=1 pytest tests/live/test_frame.py`.
"""

import os
from pathlib import Path

import pytest
from fakes import Answer
from rich.text import Text
from watched import glances

from planrunner.live.board import Board
from planrunner.live.frame import fitted, frame

GOLDEN = Path(__file__).parent.parent / "golden" / "live"

SHOP = """
name: shop
target: http://h
scenarios:
  browse: {load: {start_vus: 0, stages: [{duration: 20s, target: 4}]}, steps: [{get: /a}, {think: 500ms}]}
  pay: {load: {vus: 2, iterations: 30, max_duration: 1m}, steps: [{get: /bad}, {think: 500ms}]}
  late: {start_after: 8s, load: {rate: 10/s, duration: 12s}, steps: [{get: /a}]}
thresholds:
  http_req_duration: p(95) < 500ms
  http_req_duration{name:GET /bad}: p(99) < 100ms
  http_req_failed: rate < 1%
  http_reqs: rate > 1/s over 10s
  "http_reqs{name:GET /a}": count > 0
"""

SEARCH = """
name: kitchen
target: http://h
load: {find: rate, from: 4/s, to: 64/s, hold: 4s, within: 40%, max_vus: 90}
steps: [{get: /a}]
thresholds: {http_req_duration: p(95) < 300ms}
"""


def answer(number: int) -> tuple[int, float]:
    return (200, 0.125) if number % 4 else (404, 0.25)


def pictures(plan: str, seconds: list[float], width: int, height: int, answer: Answer = answer) -> str:
    def look(board: Board) -> str:
        rows = frame(board.view(), board.checked, width, height)
        return "".join(f"{row.plain.rstrip()}\n" for row in rows)

    return f"{'=' * (width - 1)}\n".join(glances(plan, seconds, look, answer))


@pytest.mark.parametrize(
    ("name", "plan", "size"),
    [
        ("shop-100x30", SHOP, (100, 30)),
        ("shop-80x24", SHOP, (80, 24)),
        ("shop-80x10", SHOP, (80, 10)),
        ("shop-40x12", SHOP, (40, 12)),
        ("shop-80x3", SHOP, (80, 3)),
        ("search-80x24", SEARCH, (80, 24)),
    ],
)
def test_pictures_are_drawn_as_their_golden_files(name: str, plan: str, size: tuple[int, int]) -> None:
    written = pictures(plan, [1, 6, 12, 20, 33], *size)
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written, "utf-8")
    assert written == file.read_text("utf-8")


@pytest.mark.parametrize("width", [10, 21, 33, 59, 60, 80, 200])
@pytest.mark.parametrize("height", [1, 2, 5, 9, 24])
def test_a_picture_fits_its_terminal_whatever_its_size(width: int, height: int) -> None:
    def look(board: Board) -> list[Text]:
        return frame(board.view(), board.checked, width, height)

    (rows,) = glances(SHOP, [9], look, answer)
    assert len(rows) <= max(height - 1, 1)
    assert max(row.cell_len for row in rows) <= max(width - 1, 20)


def test_a_block_that_is_cut_says_how_much_is_missing() -> None:
    blocks = [[Text("a")] * 5, [Text("b")]]
    shown = fitted(blocks, [Text("head")], 5)
    assert [row.plain for row in shown] == ["head", "a", "a", "  … 3 more", "b"]


def test_what_hides_in_names_and_messages_does_no_harm() -> None:
    plan = 'name: x\ntarget: http://h\nload: {vus: 1, duration: 3s}\nsteps: [{get: /a, name: "\\u001b[2J"}]\n'
    told = pictures(plan, [2], 80, 24, lambda _: (500, 0.125))
    assert "\x1b" not in told
    assert "�[2J" in told
