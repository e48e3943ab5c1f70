"""From host names to addresses: looked up in threads, remembered, ordered as they are to be tried."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from math import inf
from random import Random
from threading import Thread
from typing import Any, NamedTuple, TypeAlias

from planrunner.protocols.http.faults import DNS, NO_ADDRESS, NO_MEMORY, DialError, code_of
from planrunner.protocols.http.h1.connection import Clock
from planrunner.protocols.http.terms import Dns, Policy, Select

AT_ONCE = 32  # lookups, each in a thread of its own
AT_ONCE_OF_ONE = 4  # for one host: a name server that is silent about it must not stop the others

FAMILIES: Mapping[Policy, tuple[int, int]] = {
    "prefer_ipv4": (socket.AF_INET, socket.AF_INET6),
    "prefer_ipv6": (socket.AF_INET6, socket.AF_INET),
    "only_ipv4": (socket.AF_INET, socket.AF_INET6),
    "only_ipv6": (socket.AF_INET6, socket.AF_INET),
}
"""Which kind of addresses comes first."""


class Address(NamedTuple):
    """One answer of the name lookup."""

    family: int
    host: str
    more: tuple[Any, ...] = ()  # flow and scope of an IPv6 address

    def at(self, port: int) -> tuple[Any, ...]:
        """Return what sockets of the family connect to."""
        return (self.host, port, *self.more)


LOOPBACK = (Address(socket.AF_INET, "127.0.0.1"), Address(socket.AF_INET6, "::1", (0, 0)))

Turner: TypeAlias = Callable[[Sequence[Address]], list[Address]]

LookUp: TypeAlias = Callable[[str], Sequence[Address]]
"""Asks for the addresses of a host, and waits; raises OSError, and ValueError for what no host can be."""


class Answer(NamedTuple):
    """What a lookup ended with."""

    addresses: Sequence[Address] = ()
    code: int = 0  # of the fault, if it failed


def ask_system(host: str) -> Sequence[Address]:
    """Ask the system's resolver, which knows hosts files and name servers."""
    return _read(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))


def known_without_asking(host: str) -> Sequence[Address]:
    """Return the addresses of what needs no lookup: an address, and localhost (RFC 6761, 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    try:
        return _read(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    except (OSError, ValueError):
        return ()


def _read(found: list[Any]) -> Sequence[Address]:
    return tuple(Address(family, address[0], tuple(address[2:])) for family, _, _, _, address in found)


class Resolver:
    """Looks names up for all VUs of a worker; those who ask together for the same ask once."""

    def __init__(self, now: Clock, look_up: LookUp = ask_system, turn: int = 0) -> None:
        self._now, self._look_up, self._turn = now, look_up, turn
        self._known: dict[str, tuple[float, Sequence[Address]]] = {}  # with the moment of the answer
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._turns: dict[str, int] = {}  # whose of a host's addresses is next
        self._random = Random(turn)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._slots_of: dict[str, asyncio.Semaphore] = {}  # of hosts that are asked for again and again

    async def addresses(self, host: str, dns: Dns) -> Sequence[Address]:
        """Return the addresses of a host in the order to try them in; DialError when there is none."""
        found = self._remembered(host, dns.ttl) or await self._ask(host, dns.ttl)
        usable = order(found, dns.policy, self._turner(host, dns.select))
        if not usable:
            raise DialError(NO_ADDRESS)
        return usable

    def _remembered(self, host: str, ttl: float) -> Sequence[Address]:
        known = self._known.get(host)
        if known is None:
            found = known_without_asking(host)
            if found:
                self._known[host] = inf, found
            return found
        at, found = known
        return found if self._now() < at + ttl else ()

    async def _ask(self, host: str, ttl: float) -> Sequence[Address]:
        # Shielded: one who gives up does not stop the others, and a thread keeps its slot until it is done.
        answer = await asyncio.shield(self._shared(host) if ttl else asyncio.create_task(self._alone(host)))
        if answer.code:
            raise DialError(answer.code)
        return answer.addresses

    def _shared(self, host: str) -> asyncio.Task[Answer]:
        lookup = self._under_way.get(host)
        if lookup is None:
            lookup = self._under_way[host] = asyncio.create_task(self._run(host))
            lookup.add_done_callback(lambda _: self._under_way.pop(host, None))
        return lookup

    async def _alone(self, host: str) -> Answer:
        async with self._slots_of.setdefault(host, asyncio.Semaphore(AT_ONCE_OF_ONE)):
            return await self._run(host)

    async def _run(self, host: str) -> Answer:
        async with self._slots:
            answer = await _in_thread(self._look_up, host)
        if answer.addresses:
            self._known[host] = (self._now(), answer.addresses)
        return answer

    def _turner(self, host: str, select: Select) -> Turner:
        """Return what puts first the address whose turn it is."""
        if select == "first":
            return list
        if select == "random":
            return lambda found: self._random.sample(found, len(found))
        turn = self._turns.get(host, self._turn)
        self._turns[host] = turn + 1
        return lambda found: [*found[turn % len(found) :], *found[: turn % len(found)]] if found else []


def order(found: Sequence[Address], policy: Policy, turned: Turner) -> list[Address]:
    """Put addresses into the order to try them in: by turns those of either family (RFC 8305, 4)."""
    if policy == "any":
        return turned(found)
    first, second = ([one for one in found if one.family == family] for family in FAMILIES[policy])
    if policy in {"only_ipv4", "only_ipv6"}:
        return turned(first)
    pairs = zip_longest(turned(first), turned(second))
    return [one for pair in pairs for one in pair if one is not None]


async def _in_thread(look_up: LookUp, host: str) -> Answer:
    """Ask in a thread that nobody waits for at the end: a name server may be silent for half a minute."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer] = loop.create_future()

    def run() -> None:
        answer = _answer(look_up, host)
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, answer)

    def settle(answer: Answer) -> None:
        if not future.done():  # the loop is closing
            future.set_result(answer)

    try:
        Thread(target=run, name=f"lookup of {host}", daemon=True).start()
    except RuntimeError:
        return Answer(code=NO_MEMORY)
    return await future


def _answer(look_up: LookUp, host: str) -> Answer:
    try:
        return Answer(look_up(host))
    except (OSError, ValueError) as error:
        return Answer(code=code_of(error, DNS))
