"""Garbage: a run leaves hardly any for the collector, which does not look at what lives."""

import asyncio
import gc

import pytest
from fakes import Answer
from running import Lab

from planrunner.engine.fleet.garbage import tidy, uncollected


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def rings() -> int:
    return sum(isinstance(thing, Ring) for thing in gc.get_objects())


@pytest.mark.slow
def test_new_garbage_is_collected_each_second() -> None:
    with uncollected():
        Ring()
        assert rings() == 1
        tidy()
        assert rings() == 0


@pytest.mark.slow
def test_the_collector_does_not_look_at_what_lives_on() -> None:
    with uncollected():
        kept = [Ring()]
        tidy()
        kept.clear()
        tidy()
        assert gc.get_freeze_count() > 0
    gc.collect()
    assert rings() == 0


@pytest.mark.slow
def test_the_collector_is_as_it_was_afterwards() -> None:
    for switch, enabled in ((gc.disable, False), (gc.enable, True)):
        switch()
        with uncollected():
            assert not gc.isenabled()
        assert (gc.isenabled(), gc.get_freeze_count()) == (enabled, 0)


PLAN = """
name: Garbage
target: http://h
load: {{vus: 5, duration: {seconds}s}}
data:
  words: {{rows: [a, b]}}
steps:
  - post: /a
    json: {{word: "${{words}}"}}
    checks: [{{status: 200}}, {{json: $.id}}]
    save: {{id: {{json: $.id}}}}
  - get: /b/${{id}}
  - parallel: [{{get: /c}}, {{get: /d}}]
  - think: 10ms
"""


def left_by(seconds: int, answer: Answer) -> int:
    """Run a plan without collections and count what only the collector can free."""
    with uncollected():
        Lab(PLAN.format(seconds=seconds), answer).run()
        return gc.collect()


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", [lambda _: (200, 0.01), lambda _: (500, 0.01), lambda n: (200 if n % 3 else 0, 0.01)]
)
def test_iterations_leave_no_garbage_to_collect(answer: Answer) -> None:
    short, long = left_by(1, answer), left_by(5, answer)
    assert long - short < 60  # of some 3,000 iterations more


@pytest.mark.slow
def test_real_connections_leave_no_garbage_to_collect() -> None:
    from planrunner.protocols.http.opening.dial import Dialer
    from planrunner.protocols.http.session import Session
    from planrunner.protocols.http.terms import TERMS, Origin

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async def ask(times: int) -> int:
        async with await asyncio.start_server(closing, "127.0.0.1", 0) as server:
            session, port = Session(Dialer()), server.sockets[0].getsockname()[1]
            gc.collect()
            for _ in range(times):
                await session.exchange(Origin(False, "127.0.0.1", port), b"GET / HTTP/1.1\r\n\r\n", TERMS)
            await session.close()
            return sum(type(thing).__name__ in {"Connection", "Reader"} for thing in gc.get_objects())

    with uncollected():
        assert asyncio.run(ask(20)) <= 2
