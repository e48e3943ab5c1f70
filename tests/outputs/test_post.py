"""Posting to servers that answer in every way there is, over real sockets."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import trustme

from planrunner.outputs.output import address
from planrunner.outputs.post import Answer, Credentials, Poster, complain
from planrunner.outputs.sender import RefusedError, UnreachableError

T = TypeVar("T")
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Server:
    """Answers each request with the next of its answers, then closes; remembers what it was sent."""

    def __init__(self, *answers: bytes, close_after: int = 100) -> None:
        self.answers, self.close_after = list(answers), close_after
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.tasks: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.append(asyncio.current_task())
        for _ in range(self.close_after):
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError:
                break
            self.heads.append(head)
            (size,) = (line[16:] for line in head.split("\r\n") if line.startswith("Content-Length: "))
            self.bodies.append(await reader.readexactly(int(size)))
            if not self.answers:
                break
            writer.write(self.answers.pop(0))
        writer.close()
        await writer.wait_closed()


def served(
    server: Server,
    work: Callable[[Poster], Awaitable[T]],
    url: str = "http://{at}/write?a=b",
    tls: ssl.SSLContext | None = None,
    credentials: Credentials | None = None,
) -> T:
    """Do something with a poster whose server is there."""

    async def main() -> T:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
        async with listening:
            at = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            poster = Poster(url.format(at=at), {"X-More": "1"}, credentials or Credentials())
            try:
                return await work(poster)
            finally:
                poster.close()
                poster.close()  # once is enough
                await asyncio.gather(*filter(None, server.tasks), return_exceptions=True)

    return asyncio.run(main())


async def twice(poster: Poster) -> None:
    await poster.send(b"one")
    await poster.send(b"two")


def test_a_connection_is_kept_for_the_next_body() -> None:
    server = Server(OK, OK)
    served(server, twice)
    assert (server.bodies, server.connections) == ([b"one", b"two"], 1)
    first = server.heads[0].split("\r\n")
    assert first[0] == "POST /write?a=b HTTP/1.1"
    assert "X-More: 1" in first


@pytest.mark.parametrize("answer", [OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK])
def test_a_connection_that_ends_is_opened_anew(answer: bytes) -> None:
    server = Server(answer, OK, close_after=1)
    served(server, twice)
    assert (server.bodies, server.connections) == ([b"one", b"two"], 2)


def test_what_was_lost_with_an_idle_connection_is_sent_again_only_once() -> None:
    server = Server(OK, close_after=1)
    with pytest.raises(UnreachableError, match="the connection ended without an answer"):
        served(server, twice)
    assert server.bodies == [b"one", b"two"]


def test_credentials_of_the_url_are_sent_and_not_shown() -> None:
    server, url = Server(OK), "http://ann:p%40ss@{at}"
    served(server, lambda poster: poster.send(b""), url)
    assert "POST / HTTP/1.1" in server.heads[0]
    assert "Authorization: Basic YW5uOnBAc3M=" in server.heads[0]  # ann:p@ss
    assert address("http://ann:p%40ss@h:1/write?token=x") == "http://h:1/write"


def test_an_address_of_version_6_is_named_in_brackets() -> None:
    assert Poster("http://[::1]:1/", {}, Credentials())._headers["Host"] == "[::1]:1"
    assert Poster("https://h/", {}, Credentials())._headers["Host"] == "h"


ENDLESS = b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n"


def test_an_answer_may_end_with_its_connection() -> None:
    answer = served(Server(ENDLESS + b"body", close_after=1), lambda poster: poster.post(b"", "/other"))
    assert (answer.status, answer.headers, answer.text) == (200, {"x": "y"}, "body")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "the connection ended without an answer"),
        (b"SSH-2.0-OpenSSH\r\n", "what answers does not speak HTTP"),
        (ENDLESS + b"x" * 2**21, "the answer has no end"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\ntry later", "status 503: try later"),
    ],
)
def test_answers_that_take_nothing(answer: bytes, told: str) -> None:
    with pytest.raises(UnreachableError, match=told):
        served(Server(answer, close_after=1), lambda poster: poster.send(b"x"))


def test_nobody_there_is_told_in_words() -> None:
    async def main() -> None:
        async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
        await Poster(f"http://127.0.0.1:{port}", {}, Credentials()).send(b"")

    with pytest.raises(UnreachableError, match="refused"):
        asyncio.run(main())


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_what_will_never_be_taken_is_refused(status: int) -> None:
    with pytest.raises(RefusedError, match=f"status {status}: no"):
        complain(Answer(status, {}, b"no\nmore"))


@pytest.mark.parametrize(("header", "after"), [("7", 7.0), ("Sun, 06 Nov", 0.0), ("", 0.0)])
def test_too_many_requests_may_come_later(header: str, after: float) -> None:
    with pytest.raises(UnreachableError, match="status 429") as raised:
        complain(Answer(429, {"retry-after": header}))
    assert raised.value.after == after


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(ca: trustme.CA, folder: Path) -> tuple[ssl.SSLContext, Credentials]:
    """Make a server that demands a certificate, and what has one."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(server)
    ca.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    mine = ca.issue_cert("ann@example.org")
    mine.private_key_pem.write_to_path(str(folder / "key.pem"))
    mine.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    cert, key, known = (str(folder / name) for name in ("cert.pem", "key.pem", "ca.pem"))
    return server, Credentials(cert, key, known, min_tls="1.3")


def test_both_sides_may_show_certificates(authority: trustme.CA, tmp_path: Path) -> None:
    tls, credentials = contexts(authority, tmp_path)
    server = Server(OK)
    served(server, lambda poster: poster.send(b"x"), "https://{at}/", tls, credentials)
    assert server.bodies == [b"x"]


def test_an_unknown_authority_is_no_backend(authority: trustme.CA, tmp_path: Path) -> None:
    tls, _ = contexts(authority, tmp_path)
    with pytest.raises(UnreachableError, match="TLS: CERTIFICATE_VERIFY_FAILED"):
        served(Server(OK), lambda poster: poster.send(b"x"), "https://{at}/", tls)


def test_insecure_takes_any_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    tls, _ = contexts(authority, tmp_path)
    tls.verify_mode = ssl.CERT_NONE
    server = Server(OK)
    served(server, lambda poster: poster.send(b"x"), "https://{at}/", tls, Credentials(insecure=True))
    assert server.bodies == [b"x"]


def test_files_that_are_not_there_are_told_before_the_run() -> None:
    with pytest.raises(FileNotFoundError):
        Poster("https://h", {}, Credentials(cert="no-such.pem"))
