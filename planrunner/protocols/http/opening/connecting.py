"""TCP: sockets as a load test needs them, connected to the first address that answers."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Mapping, Sequence
from math import inf
from typing import TypeVar

from planrunner.protocols.http.faults import DIAL, DIAL_TIMEOUT, NO_ADDRESS, DialError, code_of
from planrunner.protocols.http.opening.lookup import Address

T = TypeVar("T")

STAGGER = 0.25  # seconds until the next address is tried beside the one before (RFC 8305, 5)
KEEP_ALIVE = 30  # seconds of silence until TCP asks whether the other side is there, as in Go and so k6

_IDLE = getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", 0))  # the latter is macOS's

OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, _IDLE, KEEP_ALIVE),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEP_ALIVE),
)

# Linux picks the port when it knows where to, so that each target gets all ports of an address (ip(7));
# Python 3.11 has no name for it.
BOUND = ((socket.IPPROTO_IP, 24, 1),) if sys.platform == "linux" else ()


async def within(limit: float, work: Awaitable[T]) -> T:
    """Wait for something at most `limit` seconds; TimeoutError then."""
    if limit == inf:
        return await work
    async with asyncio.timeout(limit):
        return await work


async def connect(
    addresses: Sequence[Address], port: int, limit: float, local: Mapping[int, str]
) -> socket.socket:
    """Connect to the first address that answers, each within `limit` seconds; DialError when none does.

    `local` holds the address to come from for each family that may be used; empty: any.
    """
    usable = [one for one in addresses if not local or one.family in local]
    if not usable:
        raise DialError(NO_ADDRESS)
    if len(usable) > 1:
        return await _race(usable, port, limit, local)
    found = await _connected(usable[0], port, limit, local)
    if isinstance(found, int):
        raise DialError(found)
    return found


async def _race(
    addresses: Sequence[Address], port: int, limit: float, local: Mapping[int, str]
) -> socket.socket:
    """Try the next address when one has failed, or has been silent for a while (RFC 8305, 5).

    The first one's failure is the one to tell, as in Go and so in k6.
    """
    running: dict[asyncio.Task[socket.socket | int], int] = {}
    failures: dict[int, int] = {}
    try:
        while len(failures) < len(addresses):
            number = len(running) + len(failures)
            if number < len(addresses):
                attempt = _connected(addresses[number], port, limit, local)
                running[asyncio.ensure_future(attempt)] = number
            last = number + 1 >= len(addresses)
            done, _ = await asyncio.wait(
                running, timeout=None if last else STAGGER, return_when=asyncio.FIRST_COMPLETED
            )
            for task in sorted(done, key=running.__getitem__):
                found = task.result()
                if not isinstance(found, int):
                    del running[task]
                    return found
                failures[running.pop(task)] = found
    finally:
        for task in running:
            _give_up(task)
    raise DialError(failures[0])


def _give_up(task: asyncio.Task[socket.socket | int]) -> None:
    """Close what nobody wants any more."""
    if not task.cancel():
        found = task.result()
        if not isinstance(found, int):
            found.close()


async def _connected(
    address: Address, port: int, limit: float, local: Mapping[int, str]
) -> socket.socket | int:
    """Connect to an address, or return the code of what went wrong."""
    try:
        fresh = _opened(address.family, local.get(address.family, ""))
    except OSError as error:
        return code_of(error, DIAL)
    try:
        await within(limit, asyncio.get_running_loop().sock_connect(fresh, address.at(port)))
    except BaseException as error:
        fresh.close()
        if isinstance(error, TimeoutError):
            return DIAL_TIMEOUT
        if isinstance(error, OSError):
            return code_of(error, DIAL)
        raise
    return fresh


def _opened(family: int, local: str) -> socket.socket:
    fresh = socket.socket(family, socket.SOCK_STREAM)
    try:
        fresh.setblocking(False)  # noqa: FBT003 (its only form)
        for level, option, value in OPTIONS:
            fresh.setsockopt(level, option, value)
        if local:
            for level, option, value in BOUND:
                fresh.setsockopt(level, option, value)
            fresh.bind((local, 0))
    except OSError:
        fresh.close()
        raise
    return fresh
