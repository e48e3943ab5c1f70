"""A trial: what is told, in which order, and what is left out."""

import asyncio

import pytest
from fakes import Answer, FakeSession, in_virtual_time
from running import checked_plan

from planrunner.engine.trial import Began, Event, Exchanged, Over, Part, Settled, Trial
from planrunner.protocols import Heard, Reply
from planrunner.protocols.http.terms import Origin, Terms

HEAD = "name: lab\ntarget: http://h\n"


def told(text: str, answer: Answer = lambda _: (200, 0.125)) -> list[Event]:
    events: list[Event] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        trial = Trial(checked_plan(HEAD + text), events.append, loop.time, lambda _: FakeSession(answer))
        await trial.carry_out()
        assert loop.time() < 5  # nobody thought

    in_virtual_time(main)
    return events


def outline(events: list[Event]) -> list[str]:
    """Write where each event stands: its depth, what it is, the line of its step, what it brought."""
    lines = []
    for event in events:
        if isinstance(event, Began):
            lines.append(f"{event.depth} begin {event.step.place.line}")
        elif isinstance(event, Exchanged) and event.step:
            lines.append(f"{event.depth} sent {event.step.place.line}")
        elif isinstance(event, Settled):
            brought = [*event.values, *(check.name for check in event.checks), *event.logs, *event.errors]
            lines.append(f"{event.depth} end {event.step.place.line} {' '.join(brought)}".rstrip())
    return lines


class Slower(FakeSession):
    """A session whose lanes answer the later the further up they stand, and tell what they send."""

    def __init__(self, heard: Heard, seconds: float = 0.5) -> None:
        super().__init__(lambda _: (200, seconds, b'{"id": %d}' % round(seconds * 100)))
        self._heard = heard
        self._seconds = seconds

    def lane(self) -> "Slower":
        self._seconds -= 0.125
        return Slower(self._heard, self._seconds)

    async def exchange(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        reply = await super().exchange(origin, data, terms)
        self._heard(data, reply)
        return reply


def heard(text: str) -> list[Event]:
    """Take a plan whose requests are heard."""
    events: list[Event] = []

    async def main() -> None:
        trial = Trial(
            checked_plan(HEAD + text),
            events.append,
            asyncio.get_running_loop().time,
            lambda _: Slower(trial.watch.heard),
        )
        await trial.carry_out()

    in_virtual_time(main)
    return events


def settled(events: list[Event]) -> list[Settled]:
    return [event for event in events if isinstance(event, Settled)]


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
    (step,) = settled(told(text))
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
    assert [len(step.errors) for step in settled(events)] == [0, 1]
    assert events[-1] == Over("the iteration ended here; the steps behind it were not taken")


def test_a_stop_says_where_it_stands() -> None:
    assert told("steps:\n  - stop: test\n")[-1] == Over("`stop: test` at plan.yml:4", meant=True)


def test_a_stop_of_the_test_ends_the_trial_and_teardown_runs() -> None:
    text = "scenarios:\n  a: {steps: [{stop: test}]}\n  b: {steps: [{get: /b}]}\nteardown: [{log: x}]\n"
    parts = [event.title for event in told(text) if isinstance(event, Part)]
    assert parts == ["scenario a", "teardown"]


def test_a_reply_that_is_not_expected_is_told_without_any_check() -> None:
    events = told("steps:\n  - get: /a\n  - get: /b\n    expected_status: 500\n", lambda _: (500, 0.1))
    assert [step.failed for step in settled(events)] == [1, 0]


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


def test_lanes_are_told_one_after_the_other_in_the_order_of_their_ends() -> None:
    text = """
steps:
  - parallel:
      - get: /slow
        save: {a: {json: $.id}}
      - get: /middle
        checks: [{status: 404}]
        on_fail: [{log: inner}]
      - get: /fast
        save: {b: {json: $.id}}
    log: outer
"""
    assert outline(heard(text)) == [
        "0 begin 5",
        *("1 begin 11", "1 sent 11", "1 end 11 b b is saved"),
        *("1 begin 8", "1 sent 8", "1 end 8 status is 404", "2 begin 10", "2 end 10 inner", "1 end 8"),
        *("1 begin 6", "1 sent 6", "1 end 6 a a is saved"),
        "0 end 5 outer",
    ]


def test_what_a_step_within_told_is_not_told_again() -> None:
    text = "steps:\n  - group: g\n    steps:\n      - set: {x: 1}\n    set: {y: 2}\n"
    assert [list(step.values.items()) for step in settled(told(text))] == [[("x", 1)], [("y", 2)]]


def test_an_item_is_told_before_the_steps_for_it() -> None:
    text = "steps:\n  - for_each: [a, b]\n    as: item\n    steps:\n      - log: ${item}\n"
    assert outline(told(text)) == [
        *("0 begin 4", "0 end 4 item", "1 begin 7", "1 end 7 a"),
        *("0 end 4 item", "1 begin 7", "1 end 7 b"),
        "0 end 4",
    ]


def test_values_of_setup_are_not_told_again() -> None:
    events = told("setup: [{set: {x: 1}}]\nsteps:\n  - log: ${x}\nteardown: [{log: '${x}'}]\n")
    assert [dict(step.values) for step in settled(events)] == [{"x": 1}, {}, {}]


def test_a_condition_that_cannot_be_computed_is_told() -> None:
    events = told("steps:\n  - get: /a\n  - log: b\n    if: ${json.nope}\n")
    why = "json has no member 'nope', in ${json.nope} (plan.yml:6)"
    assert events[-1] == Over(f"{why}; the iteration ended here; the steps behind it were not taken")


def test_a_stop_in_setup_is_meant() -> None:
    events = told("setup:\n  - stop: test\nsteps:\n  - get: /a\n")
    assert events[-1] == Over("`stop: test` at plan.yml:4", meant=True)


def test_a_redirect_that_is_followed_is_no_failure() -> None:
    events = told("preflight: [{get: /ready}]\nsteps:\n  - get: /a\n", lambda number: (302, 0.1))
    assert [step.failed for step in settled(events)] == [0]


@pytest.mark.parametrize(("after", "parts"), [(0.5, ["scenario a", "teardown"]), (2.5, ["teardown"])])
def test_teardown_runs_once_when_the_trial_is_interrupted(after: float, parts: list[str]) -> None:
    text = "scenarios:\n  a: {steps: [{get: /a}]}\n  b: {steps: [{get: /b}]}\nteardown: [{get: /end}]\n"
    events: list[Event] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        answer = FakeSession(lambda _: (200, 1.0))
        trial = Trial(checked_plan(HEAD + text), events.append, loop.time, lambda _: answer)
        task = loop.create_task(trial.carry_out())
        loop.call_later(after, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    in_virtual_time(main)
    titles = [event.title for event in events if isinstance(event, Part)]
    assert titles[-len(parts) :] == parts
    assert titles.count("teardown") == 1
