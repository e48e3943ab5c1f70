"""Requests through a proxy: what it is asked for, and each way in which it can fail."""

import asyncio
import re
import socket
import struct
from pathlib import Path
from typing import Any

import http2_server
import pytest
from listening import OK, Handler, keep_alive, serving
from loopback import END, Loop, ask_and_close, closed_port, names, on_both_loops, running, silent
from requesting import at, compiled, settings, whole
from tls_targets import Authority, tls_target

from planrunner.protocols import Reply
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.opening.proxy import Proxy
from planrunner.protocols.http.opening.tunnel import connect_request
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import How, Origin, Tls

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Relay:
    """A proxy that makes tunnels, and says OK to all other requests; it remembers the heads of both."""

    def __init__(self, answer: bytes = ESTABLISHED) -> None:
        self.heads: list[bytes] = []
        self._answer = answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(END):
            self.heads.append(head)
            tunnel = re.match(rb"CONNECT (?:\[.*\]|[^:]*):(\d+) ", head)
            if tunnel is None:
                writer.write(OK)
                continue
            writer.write(self._answer)
            there, here = await asyncio.open_connection("127.0.0.1", int(tunnel[1]))
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(copy(reader, here))
                    group.create_task(copy(there, writer))
            finally:
                here.transport.abort()
            return


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def tunnelled(
    loop: Loop, authority: Authority, relay: Relay, login: str = "", requests: int = 1
) -> tuple[list[Reply], int]:
    """Send requests to a TLS target through a proxy; return also how many connections the target saw."""

    async def main() -> list[Reply]:
        async with serving(relay) as port:
            how = How(tls=Tls(ca=authority.file), proxy=f"http://{login}127.0.0.1:{port}")
            origin = Origin(True, "localhost", target.port, how=how)
            return await ask_and_close(Session(Dialer()), *[origin] * requests)

    with tls_target(authority.target(), per_connection=requests) as target:
        return running(loop, main), len(target.handshakes)


@on_both_loops
def test_an_encrypted_target_is_reached_through_a_tunnel(loop: Loop, authority: Authority) -> None:
    relay = Relay()
    replies, connections = tunnelled(loop, authority, relay, requests=3)
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert connections == 1  # kept
    assert [head.partition(b":")[0] for head in relay.heads] == [b"CONNECT localhost"]


@on_both_loops
def test_the_proxys_part_is_part_of_connecting(loop: Loop, authority: Authority) -> None:
    (reply,), _ = tunnelled(loop, authority, Relay())
    blocked, looking_up, connecting, tls, *_ = reply.timings
    assert blocked == pytest.approx(looking_up + connecting + tls)
    assert min(connecting, tls) > 0


@on_both_loops
def test_a_login_is_shown_to_the_proxy_alone(loop: Loop, authority: Authority) -> None:
    relay = Relay()
    tunnelled(loop, authority, relay, "amy:secret@")
    assert b"Proxy-Authorization: Basic YW15OnNlY3JldA==\r\n" in relay.heads[0]


@on_both_loops
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",  # which mean nothing
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nVia: x\r\n\r\n",
    ],
)
def test_a_tunnel_stands_behind_the_head_of_the_answer(
    loop: Loop, authority: Authority, answer: bytes
) -> None:
    (reply,), _ = tunnelled(loop, authority, Relay(answer))
    assert reply.status == 200


def answering(answer: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(END)
        for start in range(0, len(answer), 5):
            writer.write(answer[start : start + 5])
            await writer.drain()
        writer.close()

    return handle


@on_both_loops
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", 1231),
        (b"HTTP/1.1 403 Filtered\r\n\r\n", 1232),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno", 1232),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", 1232),
        (b"", 1233),
        (b"HTTP/1.1 200 OK\r\n", 1233),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 1233),
        (b"HTTP/2 200\r\n\r\n", 1233),
        (b"HTTP/1.1 20 OK\r\n\r\n", 1233),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 1233),
        (b"HTTP/1.1 200 OK\r\n folded: line\r\n\r\n", 1233),
        (b"HTTP/1.1 200 OK\r\n\r\nearly", 1233),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, 1233),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, bytes) else None,
)
def test_each_way_in_which_a_proxy_makes_no_tunnel_has_its_code(loop: Loop, answer: bytes, code: int) -> None:
    async def main() -> list[Reply]:
        async with serving(answering(answer)) as port:
            origin = Origin(True, "shop.example", 443, how=How(proxy=f"http://127.0.0.1:{port}"))
            return await ask_and_close(Session(Dialer()), origin)

    (reply,) = running(loop, main)
    assert (reply.status, reply.error_code) == (0, code)
    assert "the proxy" in reply.error


@on_both_loops
def test_a_proxy_that_hangs_up_gave_no_answer(loop: Loop) -> None:
    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(END)
        accepted: socket.socket = writer.get_extra_info("socket")
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def main() -> list[Reply]:
        async with serving(resetting) as port:
            origin = Origin(True, "shop.example", 443, how=How(proxy=f"http://127.0.0.1:{port}"))
            return await ask_and_close(Session(Dialer()), origin)

    assert running(loop, main)[0].error_code == 1233


@pytest.mark.slow
@on_both_loops
def test_a_proxy_that_does_not_answer_is_given_up(loop: Loop) -> None:
    async def waiting(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async def main() -> list[Reply]:
        async with serving(waiting) as port:
            how = How(proxy=f"http://127.0.0.1:{port}", connect=0.2)
            return await ask_and_close(Session(Dialer()), Origin(True, "shop.example", 443, how=how))

    assert running(loop, main)[0].error_code == 1234


@on_both_loops
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("host", ["127.0.0.1", "proxy.example"])
def test_a_proxy_that_cannot_be_reached_is_told_apart_from_the_target(
    loop: Loop, host: str, *, tls: bool
) -> None:
    async def main() -> list[Reply]:
        how = How(proxy=f"http://{host}:{closed_port()}")
        return await ask_and_close(Session(Dialer(look_up=names())), Origin(tls, "shop.example", 80, how=how))

    assert running(loop, main)[0].error_code == 1230


@on_both_loops
def test_a_proxy_to_which_connecting_takes_too_long_cannot_be_reached(loop: Loop) -> None:
    async def main() -> list[Reply]:
        with silent() as port:
            how = How(proxy=f"http://127.0.0.1:{port}", connect=0.01)
            return await ask_and_close(Session(Dialer()), Origin(False, "shop.example", 80, how=how))

    assert running(loop, main)[0].error_code == 1230


def test_a_fault_of_this_machine_stays_one() -> None:
    how = How(proxy="http://127.0.0.1:80", local_addresses=("192.0.2.1",))
    replies = asyncio.run(ask_and_close(Session(Dialer()), Origin(False, "shop.example", 80, how=how)))
    assert replies[0].error_code == 1091


@pytest.mark.parametrize(
    ("host", "head"),
    [
        ("shop.example", b"CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n"),
        ("::1", b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"),
    ],
)
def test_a_tunnel_is_asked_for_by_host_and_port(host: str, head: bytes) -> None:
    assert connect_request(Proxy("proxy.example", 80), host, 443) == head


def through_proxy(loop: Loop, relay: Relay, **said: Any) -> list[Reply]:
    """Send a request of a plan twice, to a target that the proxy alone knows."""

    async def main() -> list[Reply]:
        async with serving(relay) as port:
            session = Session(Dialer())
            call = compiled(
                "/a?b=1", target="http://shop.example", proxy=at(f"http://amy:x@127.0.0.1:{port}"), **said
            )
            replies = [await whole(call, session) for _ in range(2)]
            await session.close()
            return replies

    return running(loop, main)


@on_both_loops
def test_a_proxy_is_asked_for_the_whole_url(loop: Loop) -> None:
    relay = Relay()
    replies = through_proxy(loop, relay)
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[1].timings[0] == 0.0  # the connection is kept
    assert [head.split(b"\r\n")[:3] for head in relay.heads] == [
        [
            b"GET http://shop.example/a?b=1 HTTP/1.1",
            b"Host: shop.example",
            b"Proxy-Authorization: Basic YW15Ong=",
        ]
    ] * 2


@on_both_loops
def test_hosts_go_before_proxies(loop: Loop) -> None:
    relay = Relay()
    through_proxy(loop, relay, hosts=settings(**{"shop.example": "10.0.0.1:81"}))
    assert relay.heads[0].startswith(b"GET http://10.0.0.1:81/a?b=1 HTTP/1.1\r\nHost: shop.example\r\n")


@on_both_loops
@pytest.mark.parametrize("tls", [False, True])
def test_http2_goes_through_a_tunnel(loop: Loop, authority: Authority, *, tls: bool) -> None:
    relay = Relay()

    async def main() -> list[Reply]:
        context = authority.target() if tls else None
        async with serving(relay) as port, http2_server.serving(context=context) as served:
            how = How(Tls(ca=authority.file), http2="always", proxy=f"http://127.0.0.1:{port}")
            return await ask_and_close(Session(Dialer()), Origin(tls, "localhost", served.port, how=how))

    (reply,) = running(loop, main)
    assert (reply.status, reply.protocol) == (200, "HTTP/2.0")
    assert relay.heads[0].startswith(b"CONNECT localhost:")


@on_both_loops
def test_where_a_redirect_leads_is_asked_of_the_proxy_again(loop: Loop) -> None:
    heads: list[bytes] = []

    async def redirecting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(END):
            heads.append(head)
            if b"/a HTTP" in head:
                writer.write(
                    b"HTTP/1.1 302 Found\r\nLocation: http://other.example/b\r\nContent-Length: 0\r\n\r\n"
                )
            else:
                writer.write(OK)

    async def main() -> Reply:
        async with serving(redirecting) as port:
            session = Session(Dialer())
            call = compiled("/a", target="http://shop.example", proxy=at(f"http://amy:x@127.0.0.1:{port}"))
            reply = await whole(call, session)
            await session.close()
            return reply

    assert running(loop, main).status == 200
    assert heads[1].split(b"\r\n")[:3] == [
        b"GET http://other.example/b HTTP/1.1",
        b"Host: other.example",
        b"Proxy-Authorization: Basic YW15Ong=",
    ]


def test_the_environment_is_asked_where_the_plan_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    relay = Relay()

    async def main() -> list[bytes]:
        async with serving(relay) as port, serving(keep_alive) as target:
            monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{port}")
            session = Session(Dialer())
            for base, said in (
                ("http://shop.example", {"proxy": at("env")}),
                (f"http://127.0.0.1:{target}", {"proxy": at("env")}),
                (f"http://127.0.0.1:{target}", {}),
            ):
                assert (await whole(compiled("/a", target=base, **said), session)).status == 200
            await session.close()
        return relay.heads

    assert [head.split(b"\r\n")[0] for head in asyncio.run(main())] == [b"GET http://shop.example/a HTTP/1.1"]
