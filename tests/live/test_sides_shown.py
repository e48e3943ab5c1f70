"""Two sides under way: whose window it is, and how much of all windows is over."""

import json

import pytest
from contests import HEAD, Duel

from planrunner.live.frame import frame
from planrunner.live.web.events import Telling

LOOP = HEAD + "load: {vus: 1, duration: 1m}\nsteps: [{get: /a}]\n"


@pytest.fixture(scope="module")
def duel() -> Duel:
    made = Duel(LOOP)
    made.fight()
    return made


def test_progress_is_that_of_all_windows(duel: Duel) -> None:
    (act,) = duel.glances[12].acts
    assert (act.share, act.over, act.told[:11]) == (0.5, False, "00:12/00:24")
    assert duel.glances[24].acts[0].over


def test_the_screen_says_whose_window_it_is(duel: Duel) -> None:
    assert duel.board is not None
    head, *_ = frame(duel.glances[12], duel.board.checked, 100, 20)
    assert head.plain.startswith("running  00:12/00:24  head 1/2  1/1 VUs")


def test_the_page_says_whose_window_it_is_and_draws_both_sides(duel: Duel) -> None:
    assert duel.board is not None
    told = Telling(duel.board).all().decode().split("\n\n")
    events = dict(event.split("\ndata: ") for event in told if event)
    assert json.loads(events["event: stands"])["window"] == "head 2/2"
    assert [row[0] for row in json.loads(events["event: history"])] == [*range(24)]
