"""Backends that do not do what they should, each in a thread of its own."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Serve = Callable[[socket.socket, int, threading.Event], None]
"""Treats a connection, of this number, until all is over."""


@contextmanager
def backend(serve: Serve) -> Iterator[str]:
    """Run a backend in a thread; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            number = 0
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(8)
                    serve(connection, number, over)
                number += 1

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/write"
        finally:
            over.set()
            thread.join()


def request(connection: socket.socket) -> bytes:
    """Read one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += connection.recv(65_536)
    return body


def answering(status: int) -> Serve:
    def serve(connection: socket.socket, _: int, __: threading.Event) -> None:
        request(connection)
        told = b"what is that?"
        head = f"HTTP/1.1 {status} No\r\nConnection: close\r\nContent-Length: {len(told)}\r\n\r\n"
        connection.sendall(head.encode() + told)

    return serve


def dying(connection: socket.socket, number: int, over: threading.Event) -> None:
    """Take the first request, and hang up on all others."""
    if number == 0:
        answering(200)(connection, number, over)


def slow(connection: socket.socket, _: int, over: threading.Event) -> None:
    """Read a kilobyte each second."""
    with suppress(OSError):
        while connection.recv(1024) and not over.wait(1):
            pass
