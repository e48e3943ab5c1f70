"""How requests over HTTP/2 end before their time: resets, goodbyes, losses, deadlines, and our own wish."""

import asyncio

import pytest
from http2_target import GET, Target, with_target

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.terms import Terms

H, D, P = frames.HEADERS, frames.DATA, frames.PING
END, WHOLE = frames.END_STREAM, frames.END_HEADERS
GOAWAY, RST = frames.GOAWAY, frames.RST_STREAM


def number(value: int) -> bytes:
    return value.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("error", "code"),
    [*((error, 1631 + error) for error in range(14)), (14, 1645), (2**32 - 1, 1645)],
)
def test_a_reset_is_told_by_its_error(error: int, code: int) -> None:
    async def act(target: Target) -> tuple[Reply, bool]:
        waiting = target.send()
        target.reset(error)
        return await waiting, target.connection.usable

    reply, usable = with_target(act)
    assert (reply.error_code, reply.timings, usable) == (code, (), True)
    assert reply.error.startswith("the HTTP/2 stream of the request failed: ")


def test_what_comes_for_a_stream_that_is_over_is_nothing() -> None:
    async def act(target: Target) -> list[int]:
        first = target.send()
        target.reset(frames.CANCEL)
        target.say(H, WHOLE, 1, target.block(200, ("x-a", "in the table")))
        target.say(D, 0, 1, b"x")
        target.allow(5, 1)
        target.reset(frames.CANCEL)
        second = target.send()
        target.answer(3, 200, ("x-a", "in the table"))
        return [(await first).error_code, (await second).status]

    assert with_target(act) == [1639, 200]


def test_a_goodbye_lets_what_was_seen_come_to_its_end() -> None:
    async def act(target: Target) -> tuple[list[int], list[bool], bool, bool]:
        channels = [target.channel() for _ in range(2)]
        waiting = [channel.send(GET, Terms()) for channel in channels]
        target.leave(1)
        before = target.transport.closed
        target.answer(1)
        codes = [reply.error_code or reply.status for reply in await asyncio.gather(*waiting)]
        return codes, [channel.unseen for channel in channels], before, target.transport.closed

    assert with_target(act) == ([200, 1611], [False, True], False, True)


@pytest.mark.parametrize(("error", "code"), [(0, 1611), (11, 1622), (99, 1625)])
def test_a_goodbye_is_told_by_its_error(error: int, code: int) -> None:
    async def act(target: Target) -> tuple[int, bool]:
        waiting = target.send()
        target.leave(1, error)
        target.connection.connection_lost(None)
        return (await waiting).error_code, target.connection.usable

    assert with_target(act) == (code, False)


def test_a_goodbye_ends_what_still_waits_for_a_stream() -> None:
    async def act(target: Target) -> tuple[int, bool]:
        target.settings(max_concurrent_streams=0)
        channel = target.channel()
        waiting = channel.send(GET, Terms())
        target.leave(0)
        return (await waiting).error_code, channel.unseen

    assert with_target(act) == (1611, True)


def test_a_refused_request_was_not_looked_at() -> None:
    async def act(target: Target) -> tuple[int, bool]:
        channel = target.channel()
        waiting = channel.send(GET, Terms())
        target.reset(frames.REFUSED_STREAM)
        return (await waiting).error_code, channel.unseen

    assert with_target(act) == (1638, True)


@pytest.mark.parametrize(
    ("said", "error", "code"),
    [(False, None, 1221), (True, None, 1720), (False, ConnectionResetError(104, "reset"), 1220)],
)
def test_a_connection_that_is_lost_fails_all_that_is_under_way(
    said: bool, error: Exception | None, code: int
) -> None:
    async def act(target: Target) -> list[int]:
        waiting = [target.send(), target.send()]
        if said:
            for stream in (1, 3):
                target.say(H, WHOLE, stream, target.block())
        target.connection.connection_lost(error)
        return [reply.error_code for reply in await asyncio.gather(*waiting)]

    assert with_target(act) == [code, code]


@pytest.mark.parametrize(
    ("terms", "parts", "code", "ended"),
    [
        (Terms(timeout=2.0), 0, 1050, 2.0),
        (Terms(timeout=2.0), 9, 1050, 2.0),
        (Terms(first_byte=0.5), 0, 1051, 0.5),
        (Terms(first_byte=0.5, timeout=3.0), 9, 1050, 3.0),
        (Terms(idle=0.5), 1, 1052, 0.75),
    ],
)
def test_what_takes_too_long_is_given_up(terms: Terms, parts: int, code: int, ended: float) -> None:
    async def act(target: Target) -> tuple[Reply, float, list[bytes], Reply]:
        loop = asyncio.get_running_loop()
        waiting = target.send(terms=terms)
        talking = loop.create_task(_talk(target, parts))
        target.heard()
        reply, at = await waiting, loop.time()
        talking.cancel()
        resets = [frame.payload for frame in target.heard(RST)]
        second = target.send()
        target.answer(3)
        return reply, at, resets, await second

    reply, at, resets, second = with_target(act)
    assert (reply.error_code, at, reply.duration) == (code, ended, ended)
    assert resets == [number(frames.CANCEL)]
    assert (second.status, second.error) == (200, "")


async def _talk(target: Target, parts: int) -> None:
    for part in range(parts):
        await asyncio.sleep(0.25)
        if part == 0:
            target.say(H, WHOLE, 1, target.block())
        else:
            target.say(D, 0, 1, b"x")


def test_each_request_has_a_deadline_of_its_own() -> None:
    async def act(target: Target) -> list[tuple[int, float]]:
        loop = asyncio.get_running_loop()
        waiting = [target.send(terms=Terms(timeout=seconds)) for seconds in (3.0, 1.0, 2.0)]
        return [((await one).error_code, loop.time()) for one in asyncio.as_completed(waiting)]

    assert with_target(act) == [(1050, 1.0), (1050, 2.0), (1050, 3.0)]


def test_a_request_that_never_found_a_stream_times_out_too() -> None:
    async def act(target: Target) -> tuple[int, int]:
        target.settings(max_concurrent_streams=0)
        target.heard()
        reply = await target.send(terms=Terms(timeout=1.0))
        return reply.error_code, len(target.heard())

    assert with_target(act) == (1050, 0)


@pytest.mark.parametrize(("most", "code"), [(4, 1724), (5, 0)])
def test_a_body_may_be_as_large_as_the_terms_say(most: int, code: int) -> None:
    async def act(target: Target) -> tuple[int, list[bytes]]:
        waiting = target.send(terms=Terms(max_body=most))
        target.heard()
        target.answer(body=b"hello")
        return (await waiting).error_code, [frame.payload for frame in target.heard(RST)]

    assert with_target(act) == (code, [number(frames.CANCEL)] if code else [])


def test_a_body_that_is_not_wanted_is_not_kept() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send(terms=Terms(keep_body=False))
        target.answer(1, 200, ("content-length", "5"), body=b"hello")
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.body, reply.error) == (200, b"", "")


def test_a_request_that_is_dropped_is_cancelled() -> None:
    async def act(target: Target) -> tuple[Reply | None, Reply | None, list[bytes], int]:
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.heard()
        target.say(H, WHOLE, 1, target.block())
        dropped, again = channel.drop(), channel.drop()
        resets = [frame.payload for frame in target.heard(RST)]
        target.say(D, END, 1, b"late")
        second = channel.send(GET, Terms())
        target.answer(3)
        return dropped, again, resets, (await second).status

    dropped, again, resets, status = with_target(act)
    assert dropped is not None
    assert (dropped.interrupted, dropped.received > 9, again) == (True, True, None)
    assert (resets, status) == ([number(frames.CANCEL)], 200)


def test_a_request_that_waits_for_a_stream_and_is_dropped_was_never_sent() -> None:
    async def act(target: Target) -> tuple[Reply | None, list[int]]:
        target.settings(max_concurrent_streams=0)
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.heard()
        dropped = channel.drop()
        target.settings(max_concurrent_streams=5)
        return dropped, [frame.stream for frame in target.heard(H)]

    assert with_target(act) == (None, [])


def test_a_reply_that_nobody_took_is_what_it_is() -> None:
    async def act(target: Target) -> Reply | None:
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.answer()
        return channel.drop()

    reply = with_target(act)
    assert reply is not None
    assert (reply.status, reply.interrupted) == (200, False)


@pytest.mark.parametrize("terms", [Terms(once=True), Terms()], ids=["for one request", "the target left"])
def test_a_connection_that_takes_no_more_is_closed_behind_a_request_that_is_dropped(terms: Terms) -> None:
    async def act(target: Target) -> bool:
        channel = target.channel()
        _ = channel.send(GET, terms)
        if not terms.once:
            target.leave(1)
        channel.drop()
        return target.transport.closed

    assert with_target(act)


def test_a_connection_for_one_request_is_closed_behind_it() -> None:
    async def act(target: Target) -> tuple[int, bool, bool]:
        channel = target.channel()
        waiting = channel.send(GET, Terms(once=True))
        before = channel.usable
        target.answer()
        return (await waiting).status, before, target.transport.closed

    assert with_target(act) == (200, False, True)
