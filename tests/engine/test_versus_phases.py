"""Preflight, setup and teardown of two sides: once for each, and what one made is its own."""

from pathlib import Path

import pytest
from contests import HEAD, Duel

from planrunner.engine.journal import replay
from planrunner.engine.run import How
from planrunner.outputs.journal import Journal

STEPS = "load: {vus: 1, duration: 1m}\nsteps: [{get: /a}]\n"
ONCE = "setup: [{get: /in, save: {id: {json: $.id}}}]\nteardown: [{get: /out}, {log: 'out ${id}'}]\n"


def told(identity: int):  # type: ignore[no-untyped-def]
    return lambda _: (200, 0.125, b'{"id": %d}' % identity)


def duel(plan: str, **rest: object) -> Duel:
    return Duel(HEAD + plan + STEPS, **{"rounds": 1, "seconds": 2.0, **rest})  # type: ignore[arg-type]


def test_setup_and_teardown_come_once_for_each_side() -> None:
    made = duel(ONCE)
    result = made.fight()
    counts = {request.name: request.count for request in result.requests}
    assert (counts["GET /in"], counts["GET /out"]) == (1, 1)  # those of the head
    assert made.windows[0] == ("base", 0.25)  # after both were set up
    assert [len(sent) for sent in made.sent.values()] == [2 + 2 * 16] * 2


def test_what_setup_saved_belongs_to_its_side() -> None:
    made = duel(ONCE, base=told(1), head=told(2))
    made.fight()
    assert [
        (name, given.saved["id"]) for (name, _), given in zip(made.windows, made.givens, strict=True)
    ] == [
        ("base", 1),
        ("head", 2),
        ("head", 2),
        ("base", 1),
    ]
    assert made.said == ["out 1", "out 2"]


@pytest.mark.parametrize(("side", "rounds"), [("base", 0), ("head", 0)])
def test_a_target_that_is_not_ready_is_named(side: str, rounds: int) -> None:
    rules = {side: lambda _: (503, 0.25)}
    made = duel("preflight: [{get: /ready, within: 2s}]\n", **rules)
    result = made.fight()
    assert (result.exit_code, result.comparison, len(made.windows)) == (106, None, rounds)
    assert result.reason == f"{side}, http://{side}: GET /ready is not ready after 2 s: status 503"


def test_what_the_base_set_up_is_torn_down_when_the_head_cannot_be() -> None:
    made = duel(
        ONCE.replace("$.id}", "$.id}}, checks: [{status: 200}]").replace("]}}]", "]}]"),
        head=lambda _: (500, 0.1),
    )
    result = made.fight()
    assert (result.exit_code, result.reason) == (
        107,
        "head, http://head: setup failed: check 'status is 200' failed",
    )
    assert made.said == ["out 7"]


def test_a_base_that_is_slow_to_tear_down_does_not_keep_the_head_from_it() -> None:
    plan = "teardown_timeout: 2s\nteardown: [{get: /out}, {log: out}]\n"
    made = duel(plan, base=lambda _: (200, 3.0))
    result = made.fight()
    assert (result.exit_code, made.said) == (101, ["out"])
    assert result.reason == "base, http://base: teardown took longer than 2 s"


def test_phases_may_be_left_out() -> None:
    made = duel(ONCE, how=How(skip=("setup", "teardown")))
    made.fight()
    assert made.said == []


def test_the_journal_of_a_contest_holds_what_counts_of_the_head(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.journal")
    result = duel(ONCE, how=How(journal=journal)).fight()
    journal.close()
    again = replay(journal.path)
    assert (again.requests, again.timeline, again.stopped) == (result.requests, result.timeline, "killed")
    assert again.comparison is None
