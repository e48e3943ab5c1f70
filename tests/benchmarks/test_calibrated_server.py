"""The calibrated server waits as long as it is asked to, and its log is the truth."""

import asyncio
import socket
import sys
from array import array
from pathlib import Path

import pytest

from benchmarks.calibrated import Connection, Timer, delay, read
from benchmarks.processes import BadRunError
from benchmarks.truth import Truth, calibrated

linux = pytest.mark.skipif(sys.platform != "linux", reason="timerfd is Linux's")


def ask(server: Truth, *paths: str, cut: int = 1_000) -> None:
    """Ask one after the other on one connection, each request in two pieces."""
    with socket.create_connection(("127.0.0.1", int(server.url.split(":")[2].rstrip("/")))) as connection:
        for path in paths:
            request = f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
            connection.sendall(request[:cut])
            connection.sendall(request[cut:])
            assert connection.recv(1_000).endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        (b"GET /1500 HTTP/1.1\r\nHost: h", 0.0015),
        (b"GET /0 HTTP/1.1", 0.0),
        (b"GET / HTTP/1.1", 0.0),
        (b"GET /json HTTP/1.1", 0.0),
        (b"nonsense", 0.0),
    ],
)
def test_the_path_says_how_many_microseconds_to_wait(head: bytes, seconds: float) -> None:
    assert delay(head) == seconds


@linux
@pytest.mark.slow
def test_each_request_is_logged_once_and_none_was_answered_too_early(tmp_path: Path) -> None:
    asked = [2_000, 0, 30_000, 1]
    with calibrated(tmp_path, None) as server:
        ask(server, *(f"/{micros}" for micros in asked), cut=9)
    log = server.requests()
    assert len(log) == len(asked)
    assert [came for came, _ in log] == sorted(came for came, _ in log)
    assert all(took >= micros / 1e6 for (_, took), micros in zip(log, asked, strict=True))


@linux
@pytest.mark.slow
def test_a_server_that_was_not_asked_makes_a_bad_run(tmp_path: Path) -> None:
    with calibrated(tmp_path, None) as server:
        pass
    with pytest.raises(BadRunError, match="the server has seen no request of it"):
        server.requests()


@linux
@pytest.mark.slow
def test_a_stall_is_as_long_as_it_is_said_to_have_been(tmp_path: Path) -> None:
    with calibrated(tmp_path, None) as server:
        server.stall(0.0, 0.2)
        ask(server, "/0")
    assert server.stalled >= 0.2


@linux
def test_moments_come_in_their_order_and_never_early() -> None:
    async def main() -> list[str]:
        from time import perf_counter

        begin, done, seen = perf_counter(), asyncio.Event(), list[str]()
        timer = Timer(asyncio.get_running_loop())
        timer.at(begin + 0.004, lambda: seen.append("last") or done.set())  # type: ignore[func-returns-value]  # both
        timer.at(begin + 0.002, lambda: seen.append("in between"))
        timer.at(begin + 0.001, lambda: seen.append("first" if perf_counter() >= begin + 0.001 else "early"))
        await done.wait()
        return seen

    assert asyncio.run(main()) == ["first", "in between", "last"]


@linux
def test_who_has_left_gets_no_reply_and_is_not_logged() -> None:
    async def main() -> int:
        log = array("d")
        connection = Connection(Timer(asyncio.get_running_loop()), log, delay)
        connection.connection_lost(None)
        connection.data_received(b"GET /0 HTTP/1.1\r\n\r\n")
        return len(log)

    assert asyncio.run(main()) == 0


def test_a_log_is_read_as_pairs(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(array("d", [10.0, 0.5, 11.0, 0.25]).tobytes())
    assert list(read(file)) == [(10.0, 0.5), (11.0, 0.25)]
