"""Running the shop: bind, announce, serve until told to stop."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from planrunner.demo.shop import Shop, application
from planrunner.errors import SetupError

BACKLOG = 2048  # connections that may wait while a load ramps up
KEEP_ALIVE = 75  # seconds, as in nginx: longer than a VU thinks
ENOUGH = 1  # second for open requests once the shop closes
STDIN = 0
ONCE = 10**9  # seconds until uvicorn would call the start-up hook again


def serve(
    host: str, port: int, settings: Shop, announce: Callable[[str], None], *, tied: bool = False
) -> None:
    """Serve until SIGINT or SIGTERM; `tied`: also until standard input ends, that is, until its parent does.

    `announce` gets the URL, with the real port when `port` is 0, once requests are answered.
    SetupError says why the address cannot be had.
    """
    listener = bind(host, port)
    url = address(*listener.getsockname()[:2])

    async def started() -> None:
        announce(url)

    config = uvicorn.Config(
        application(settings),
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,  # costs each request a look at its headers, for nothing
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=ENOUGH,
        callback_notify=started,
        timeout_notify=ONCE,
    )
    server = uvicorn.Server(config)

    def close() -> None:
        server.should_exit = True

    if tied:
        # At once: who is gone awaits no answers, and uvicorn would look for its end each tenth of a second.
        threading.Thread(target=until_end, args=(STDIN, lambda: os._exit(0)), daemon=True).start()
    with ending(close):
        server.run(sockets=[listener])


def bind(host: str, port: int) -> socket.socket:
    """Listen on an address, so that from here on it is ours; SetupError says why it cannot be had."""
    if not 0 <= port <= 65535:  # the C library would take 70000 for 4464
        raise SetupError(f"cannot serve on {host}:{port}: choose a port from 0 to 65535 with --port")
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        raise SetupError(f"cannot serve on {host}:{port}: {reason(error)}") from None


def reason(error: Exception) -> str:
    """Say why an address cannot be had, and what to do."""
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EADDRINUSE:
        return "the port is in use; choose another one with --port, or any free one with --port 0"
    if code == errno.EACCES:
        return "not allowed; choose a port from 1024 with --port"
    return str(error)


def address(host: str, port: int) -> str:
    """Return the URL of an address; IPv6 stands in brackets (RFC 3986, 3.2.2)."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def ending(close: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM close the shop and do nothing more.

    uvicorn has handlers of its own, but only while it serves, and when it is done it raises what it caught
    once more: with Python's handlers a good exit would end in a traceback.
    """
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda *_: close()) for each in wanted]
    try:
        yield
    finally:
        for each, handler in zip(wanted, before, strict=True):
            signal.signal(each, handler)


def until_end(descriptor: int, close: Callable[[], object]) -> None:
    """Wait for the end of an input and close the shop."""
    # os.read and not sys.stdin: a daemon thread inside a buffered reader makes the interpreter's exit fail.
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:
        pass  # closed before we came: there is no parent
    close()
