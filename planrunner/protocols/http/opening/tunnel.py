"""A tunnel through a proxy to the target: CONNECT (RFC 9110, 9.3.6), its answer read strictly."""

from __future__ import annotations

import asyncio
import re
import socket

from planrunner.protocols.http.faults import PROXY_LOGIN, PROXY_NOT_HTTP, PROXY_REFUSED, DialError
from planrunner.protocols.http.opening.proxy import Proxy

END = b"\r\n\r\n"
HEAD_LIMIT = 64 * 1024  # bytes
PIECE = 4096  # bytes
LOGIN = frozenset({401, 407})  # the latter is right, the former what tinyproxy says of a wrong one

_HEAD = re.compile(
    rb"HTTP/1\.[01] ([1-9][0-9][0-9])(?: [^\r\n\0]*)?"
    rb"(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*)*"
)


async def tunnel(way: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Have a proxy connect to the target; DialError says why it did not."""
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(way, connect_request(proxy, host, port))
        status, rest = await _answer(way, b"")
        while 100 <= status < 200:  # interim: the answer is still to come
            status, rest = await _answer(way, rest)
    except OSError:
        raise DialError(PROXY_NOT_HTTP) from None
    if status in LOGIN:
        raise DialError(PROXY_LOGIN)
    if not 200 <= status < 300:
        raise DialError(PROXY_REFUSED)
    if rest:  # nobody has spoken to the target yet
        raise DialError(PROXY_NOT_HTTP)


def connect_request(proxy: Proxy, host: str, port: int) -> bytes:
    """Write what asks a proxy for a tunnel."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    login = f"Proxy-Authorization: {proxy.login}\r\n" if proxy.login else ""
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n".encode()


async def _answer(way: socket.socket, data: bytes) -> tuple[int, bytes]:
    """Read the head of an answer; return its status and what came behind it."""
    loop = asyncio.get_running_loop()
    while END not in data:
        piece = await loop.sock_recv(way, PIECE)
        data += piece
        if not piece or len(data) > HEAD_LIMIT:
            raise DialError(PROXY_NOT_HTTP)
    head, _, rest = data.partition(END)
    found = _HEAD.fullmatch(head)
    if found is None:
        raise DialError(PROXY_NOT_HTTP)
    return int(found[1]), rest
