"""Sessions over HTTP/2 on loopback: which protocol is spoken, who shares a connection, what is sent anew."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
import trustme
import uvloop
from http2_server import Answer, LeavingError, Served, ok, serving

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import TERMS, How, Origin, Terms

T = TypeVar("T")

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
ALWAYS = How(http2="always")

Act = Callable[[Session, Origin, Served], Awaitable[T]]


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The TLS settings of a target that is trusted."""
    authority, file = trustme.CA(key_type=trustme.KeyType.ECDSA), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


def with_session(
    act: Act[T],
    how: How = ALWAYS,
    answer: Answer = ok,
    tls: ssl.SSLContext | None = None,
    *,
    http2: bool = True,
    loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> T:
    """Let a test use a session and a target."""

    async def main() -> T:
        async with serving(answer, tls, http2=http2) as served:
            session = Session(Dialer())
            origin = Origin(tls is not None, "localhost", served.port, how=how)
            try:
                return await act(session, origin, served)
            finally:
                await session.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(main())


async def ask(session: Session, origin: Origin, _: Served) -> Reply:
    return await session.exchange(origin, GET, TERMS)


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize(
    ("how", "http2", "protocol", "body"),
    [
        (How(), True, "HTTP/2.0", b"two"),
        (How(), False, "HTTP/1.1", b"plain"),
        (ALWAYS, True, "HTTP/2.0", b"two"),
    ],
)
def test_tls_agrees_on_what_is_spoken(
    how: How,
    http2: bool,
    protocol: str,
    body: bytes,
    tls: ssl.SSLContext,
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    reply = with_session(ask, how, tls=tls, http2=http2, loop=loop)
    assert (reply.status, reply.protocol, reply.body) == (200, protocol, body)


def test_without_tls_it_is_spoken_where_the_plan_says_so() -> None:
    assert with_session(ask).protocol == "HTTP/2.0"


def test_a_connection_is_kept_and_its_opening_told_once() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> list[tuple[float, bool]]:
        replies = [await session.exchange(origin, GET, TERMS) for _ in range(2)]
        assert served.streams == [(1, 1), (1, 3)]
        return [(reply.timings[0], reply.timings[2] > 0) for reply in replies]

    (first, connected), second = with_session(act)
    assert (first > 0, connected, second) == (True, True, (0.0, False))


async def together(session: Session, origin: Origin, count: int, terms: Terms = TERMS) -> list[Reply]:
    lanes = [session, *(session.lane() for _ in range(count - 1))]
    replies = await asyncio.gather(*(lane.exchange(origin, GET, terms) for lane in lanes))
    for lane in lanes[1:]:
        await lane.close()  # from Python 3.12 on, a server that ends waits for its connections
    return replies


def test_lanes_share_the_connection_that_the_first_of_them_opens() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, set[int], list[bool]]:
        replies = await together(session, origin, 4)
        return (
            served.connections,
            {stream for _, stream in served.streams},
            [r.timings[0] > 0 for r in replies],
        )

    assert with_session(act) == (1, {1, 3, 5, 7}, [True] * 4)


def test_lanes_that_come_later_share_it_too() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, int]:
        await session.exchange(origin, GET, TERMS)
        await together(session, origin, 3)
        return served.connections, len(served.streams)

    assert with_session(act) == (1, 4)


def test_lanes_to_a_target_of_http_1_have_connections_of_their_own(tls: ssl.SSLContext) -> None:
    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, set[str]]:
        replies = await together(session, origin, 3)
        return served.connections, {reply.protocol for reply in replies}

    assert with_session(act, How(), tls=tls, http2=False) == (3, {"HTTP/1.1"})


def test_lanes_that_wait_for_a_connection_wait_no_longer_than_they_may() -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client leaves
        writer.close()
        gone.set()

    async def act(session: Session, _: Origin, __: Served) -> list[int]:
        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
            silently = Origin(True, "127.0.0.1", server.sockets[0].getsockname()[1])  # no handshake comes
            replies = await together(session, silently, 2, Terms(timeout=0.1))
            await gone.wait()
            return [reply.error_code for reply in replies]

    assert with_session(act) == [1050, 1050]


def test_a_vu_that_leaves_lets_the_lane_that_waits_open_one() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, int]:
        lane = session.lane()
        first = asyncio.create_task(session.exchange(origin, GET, TERMS))
        second = asyncio.create_task(lane.exchange(origin, GET, TERMS))
        await asyncio.sleep(0)
        first.cancel()
        reply = await second
        await asyncio.wait([first])
        await lane.close()
        return reply.status, served.connections

    assert with_session(act)[0] == 200


def refusing_first(stream: int, fields: Mapping[str, str]) -> bytes:
    return frames.rst_stream(stream, frames.REFUSED_STREAM) if stream == 3 else ok(stream, fields)


def leaving(stream: int, fields: Mapping[str, str]) -> bytes:
    if stream != 3:
        return ok(stream, fields)
    return frames.frame(frames.GOAWAY, 0, 0, (1).to_bytes(4, "big") + bytes(4))


@pytest.mark.parametrize(("answer", "connections"), [(refusing_first, 1), (leaving, 2)])
@pytest.mark.parametrize("request_", [GET, POST])
def test_what_the_target_has_not_looked_at_is_sent_anew(
    answer: Answer, connections: int, request_: bytes
) -> None:
    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, bool, bool, int]:
        await session.exchange(origin, GET, TERMS)
        reply = await session.exchange(origin, request_, TERMS)
        return reply.status, reply.retried, reply.plain, served.connections

    assert with_session(act, answer=answer) == (200, True, False, connections)


@pytest.mark.parametrize(("request_", "status", "code"), [(GET, 200, 0), (POST, 0, 1611)])
def test_a_target_that_leaves_without_its_answer_is_asked_again_where_that_is_safe(
    request_: bytes, status: int, code: int
) -> None:
    def answer(stream: int, fields: Mapping[str, str]) -> bytes:
        if stream == 1:
            return ok(stream, fields)
        raise LeavingError(frames.frame(frames.GOAWAY, 0, 0, stream.to_bytes(4, "big") + bytes(4)))

    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, int, int]:
        await session.exchange(origin, GET, TERMS)
        reply = await session.exchange(origin, request_, TERMS)
        return reply.status, reply.error_code, served.connections

    assert with_session(act, answer=answer) == (status, code, 1 + (code == 0))


def test_what_is_refused_again_is_refused() -> None:
    def answer(stream: int, fields: Mapping[str, str]) -> bytes:
        return ok(stream, fields) if stream == 1 else frames.rst_stream(stream, frames.REFUSED_STREAM)

    async def act(session: Session, origin: Origin, _: Served) -> tuple[int, bool]:
        await session.exchange(origin, GET, TERMS)
        reply = await session.exchange(origin, GET, TERMS)
        return reply.error_code, reply.retried

    assert with_session(act, answer=answer) == (1638, True)


@pytest.mark.parametrize(("goodbyes", "code"), [(6, 0), (7, 1611)])
def test_a_target_may_end_connections_six_times_before_it_looks_at_a_request(
    goodbyes: int, code: int
) -> None:
    left = iter(range(goodbyes))

    def answer(stream: int, fields: Mapping[str, str]) -> bytes:
        return (
            frames.frame(frames.GOAWAY, 0, 0, bytes(8))
            if next(left, None) is not None
            else ok(stream, fields)
        )

    async def act(session: Session, origin: Origin, served: Served) -> tuple[int, bool, int]:
        reply = await session.exchange(origin, POST, TERMS)
        return reply.error_code, reply.retried, served.connections

    assert with_session(act, answer=answer) == (code, True, 7)


def test_what_is_refused_before_the_target_has_said_how_much_it_takes_is_sent_anew() -> None:
    def answer(stream: int, fields: Mapping[str, str]) -> bytes:
        if stream in {5, 7}:
            return frames.rst_stream(stream, frames.REFUSED_STREAM)
        limit = frames.settings({frames.MAX_CONCURRENT_STREAMS: 2}) if stream == 1 else b""
        return limit + ok(stream, fields)

    async def act(session: Session, origin: Origin, served: Served) -> tuple[list[tuple[int, bool]], int]:
        replies = await together(session, origin, 4)
        return [(reply.status, reply.retried) for reply in replies], served.connections

    assert with_session(act, answer=answer) == ([(200, False)] * 2 + [(200, True)] * 2, 1)


def test_what_the_target_has_not_looked_at_does_not_count_while_another_connection_is_opened() -> None:
    async def act(session: Session, origin: Origin, _: Served) -> Reply | None:
        await session.exchange(origin, GET, TERMS)
        waiting = asyncio.create_task(session.exchange(origin, GET, TERMS))
        await asyncio.sleep(0)
        while session.under_way is not None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        return session.interrupt()

    assert with_session(act, answer=leaving) is None


def test_a_connection_for_an_iteration_ends_with_it_for_lanes_too() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> list[int]:
        found = []
        for _ in range(2):
            session.begin()
            await together(session, origin, 2)
            found.append(served.connections)
        return found

    assert with_session(act, How(http2="always", keep="iteration")) == [1, 2]


def test_connections_for_one_request_are_not_shared() -> None:
    async def act(session: Session, origin: Origin, served: Served) -> list[int]:
        await together(session, origin, 3, Terms(once=True))
        await session.exchange(origin, GET, Terms(once=True))
        return [stream for _, stream in served.streams] + [served.connections]

    assert with_session(act, How(http2="always", keep="off")) == [1, 1, 1, 1, 4]


def test_an_interrupted_request_leaves_the_others_alone() -> None:
    came = asyncio.Event()

    def answer(stream: int, fields: Mapping[str, str]) -> bytes:
        came.set()
        return b"" if stream == 1 else ok(stream, fields)

    async def act(session: Session, origin: Origin, served: Served) -> tuple[bool, int, int]:
        waiting = asyncio.create_task(session.exchange(origin, GET, TERMS))
        await came.wait()
        waiting.cancel()
        await asyncio.wait([waiting])
        dropped = session.interrupt()
        assert dropped is not None
        lane = session.lane()
        reply = await lane.exchange(origin, GET, TERMS)
        return dropped.interrupted, reply.status, served.connections

    assert with_session(act, answer=answer) == (True, 200, 1)
