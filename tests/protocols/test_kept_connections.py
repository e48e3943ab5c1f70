"""Requests on kept connections: the short way sends and does what the long way does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from requesting import PLACE, at, body_of, compiled, prepared, sent, whole

from planrunner.plan.model import TextBody
from planrunner.protocols import Reply
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.values.expressions import EvaluationError

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
COOKIE = b"HTTP/1.1 200 OK\r\nSet-Cookie: s=1\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Give one answer to each request of a connection, then close it; yields the port and what was asked."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for answer in answers:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
            asked.append(await reader.readuntil(b"\r\n\r\n"))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], asked


def talk(answers: tuple[bytes, ...], method: str, times: int) -> tuple[list[Reply], list[bytes]]:
    async def main() -> tuple[list[Reply], list[bytes]]:
        async with answering(*answers) as (port, asked):
            session = Session(Dialer())
            call = compiled("/a", target=f"http://127.0.0.1:{port}", method=method)
            replies = [await whole(call, session) for _ in range(times)]
            await session.close()
            return replies, asked

    return asyncio.run(main())


def test_cookies_are_sent_on_a_kept_connection() -> None:
    replies, asked = talk((COOKIE, OK, OK), "GET", 3)
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [b"Cookie: s=1\r\n" in request for request in asked] == [False, True, True]


@pytest.mark.parametrize(("method", "status", "retried"), [("GET", 200, True), ("POST", 0, False)])
def test_a_request_that_was_lost_with_its_connection_is_sent_again(
    method: str, status: int, retried: bool
) -> None:
    (first, second), asked = talk((OK,), method, 2)
    assert (first.status, second.status, second.retried) == (200, status, retried)
    assert len(asked) == 2 + retried


def test_what_is_sent_again_has_its_cookies_again() -> None:
    (_, second), asked = talk((COOKIE,), "GET", 2)
    assert second.retried
    assert [b"Cookie: s=1\r\n" in request for request in asked] == [False, True, True]


def test_a_body_of_the_run_has_its_length() -> None:
    call = compiled("/a", method="POST", body=TextBody(at("x${id}y"), PLACE))
    assert "Content-Length: 5\r\n" in sent(call, id="123")
    assert body_of(call, id="123") == b"x123y"


def test_an_empty_body_of_a_get_has_no_length() -> None:
    call = compiled("/a", body=TextBody(at("${id}"), PLACE))
    assert "Content-Length" not in sent(call, id="")
    assert "Content-Length: 2\r\n" in sent(call, id="ab")


def test_a_constant_url_that_is_none_is_told_when_it_is_asked() -> None:
    call = prepared("http://h:99999/", None, body=TextBody(at("${id}"), PLACE))[0]
    with pytest.raises(EvaluationError, match="99999"):
        sent(call, id="1")
