"""What a request may take: time, for it all and for its parts, and room for its body."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from exchanging import OK, REQUEST, about, connected
from fakes import in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.terms import TERMS, Terms


def timed_out(act: Callable[[Connection], Any]) -> tuple[Reply, float]:
    async def main() -> tuple[Reply, float]:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(timeout=0.3))
        act(connection)
        return await waiting, asyncio.get_running_loop().time()

    found: tuple[Reply, float] = in_virtual_time(main)
    return found


def test_a_request_without_an_answer_ends_with_its_timeout() -> None:
    reply, now = timed_out(lambda _: None)
    assert (reply.error_code, reply.error, now) == (1050, "request timeout", about(0.3))
    assert reply.timings[4:] == about((0, 0.3, 0, 0.3))


def test_an_answer_that_does_not_end_ends_with_the_timeout() -> None:
    reply, now = timed_out(lambda connection: connection.data_received(OK[:-1]))
    assert (reply.status, reply.error_code, now) == (0, 1050, about(0.3))


def test_one_timer_guards_many_requests() -> None:
    async def main() -> tuple[Reply, float]:
        connection, _ = connected()
        for _ in range(3):
            waiting = connection.send(REQUEST, Terms(timeout=0.3))
            await asyncio.sleep(0.2)
            connection.data_received(OK)
            await waiting
        return await connection.send(REQUEST, Terms(timeout=0.3)), asyncio.get_running_loop().time()

    reply, now = in_virtual_time(main)
    assert (reply.error_code, now) == (1050, about(0.9))


def test_a_shorter_timeout_counts_from_its_own_request() -> None:
    async def main() -> float:
        connection, _ = connected()
        first = connection.send(REQUEST, TERMS)
        connection.data_received(OK)
        await first
        await connection.send(REQUEST, Terms(timeout=0.1))
        return asyncio.get_running_loop().time()

    assert in_virtual_time(main) == about(0.1)


def test_a_timer_that_finds_nothing_to_guard_does_nothing() -> None:
    async def main() -> bool:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(timeout=0.1))
        connection.data_received(OK)
        await waiting
        await asyncio.sleep(1)
        return connection.usable

    assert in_virtual_time(main) is True


@pytest.mark.parametrize(
    ("terms", "parts", "code", "ended"),
    [
        (Terms(first_byte=0.3), [], 1051, 0.3),
        (Terms(first_byte=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n")], 1050, 60.0),
        (Terms(idle=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n"), (0.25, b"A: b\r\n")], 1052, 0.75),
        (Terms(idle=0.3), [], 1050, 60.0),
        (Terms(timeout=0.4, idle=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n")], 1050, 0.4),
        (Terms(idle=0.3), [(0.2, OK[:20]), (0.2, OK[20:])], 0, 0.4),
    ],
)
def test_parts_of_an_answer_have_times_of_their_own(
    terms: Terms, parts: list[tuple[float, bytes]], code: int, ended: float
) -> None:
    async def main() -> tuple[Reply, float]:
        loop = asyncio.get_running_loop()
        connection, _ = connected()
        waiting, began = connection.send(REQUEST, terms), loop.time()
        for seconds, data in parts:
            await asyncio.sleep(seconds)
            connection.data_received(data)
        return await waiting, loop.time() - began

    reply, took = in_virtual_time(main)
    assert (reply.error_code, took, reply.duration) == (code, about(ended), about(ended))


def test_terms_may_change_from_request_to_request() -> None:
    async def main() -> list[int]:
        connection, _ = connected()
        first = connection.send(REQUEST, Terms(first_byte=0.5))
        connection.data_received(OK)
        codes = [(await first).error_code]
        second = connection.send(REQUEST, TERMS)
        await asyncio.sleep(1.0)
        connection.data_received(OK)
        return [*codes, (await second).error_code]

    assert in_virtual_time(main) == [0, 0]


def test_a_body_that_is_not_wanted_is_not_kept() -> None:
    async def main() -> tuple[Reply, Reply]:
        connection, _ = connected()
        replies = []
        for terms in (Terms(keep_body=False), TERMS):
            waiting = connection.send(REQUEST, terms)
            connection.data_received(OK)
            replies.append(await waiting)
        return replies[0], replies[1]

    first, second = in_virtual_time(main)
    assert (first.status, first.body, first.received) == (200, b"", len(OK))
    assert second.body == OK.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(("most", "code"), [(4, 1724), (5, 0)])
@pytest.mark.parametrize("pieces", [1, 2])
def test_a_body_may_be_as_large_as_the_terms_say(most: int, code: int, pieces: int) -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    async def main() -> Reply:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(max_body=most))
        for piece in [data] if pieces == 1 else [data[:-2], data[-2:]]:
            connection.data_received(piece)
        return await waiting

    assert in_virtual_time(main).error_code == code
