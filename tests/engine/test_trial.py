"""A trial: what is told, in which order, and what is left out."""

import asyncio

from fakes import Answer, FakeSession, in_virtual_time
from running import checked_plan

from planrunner.engine.trial import Began, Ended, Event, Over, Part, Trial

HEAD = "name: lab\ntarget: http://h\n"


def told(text: str, answer: Answer = lambda _: (200, 0.125)) -> list[Event]:
    events: list[Event] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        trial = Trial(checked_plan(HEAD + text), events.append, loop.time, lambda: FakeSession(answer))
        await trial.carry_out()
        assert loop.time() < 5  # nobody thought

    in_virtual_time(main)
    return events


def ended(events: list[Event]) -> list[Ended]:
    return [event for event in events if isinstance(event, Ended)]


def test_every_part_is_taken_once_in_its_order() -> None:
    text = """
preflight: [{get: /ready}]
setup: [{log: a}]
teardown: [{log: b}]
scenarios:
  one:
    load: {vus: 5, iterations: 50}
    vu_setup: [{get: /in}]
    steps: [{get: /one}]
  two:
    steps: [{get: /two}]
"""
    parts = [event.title for event in told(text) if isinstance(event, Part)]
    assert parts == [
        "preflight",
        "setup",
        "vu_setup of scenario one",
        "scenario one",
        "scenario two",
        "teardown",
    ]


def test_a_step_tells_what_it_saved_asked_and_logged() -> None:
    text = """
steps:
  - get: /a
    save: {id: {json: $.id}}
    checks: [{status: 200}, {status: 404, name: gone}]
    log: ${id}
"""
    (step,) = ended(told(text))
    assert step.values == {"id": 7}
    assert step.logs == ["7"]
    assert [(check.name, check.complaint) for check in step.checks] == [
        ("id is saved", ""),
        ("status is 200", ""),
        ("gone", "status is 200, expected 404"),
    ]


def test_steps_within_steps_are_deeper() -> None:
    text = "steps:\n  - group: g\n    steps:\n      - get: /a\n      - think: 30s\n"
    began = [
        (event.depth, type(event.step.does).__name__) for event in told(text) if isinstance(event, Began)
    ]
    assert began == [(0, "Group"), (1, "Send"), (1, "Think")]


def test_what_cannot_be_computed_is_told_and_ends_the_iteration() -> None:
    events = told("steps:\n  - get: /a\n  - get: /${json.nope}\n  - get: /b\n")
    assert [len(step.errors) for step in ended(events)] == [0, 1]
    assert events[-1] == Over("the iteration ended here; the steps behind it were not taken")


def test_a_stop_says_where_it_stands() -> None:
    assert told("steps:\n  - stop: test\n")[-1] == Over("`stop: test` at plan.yml:4")


def test_a_setup_that_fails_is_the_end() -> None:
    events = told("setup:\n  - get: /in\n    checks: [{status: 201}]\nsteps:\n  - get: /a\n")
    assert events[-1] == Over("setup failed: check 'status is 201' failed")


def test_a_vu_setup_that_fails_is_the_end_of_its_scenario() -> None:
    events = told("vu_setup:\n  - get: /in\n    checks: [{status: 201}]\nsteps:\n  - get: /a\n")
    assert [event.title for event in events if isinstance(event, Part)] == ["vu_setup of scenario default"]


def test_rows_that_end_are_told() -> None:
    rows = "data:\n  row: {rows: [1], pick: per_vu, at_end: stop}\n"
    steps = "scenarios:\n  a: {steps: [{log: '${row}'}]}\n  b: {steps: [{log: '${row}'}]}\n"
    reason = "data set 'row' has 1 rows, so there is none for VU 2 (plan.yml:4)"
    assert told(rows + steps)[-1] == Over(reason)


def test_a_late_teardown_is_told() -> None:
    text = "teardown_timeout: 1s\nteardown:\n  - get: /slow\nsteps:\n  - log: a\n"
    assert told(text, answer=lambda _: (200, 3.0))[-1] == Over("teardown took longer than 1 s")
