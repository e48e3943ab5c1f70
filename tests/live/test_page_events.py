"""What pages are told: all of the run so far, whenever they come; texts masked, cut and harmless."""

import json
from typing import Any

from running import checked_plan
from test_terminal import tick
from watched import glances

from planrunner.live.board import Board
from planrunner.live.web.events import LONGEST, Telling

PLAN = """
name: shop
description: a day
target: http://h
variables: {password: {default: s3cret-word, secret: true}}
scenarios:
  browse: {load: {vus: 2, duration: 6s}, steps: [{get: /a}, {log: "saw ${password}"}, {think: 500ms}]}
thresholds:
  http_req_duration: p(95) < 500ms
  http_req_failed: rate < 1%
"""


def events(data: bytes) -> list[tuple[str, Any]]:
    """Read events as a browser does."""
    found = []
    for block in data.decode().removesuffix("\n\n").split("\n\n"):
        name, told = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(told.removeprefix("data: "))))
    return found


def told(at: float) -> dict[str, Any]:
    (found,) = glances(
        PLAN, [at], lambda board: events(Telling(board).all()), lambda number: (200 + number % 2 * 300, 0.125)
    )
    return dict(found)


def test_who_comes_late_is_told_what_the_plan_is() -> None:
    assert told(3)["begin"] == {
        "name": "shop",
        "description": "a day",
        "file": "plan.yml",
        "target": "http://h",
        "scenarios": {"browse": "2 looping VUs for 6s (graceful_stop: 30s)"},
    }


def test_who_comes_late_is_told_every_second_so_far() -> None:
    history = told(3)["history"]
    assert [row[:2] for row in history] == [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]
    assert history[0] == [0.0, 1.0, 2, 2, 4, 2, 0.125, 0.125, 0.125, False]


def test_who_comes_late_is_told_how_the_run_stands() -> None:
    stands = told(3)["stands"]
    assert (stands["clock"], stands["state"], stands["level"]) == ("00:03/00:06", "running", "")
    assert stands["share"] == 0.5
    assert stands["acts"] == [["browse", 0.5, "00:03/00:06  8 iterations"]]
    assert [(limit["text"], limit["word"], limit["upper"]) for limit in stands["limits"]] == [
        ("http_req_duration p(95) < 500ms", "holds", 0.5),
        ("http_req_failed rate < 1%", "broken", None),
    ]
    (error,) = stands["errors"]
    assert error[1:3] == ["HTTP status 500", "GET /a"]


def test_secrets_are_masked_in_what_is_logged() -> None:
    assert set(told(3)["said"]) == {"saw ***"}


def test_a_second_is_told_with_how_the_run_stands_then() -> None:
    board = Board(checked_plan(PLAN))
    board.tick(tick(10))
    (first, row), (second, _) = events(Telling(board).second(tick(10)))
    assert (first, second) == ("second", "stands")
    assert row == [9, 1.0, 3, 2, 20, 1, 0.25, 0.25, 0.25, False]


def test_hostile_text_is_told_as_text() -> None:
    telling = Telling(Board(checked_plan(PLAN)))
    lines = ["\x1b[2J", "a\n\nevent: ended\ndata: {}", "x" * 1000, "s3cret-word"]
    ((name, said),) = events(telling.said(lines))
    assert name == "said"
    assert said == ["�[2J", "a��event: ended�data: {}", "x" * (LONGEST - 1) + "…", "***"]


def test_the_end_is_told() -> None:
    telling = Telling(Board(checked_plan(PLAN)))
    assert events(telling.ended("passed: s3cret-word", "passed", report=True, more=False)) == [
        ("ended", {"verdict": "passed: ***", "outcome": "passed", "report": True, "more": False})
    ]
