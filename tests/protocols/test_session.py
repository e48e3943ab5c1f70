"""Sessions on loopback: connections are opened, kept, given up; failures are replies."""

import asyncio

import pytest
from listening import OK, REQUEST, ask, keep_alive, once, serving
from loopback import closed_port, silent
from requesting import compiled, whole

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.opening.dial import Caller, Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import TERMS, How, Origin


async def twice_then_silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request, and close on the next as if the connection had been idle too long."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK)
    await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("method", "status", "code", "retried"), [(b"GET", 200, 0, True), (b"POST", 0, 1225, False)]
)
def test_a_kept_connection_that_turns_out_closed_is_tried_once_more(
    method: bytes, status: int, code: int, retried: bool
) -> None:
    async def main() -> Reply:
        async with serving(twice_then_silence) as port:
            session, origin = Session(Dialer()), Origin(False, "127.0.0.1", port)
            await ask(session, origin)
            data = REQUEST.replace(b"GET", method)
            reply = await session.exchange(origin, data, TERMS)
            await session.close()
            return reply

    reply = asyncio.run(main())
    assert (reply.status, reply.error_code, reply.retried) == (status, code, retried)


async def once_then_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request, and begin to answer the next."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK)
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK[:9])


def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    async def main() -> Reply:
        async with serving(once_then_half) as port:
            session, origin = Session(Dialer()), Origin(False, "127.0.0.1", port)
            await ask(session, origin)
            return await ask(session, origin)

    reply = asyncio.run(main())
    assert (reply.error_code, reply.retried) == (1222, False)


class Late(Dialer):
    """Hands a connection over when the target has closed it again."""

    async def open(
        self, origin: Origin, limit: float, caller: Caller | None = None
    ) -> Connection | Multiplex:
        made = await super().open(origin, limit, caller)
        while made.usable:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        return made


@pytest.mark.parametrize(
    ("how", "codes"),
    [
        (How(), {1220, 1221}),  # a reset, where the target did not read our greeting
        (How(http2="always"), {1601}),
    ],
)
def test_a_connection_that_is_closed_before_it_is_used_fails_the_request_at_once(
    how: How, codes: set[int]
) -> None:
    async def gone(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def main() -> Reply:
        async with serving(gone) as port:
            return await ask(Session(Late()), Origin(False, "127.0.0.1", port, how=how))

    assert asyncio.run(main()).error_code in codes


def test_a_connection_is_kept_for_the_next_request() -> None:
    async def main() -> list[tuple[int, bool]]:
        async with serving(keep_alive) as port:
            session = Session(Dialer())
            replies = [await ask(session, Origin(False, "127.0.0.1", port)) for _ in range(3)]
            await session.close()
        return [(reply.status, reply.timings[0] > 0) for reply in replies]

    assert asyncio.run(main()) == [(200, True), (200, False), (200, False)]


def test_a_connection_that_the_target_closes_is_opened_anew() -> None:
    async def main() -> list[tuple[int, bool]]:
        async with serving(once) as port:
            session = Session(Dialer())
            replies = [await ask(session, Origin(False, "localhost", port)) for _ in range(2)]
            await session.close()
        return [(reply.status, reply.timings[1] > 0) for reply in replies]

    assert asyncio.run(main()) == [(200, True), (200, True)]


def test_the_phases_add_up() -> None:
    async def main() -> Reply:
        async with serving(keep_alive) as port:
            session = Session(Dialer())
            reply = await ask(session, Origin(False, "127.0.0.1", port))
            await session.close()
            return reply

    blocked, looking_up, connecting, tls, *phases, duration = asyncio.run(main()).timings
    assert sum(phases) == pytest.approx(duration)
    assert blocked >= connecting > tls == 0.0
    assert 0.0 < looking_up < blocked


@pytest.mark.parametrize(("host", "code"), [("127.0.0.1", 1212), ("a" * 64 + ".example", 1100)])
def test_what_cannot_be_reached_is_a_reply(host: str, code: int) -> None:
    reply = asyncio.run(ask(Session(Dialer()), Origin(False, host, closed_port())))
    assert (reply.status, reply.error_code, reply.timings, reply.sent) == (0, code, (), 0)


def test_connecting_is_part_of_the_timeout() -> None:
    async def main() -> Reply:
        with silent() as port:
            return await ask(Session(Dialer()), Origin(False, "127.0.0.1", port), limit=0.05)

    reply = asyncio.run(main())
    assert (reply.error_code, reply.error) == (1050, "request timeout")
    assert reply.timings[-1] == reply.duration > 0


def test_an_interrupted_request_tells_what_was_sent() -> None:
    async def main() -> tuple[Reply | None, Reply | None]:
        asked = asyncio.Event()

        async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            await reader.read()

        async with serving(never) as port:
            session = Session(Dialer())
            task = asyncio.create_task(ask(session, Origin(False, "127.0.0.1", port)))
            await asked.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            found = session.interrupt(), session.interrupt()
            await session.close()
            return found

    first, second = asyncio.run(main())
    assert first is not None
    assert (first.interrupted, first.sent, second) == (True, len(REQUEST), None)


def test_a_lane_has_connections_of_its_own_and_the_same_cookies() -> None:
    async def main() -> list[bool]:
        async with serving(keep_alive) as port:
            session, origin = Session(Dialer()), Origin(False, "127.0.0.1", port)
            lane = session.lane()
            opened = [(await ask(one, origin)).timings[0] > 0 for one in (session, lane, session)]
            await lane.close()
            await session.close()
            return [*opened, lane.jar is session.jar, lane.nonces is session.nonces]

    assert asyncio.run(main()) == [True, True, False, True, True]


def test_an_interrupted_request_tells_the_hops_behind_it() -> None:
    async def main() -> Reply | None:
        asked = asyncio.Event()

        async def once_then_never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            await reader.read()

        async with serving(once_then_never) as port:
            session = Session(Dialer())
            call = compiled(target=f"http://127.0.0.1:{port}")
            task = asyncio.create_task(whole(call, session))
            await asked.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            found = session.interrupt()
            await session.close()
            return found

    found = asyncio.run(main())
    assert found is not None
    assert (found.interrupted, found.sent > 0, [hop.status for hop in found.hops]) == (True, True, [302])
