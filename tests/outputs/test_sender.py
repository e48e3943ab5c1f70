"""The sender, in virtual time: what it keeps, what it loses, and how long it waits."""

import asyncio
from collections.abc import Callable

import pytest
from fakes import in_virtual_time

from planrunner.outputs.sender import Batch, Limits, PartlyError, RefusedError, Sender, UnreachableError

Rule = Callable[[int], BaseException | float | None]
"""From the number of an attempt to how it fails, how long it takes, or None."""


class Backend:
    """Takes batches by a rule; remembers when each attempt was made."""

    def __init__(self, rule: Rule = lambda _: None) -> None:
        self.rule = rule
        self.times: list[float] = []
        self.taken: list[bytes] = []
        self.said: list[str] = []

    async def send(self, data: bytes) -> None:
        self.times.append(asyncio.get_running_loop().time())
        outcome = self.rule(len(self.times) - 1)
        if isinstance(outcome, BaseException):
            raise outcome
        await asyncio.sleep(outcome or 0)
        self.taken.append(data)


def sent(
    backend: Backend,
    *batches: Batch,
    after: float = 0.0,
    limits: Limits | None = None,
    end: float | None = None,
) -> Sender:
    """Send batches, and end the run after some seconds."""

    async def main() -> Sender:
        sender = Sender(
            backend.send, backend.said.append, lambda: backend.said.append("bye"), limits or Limits()
        )
        task = asyncio.create_task(sender.run())
        for batch in batches:
            sender.put(batch)
        await asyncio.sleep(after)
        await sender.close(end)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return sender

    return in_virtual_time(main)


ONE, TWO, THREE = Batch(1, b"a"), Batch(2, b"bb"), Batch(4, b"cccc")


def test_batches_arrive_in_their_order_and_are_counted_by_points() -> None:
    backend = Backend()
    sender = sent(backend, ONE, TWO, THREE)
    assert (backend.taken, sender.sent, sender.lost, sender.error) == ([b"a", b"bb", b"cccc"], 7, 0, "")


def test_a_failure_is_tried_again_after_pauses_that_double() -> None:
    backend = Backend(lambda n: UnreachableError("status 503") if n < 5 else None)
    sender = sent(backend, ONE, after=100)
    assert backend.times == [0, 0.5, 1.5, 3.5, 7.5, 15.5]
    assert (sender.sent, sender.lost) == (1, 0)


def test_a_backend_may_say_when_to_come_again() -> None:
    backend = Backend(lambda n: UnreachableError("status 429", after=20) if n == 0 else None)
    sent(backend, ONE, after=100)
    assert backend.times == [0, 20]


def test_who_runs_the_plan_is_told_once_of_a_failure_and_once_of_its_end() -> None:
    backend = Backend(lambda n: ConnectionRefusedError(111, "Connection refused") if n < 3 else None)
    sent(backend, ONE, TWO, after=100)
    assert backend.said == ["Connection refused; the run goes on", "points are taken again", "bye"]


def test_an_error_without_a_text_of_the_system_says_its_own() -> None:
    assert sent(Backend(lambda _: OSError("gone")), ONE).error == "gone"


def test_what_is_refused_is_lost_at_once_and_the_next_goes_on() -> None:
    backend = Backend(lambda n: RefusedError("status 400: out of order") if n == 0 else None)
    sender = sent(backend, ONE, TWO)
    assert (sender.sent, sender.lost, sender.error) == (2, 1, "status 400: out of order")


def test_of_what_is_taken_in_part_only_the_rest_is_lost_and_told_once() -> None:
    backend = Backend(lambda n: PartlyError("3 points were refused", (3, 9)[n]) if n < 2 else None)
    sender = sent(backend, THREE, TWO)
    assert (sender.sent, sender.lost, sender.error) == (1, 5, "3 points were refused")
    assert backend.said == ["3 points were refused; the run goes on", "bye"]


def test_an_attempt_without_an_answer_ends_after_five_seconds() -> None:
    backend = Backend(lambda n: 1000.0 if n == 0 else None)
    sender = sent(backend, ONE, after=100)
    assert (backend.times, sender.error) == ([0, 5.5], "no answer within 5 s")


def test_without_room_the_oldest_are_lost() -> None:
    backend = Backend(lambda n: UnreachableError("down") if n < 3 else None)
    sender = sent(backend, ONE, TWO, THREE, after=100, limits=Limits(buffer=5))
    assert (backend.taken, sender.sent, sender.lost) == ([b"cccc"], 4, 3)


def test_a_dead_backend_costs_a_second_at_the_end_of_the_run() -> None:
    backend = Backend(lambda _: ConnectionRefusedError(111, "Connection refused"))
    sender = sent(backend, ONE, TWO, after=60)
    assert backend.times[-4:] == [60, 60.5, 61, 61]  # three last attempts, then the next batch has one
    assert (sender.sent, sender.lost) == (0, 3)


def test_a_slow_backend_costs_ten_seconds_at_the_end_of_the_run() -> None:
    backend = Backend(lambda _: 4.0)
    sender = sent(backend, ONE, TWO, THREE, after=1)
    assert (backend.taken, sender.sent, sender.lost) == ([b"a", b"bb"], 3, 4)
    assert sender.error == "not all was taken within 10 s after the run"
    assert backend.said == ["what is left is sent, for 10 s at most", "bye"]


def test_nothing_to_send_takes_no_time_to_end() -> None:
    assert sent(Backend()).sent == 0


@pytest.mark.parametrize("text", ["\x1b[31mred\n", "x" * 1000])
def test_what_a_backend_says_is_harmless_and_short(text: str) -> None:
    error = sent(Backend(lambda _: RefusedError(text)), ONE).error
    assert error.isprintable()
    assert len(error) <= 200


def test_where_others_have_waited_it_waits_no_longer_than_it_is_told() -> None:
    backend = Backend(lambda _: 60.0)
    sender = sent(backend, ONE, end=1.0)
    assert (sender.lost, sender.error, backend.said) == (
        1,
        "not all was taken within 1 s after the run",
        ["bye"],
    )
