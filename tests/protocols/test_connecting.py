"""TCP: whose address answers first is taken, the rest is closed, and a VU comes from its own address."""

import asyncio
import errno
import gc
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import pytest
from fakes import VirtualLoop
from loopback import Loop, closed_port, four, on_both_loops, running, silent, six

from planrunner.protocols.http.faults import DialError
from planrunner.protocols.http.opening.connecting import OPTIONS, connect
from planrunner.protocols.http.opening.lookup import Address

A, B, C, X = four("10.0.0.1"), four("10.0.0.2"), four("10.0.0.3"), six("fd00::1")
ANYWHERE: Mapping[int, str] = {}

Outcome = float | tuple[float, int]
"""Seconds until an address answers; with an error number if it refuses."""


class Net(VirtualLoop):
    """A loop on which addresses answer by a script."""

    def __init__(self, outcomes: Mapping[Address, Outcome]) -> None:
        super().__init__()
        self._outcomes = {address.host: outcome for address, outcome in outcomes.items()}
        self.tried: list[tuple[float, str]] = []
        self.sockets: list[socket.socket] = []

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self.tried.append((self.time(), address[0]))
        self.sockets.append(sock)
        outcome = self._outcomes[address[0]]
        seconds, number = outcome if isinstance(outcome, tuple) else (outcome, 0)
        await asyncio.sleep(seconds)
        if number:
            raise OSError(number, os.strerror(number))


def connected(net: Net, *addresses: Address, limit: float = 30.0) -> tuple[int | str, float]:
    """Connect; return the host that won, or the code of the failure, and when that was."""

    async def main() -> tuple[int | str, float]:
        try:
            found = await connect(addresses, 80, limit, ANYWHERE)
        except DialError as error:
            return error.code, net.time()
        number = net.sockets.index(found)
        found.close()
        return net.tried[number][1], net.time()

    with asyncio.Runner(loop_factory=lambda: net) as runner:
        return runner.run(main())


REFUSED, UNREACHABLE = errno.ECONNREFUSED, errno.ENETUNREACH


@pytest.mark.parametrize(
    ("outcomes", "winner", "moment", "tried"),
    [
        ({A: 0.1}, A.host, 0.1, [0.0]),
        ({A: 0.1, B: 0.0}, A.host, 0.1, [0.0]),
        ({A: 9.0, B: 0.1}, B.host, 0.35, [0.0, 0.25]),
        ({A: (0.1, REFUSED), B: 0.1}, B.host, 0.2, [0.0, 0.1]),
        ({A: 9.0, B: 9.0, C: 0.1}, C.host, 0.6, [0.0, 0.25, 0.5]),
        ({A: 0.4, B: 9.0}, A.host, 0.4, [0.0, 0.25]),
        ({A: 9.0, X: 0.0}, X.host, 0.25, [0.0, 0.25]),
        ({A: (9.0, REFUSED), B: 40.0, C: (0.0, REFUSED)}, 1212, 30.25, [0.0, 0.25, 0.5]),
        ({A: 0.5, B: 0.25}, A.host, 0.5, [0.0, 0.25]),  # both at once
        ({A: (0.5, REFUSED), B: 0.25}, B.host, 0.5, [0.0, 0.25]),
        ({A: 0.5, B: (0.25, REFUSED)}, A.host, 0.5, [0.0, 0.25]),
    ],
)
def test_the_next_address_is_tried_at_once_after_a_failure_and_soon_after_silence(
    outcomes: Mapping[Address, Outcome], winner: int | str, moment: float, tried: Sequence[float]
) -> None:
    net = Net(outcomes)
    found, when = connected(net, *outcomes)
    assert (found, round(when, 6)) == (winner, moment)
    assert [round(when, 6) for when, _ in net.tried] == tried
    assert [one.fileno() for one in net.sockets] == [-1] * len(tried)  # the losers are closed


@pytest.mark.parametrize(
    ("outcomes", "code", "moment"),
    [
        ({A: (0.0, REFUSED)}, 1212, 0.0),
        ({A: (0.1, REFUSED), B: (0.1, UNREACHABLE)}, 1212, 0.2),
        ({A: (0.1, UNREACHABLE), B: (0.1, REFUSED)}, 1214, 0.2),
        ({A: 60.0}, 1211, 5.0),
        ({A: 60.0, B: (0.0, REFUSED)}, 1211, 5.0),
        ({A: 60.0, B: 60.0}, 1211, 5.25),
    ],
)
def test_the_first_ones_failure_is_told(
    outcomes: Mapping[Address, Outcome], code: int, moment: float
) -> None:
    found, when = connected(Net(outcomes), *outcomes, limit=5.0)
    assert (found, round(when, 6)) == (code, moment)


def test_an_address_may_have_all_the_time_there_is() -> None:
    assert connected(Net({A: 1000.0}), A, limit=inf) == (A.host, 1000.0)


def test_who_gives_up_leaves_nothing_open() -> None:
    net = Net({A: 9.0, B: 9.0})

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await connect([A, B], 80, 30.0, ANYWHERE)
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=lambda: net) as runner:
        runner.run(main())
    assert [one.fileno() for one in net.sockets] == [-1, -1]


@on_both_loops
def test_a_port_where_nobody_listens_refuses(loop: Loop) -> None:
    async def main() -> int:
        with pytest.raises(DialError) as raised:
            await connect([four("127.0.0.1")], closed_port(), 30.0, ANYWHERE)
        return raised.value.code

    assert running(loop, main) == 1212


@pytest.mark.slow
@on_both_loops
def test_a_port_that_does_not_answer_takes_its_time_and_no_more(loop: Loop) -> None:
    async def main() -> int:
        with silent() as port, pytest.raises(DialError) as raised:
            await connect([four("127.0.0.1")], port, 0.01, ANYWHERE)
        gc.collect()  # a socket that was left open would complain
        return raised.value.code

    assert running(loop, main) == 1211


def accepted(loop: Loop, local: Mapping[int, str], host: str = "127.0.0.1") -> tuple[str, socket.socket]:
    """Connect to a listener; return where from, and the socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        address = six(host) if ":" in host else four(host)

        async def main() -> socket.socket:
            return await connect([address], listener.getsockname()[1], 30.0, local)

        found = running(loop, main)
        there, (came_from, *_) = listener.accept()
        there.close()
        return str(came_from), found


@on_both_loops
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has 127.0.0.1 alone")
@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", "127.0.0.3"), ("::1", "::1")], ids=["ipv4", "ipv6"]
)
def test_a_connection_comes_from_the_address_it_shall(loop: Loop, host: str, local: str) -> None:
    came_from, found = accepted(loop, {socket.AF_INET: "127.0.0.3", socket.AF_INET6: "::1"}, host)
    found.close()
    assert came_from == local


@on_both_loops
def test_kinds_of_addresses_that_nothing_may_come_from_are_not_tried(loop: Loop) -> None:
    async def main() -> int:
        with pytest.raises(DialError) as raised:
            await connect([six("::1")], 80, 30.0, {socket.AF_INET: "127.0.0.1"})
        return raised.value.code

    assert running(loop, main) == 1104


@pytest.mark.slow
def test_an_address_that_this_machine_lost_is_a_fault_of_this_machine() -> None:
    async def main() -> int:
        with pytest.raises(DialError) as raised:
            await connect([four("127.0.0.1")], 80, 30.0, {socket.AF_INET: "192.0.2.1"})
        gc.collect()
        return raised.value.code

    assert asyncio.run(main()) == 1091


@on_both_loops
def test_sockets_send_at_once_and_ask_after_half_a_minute_whether_the_target_is_there(loop: Loop) -> None:
    _, found = accepted(loop, ANYWHERE)
    no_delay, keep_alive, *seconds = [found.getsockopt(level, option) for level, option, _ in OPTIONS]
    found.close()
    assert (no_delay > 0, keep_alive > 0, seconds) == (True, True, [30, 30])
