import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from planrunner.demo.serve import address, bind, ending, reason, until_end
from planrunner.errors import SetupError

SERVE = """
from planrunner.demo.serve import serve
from planrunner.demo.shop import Shop
serve("127.0.0.1", 0, Shop(), lambda url: print(url, flush=True), tied={tied})
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1", 0) as listener:
        yield listener


def test_a_port_in_use_is_refused_with_the_way_out(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(SetupError) as caught:
        bind("127.0.0.1", port)
    way_out = "the port is in use; choose another one with --port, or any free one with --port 0"
    assert str(caught.value) == f"cannot serve on 127.0.0.1:{port}: {way_out}"


@pytest.mark.parametrize(("host", "port"), [("x" * 64, 0), ("127.0.0.1", 70_000)], ids=["host", "port"])
def test_an_address_that_cannot_be_is_refused(host: str, port: int) -> None:
    with pytest.raises(SetupError, match=f"cannot serve on {host}:{port}: "):
        bind(host, port)


def test_a_port_for_root_alone_is_refused_with_the_way_out() -> None:
    error = PermissionError(errno.EACCES, "Permission denied")
    assert reason(error) == "not allowed; choose a port from 1024 with --port"


def test_a_bound_address_takes_connections_at_once(listener: socket.socket) -> None:
    socket.create_connection(listener.getsockname(), timeout=5).close()


@pytest.mark.parametrize(("host", "url"), [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_the_url_is_the_address(host: str, url: str) -> None:
    assert address(host, 80) == url


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_shop_and_does_no_more(number: signal.Signals) -> None:
    closed: list[bool] = []
    before = signal.getsignal(number)
    with ending(lambda: closed.append(True)):
        signal.raise_signal(number)
    assert (closed, signal.getsignal(number)) == ([True], before)


def test_the_end_of_the_input_closes_the_shop() -> None:
    closed: list[bool] = []
    read, write = os.pipe()
    os.write(write, b"not the end")
    os.close(write)
    until_end(read, lambda: closed.append(True))
    os.close(read)
    assert closed == [True]


def test_an_input_that_was_never_open_closes_the_shop() -> None:
    closed: list[bool] = []
    until_end(2**30, lambda: closed.append(True))
    assert closed == [True]


def served(*, tied: bool) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", SERVE.format(tied=tied)]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_shop_answers_once_announced_and_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    with served(tied=False) as child:
        assert child.stdout
        url = child.stdout.readline().strip()
        reply = httpx.get(f"{url}/ready")
        child.send_signal(number)
        rest = child.communicate(timeout=30)
    assert (reply.json(), child.returncode, rest) == ({"ready": True}, 0, ("", ""))


@pytest.mark.slow
def test_a_tied_shop_ends_quietly_with_its_input() -> None:
    with served(tied=True) as child:
        assert child.stdout
        url = child.stdout.readline().strip()
        rest = child.communicate(timeout=30)  # closes the input
    assert (url.startswith("http://127.0.0.1:"), child.returncode, rest) == (True, 0, ("", ""))
