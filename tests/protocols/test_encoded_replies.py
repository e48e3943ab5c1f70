"""Answers that are compressed: decoded before anybody asks about them, and after all that is measured."""

import asyncio
from collections.abc import Callable

import pytest
from requesting import PLACE, Scripted, answer, at, by_path, compiled, send, to, whole

from planrunner.plan.model import Auth
from planrunner.protocols import Reply
from planrunner.protocols.http import connector
from planrunner.protocols.http.encodings import pack
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.request.prepare import Call
from planrunner.protocols.http.session import Session

TEXT = b'{"items":[' + b",".join([b'{"name":"margherita"}'] * 40) + b"]}"
CHALLENGE = 'Digest realm="r", nonce="n", qop="auth"'


def gzipped(body: bytes = TEXT, *headers: tuple[str, str], status: int = 200) -> Reply:
    return answer(status, ("Content-Encoding", "gzip"), *headers, body=pack(body, ["gzip"]))


def raw(body: bytes, encoding: str = "gzip", *lines: bytes) -> bytes:
    """An answer as it comes, its body as it is."""
    told = [f"Content-Encoding: {encoding}".encode(), f"Content-Length: {len(body)}".encode(), *lines]
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in told) + b"\r\n" + body


def chunked(body: bytes, size: int) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)] + [b""]
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks
    )


def asked(
    data: bytes,
    times: int = 3,
    make: Callable[[str], Call] = lambda url: compiled("/a", target=url),
) -> list[Reply]:
    """Ask a target that always answers with the same bytes, through one session."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(data)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def main() -> list[Reply]:
        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            session = Session(Dialer())
            call = make(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            replies = [await whole(call, session) for _ in range(times)]
            await session.close()
            return replies

    return asyncio.run(main())


@pytest.mark.parametrize(
    "data",
    [
        raw(pack(TEXT, ["gzip"])),
        raw(pack(TEXT, ["br", "zstd"]), "br, zstd"),
        raw(pack(TEXT, ["deflate"]), "deflate", b"Set-Cookie: a=1"),
        chunked(pack(TEXT, ["gzip"]), 7),
    ],
    ids=["gzip", "br and zstd", "with a cookie", "in chunks"],
)
def test_a_compressed_answer_is_decoded_each_time(data: bytes) -> None:
    replies = asked(data)  # the second one is recognised by its head
    assert [(reply.body, reply.error) for reply in replies] == [(TEXT, "")] * 3
    assert [reply.received for reply in replies] == [len(data)] * 3


def test_the_error_of_a_body_that_cannot_be_decoded_leaves_what_was_measured() -> None:
    data = raw(b"not gzip")
    for reply in asked(data):
        assert (reply.status, reply.error_code, reply.body, reply.received) == (200, 1701, b"", len(data))
        assert reply.duration == reply.timings[-1] > 0


@pytest.mark.parametrize(("limit", "size", "code"), [("100000B", 100_000, 0), ("99999B", 0, 1703)])
def test_what_grows_beyond_max_body_is_an_error(limit: str, size: int, code: int) -> None:
    data = raw(pack(bytes(100_000), ["gzip"]))
    for reply in asked(data, make=lambda url: compiled("/a", target=url, max_body=at(limit))):
        assert (len(reply.body), reply.error_code) == (size, code)


def test_nothing_is_decoded_where_bodies_are_discarded() -> None:
    def discarding(url: str) -> Call:
        return compiled("/a", target=url, discard_bodies=at("true"))

    data = raw(b"not gzip")
    replies = asked(data, make=discarding)
    assert [(reply.body, reply.error, reply.received) for reply in replies] == [(b"", "", len(data))] * 3


def test_an_answer_to_head_has_nothing_to_decode() -> None:
    head = raw(b"").replace(b"Content-Length: 0", b"Content-Length: 100")
    replies = asked(head, make=lambda url: compiled("/a", target=url, method="HEAD"))
    assert [(reply.status, reply.error, reply.plain) for reply in replies] == [(200, "", True)] * 3


def test_only_the_last_answer_behind_redirects_is_decoded() -> None:
    broken = to("/b", 302, ("Content-Encoding", "gzip"))
    broken.body = b"not gzip"
    reply = send(Scripted(by_path(a=broken, b=gzipped())), compiled())
    assert (reply.body, reply.error) == (TEXT, "")
    assert [(hop.body, hop.error) for hop in reply.hops] == [(b"not gzip", "")]


def test_a_redirect_that_is_the_answer_is_decoded() -> None:
    reply = send(
        Scripted(by_path(a=gzipped(TEXT, ("Location", "/b"), status=302))), compiled(max_redirects=at("0"))
    )
    assert (reply.status, reply.body) == (302, TEXT)


def test_an_error_that_was_there_before_stays() -> None:
    nowhere = to("ftp://h/", 302, ("Content-Encoding", "gzip"))
    nowhere.body = b"not gzip"
    reply = send(Scripted(by_path(a=nowhere)), compiled())
    assert (reply.status, reply.error_code, reply.body) == (302, 1742, b"")


def test_the_answer_behind_a_digest_is_decoded() -> None:
    def guarded(_: str, request: str) -> Reply:
        return gzipped() if "Authorization" in request else answer(401, ("WWW-Authenticate", CHALLENGE))

    auth = Auth("digest", PLACE, username=at("u"), password=at("p"))
    assert send(Scripted(guarded), compiled(auth=auth)).body == TEXT


def test_who_overhears_sees_the_body_decoded_and_the_plan_too() -> None:
    heard: list[Reply] = []
    data = raw(pack(TEXT, ["gzip"]))

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()

    async def main() -> Reply:
        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            loop = asyncio.get_running_loop()
            session = connector(loop.time, lambda _, reply: heard.append(reply))(1)
            call = compiled("/a", target=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            reply = await whole(call, session)  # type: ignore[arg-type]
            await session.close()
            return reply

    assert (asyncio.run(main()).body, [reply.body for reply in heard]) == (TEXT, [TEXT])
