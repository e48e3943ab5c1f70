"""Sessions on loopback: connections are opened, kept, given up; failures are replies."""

import asyncio
import socket

import pytest
from listening import OK, REQUEST, ask, keep_alive, once, serving
from requesting import compiled, whole

from planrunner.protocols import Reply
from planrunner.protocols.http.dial import Address, Dialer, DialError, Origin
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import TERMS


async def twice_then_silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request, and close on the next as if the connection had been idle too long."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK)
    await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("method", "status", "code", "retried"), [(b"GET", 200, 0, True), (b"POST", 0, 1221, False)]
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


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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


def test_each_address_of_a_name_is_tried() -> None:
    async def main() -> Reply:
        async with serving(keep_alive) as port:
            dialer = Dialer()
            dead, live = (Address(socket.AF_INET, ("127.0.0.1", number)) for number in (closed_port(), port))
            dialer.remember(("both.example", port), [dead, live])
            session = Session(dialer)
            reply = await ask(session, Origin(False, "both.example", port))
            await session.close()
            return reply

    assert asyncio.run(main()).status == 200


def test_a_name_is_looked_up_once_in_five_minutes() -> None:
    now = [0.0]

    async def main() -> list[bool]:
        async with serving(keep_alive) as port:
            dialer, origin = Dialer(lambda: now[0]), Origin(False, "localhost", port)
            (await dialer.open(origin, 5.0)).close()
            dead = [Address(socket.AF_INET, ("127.0.0.1", closed_port()))]
            found = []
            for moment in (299.0, 301.0):
                dialer.remember(("localhost", port), dead, until=300.0)
                now[0] = moment
                found.append(await reached(dialer, origin))
            return found

    assert asyncio.run(main()) == [False, True]


async def reached(dialer: Dialer, origin: Origin) -> bool:
    try:
        (await dialer.open(origin, 5.0)).close()
    except DialError:
        return False
    return True


def test_the_first_address_is_the_one_whose_failure_is_told() -> None:
    async def main() -> Reply:
        dialer, port = Dialer(), closed_port()
        refused = Address(socket.AF_INET, ("127.0.0.1", port))
        odd = Address(socket.AF_INET6, ("127.0.0.1", port))  # fails in another way
        dialer.remember(("both.example", port), [refused, odd])
        return await ask(Session(dialer), Origin(False, "both.example", port))

    assert asyncio.run(main()).error_code == 1212


def test_vus_that_begin_together_look_a_name_up_once() -> None:
    async def main() -> int:
        loop, asked = asyncio.get_running_loop(), []
        look_up = loop.getaddrinfo

        async def counting(*args: object, **kwargs: object) -> object:
            asked.append(args)
            return await look_up(*args, **kwargs)  # type: ignore[arg-type]

        loop.getaddrinfo = counting  # type: ignore[method-assign, assignment]
        async with serving(keep_alive) as port:
            dialer, origin = Dialer(), Origin(False, "localhost", port)
            opened = await asyncio.gather(*(dialer.open(origin, 5.0) for _ in range(20)))
            for connection in opened:
                connection.close()
        return len(asked)

    assert asyncio.run(main()) == 1


def test_connecting_is_part_of_the_timeout() -> None:
    async def main() -> Reply:
        with socket.socket() as full:  # it never accepts, and its queue is full
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            reply = await ask(Session(Dialer()), Origin(False, "127.0.0.1", port), limit=0.05)
            for filler in fillers:
                filler.close()
            return reply

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
