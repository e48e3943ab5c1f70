"""Targets that misbehave as written: a listening socket, and a function for what it does with requests."""

import re
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

Act: TypeAlias = Callable[[socket.socket, bytes], bool]
"""What is done with a request, given its bytes; whether the connection stays for another one."""

OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(slots=True)
class Target:
    """A target that runs, and what it has received so far."""

    url: str
    received: list[bytes] = field(default_factory=list)  # requests
    connections: int = 0

    def requests(self) -> int:
        return len(self.received)


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 100

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that the client goes away is what is being tested."""


class _Server6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def target(act: Act, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Target]:
    """Listen on a free port until the block ends, and do with every request as told."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            made.connections += 1
            plain: socket.socket = self.request
            with context.wrap_socket(plain, server_side=True) if context else plain as connection:
                while request := _request(connection):
                    made.received.append(request)
                    if not act(connection, request):
                        return

    kind = _Server6 if ":" in host else _Server
    with kind((host, 0), Handler) as server:
        shown = f"[{host}]" if ":" in host else host
        made = Target(f"http{'s' if context else ''}://{shown}:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def _request(connection: socket.socket) -> bytes:
    """Read a whole request; empty when there is none."""
    received, missing = b"", 1
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
        head, end, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        missing = (int(length[1]) if length else 0) - len(body) if end else 1
    return received


def answer(*pieces: bytes, stays: bool = False) -> Act:
    """Answer every request with these bytes."""

    def act(connection: socket.socket, _: bytes) -> bool:
        for piece in pieces:
            connection.sendall(piece)
        return stays

    return act


def endless(piece: bytes, first: bytes = b"") -> Act:
    """Answer every request with the same bytes again and again, until the client has had enough."""

    def act(connection: socket.socket, _: bytes) -> bool:
        connection.sendall(first)
        while True:
            connection.sendall(piece)  # raises when the client has closed the connection

    return act


def reset(connection: socket.socket, _: bytes) -> bool:
    """Reset the connection instead of answering."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def silence(connection: socket.socket, _: bytes) -> bool:
    """Wait until the client gives up."""
    with suppress(OSError):
        connection.recv(1)
    return False


def unused_port() -> int:
    """Find a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
