"""Dialing: lookups, turns, local addresses and limits come together, each with its time and its code."""

import asyncio
import errno
import sys
from collections.abc import Sequence

import pytest
from fakes import FakeTransport
from listening import OK, ask, keep_alive, serving
from loopback import END, Loop, ask_and_close, closed_port, four, names, on_both_loops, running, silent, six

from planrunner.protocols import Reply
from planrunner.protocols.http.farewell import part
from planrunner.protocols.http.opening.dial import Dialer, _code
from planrunner.protocols.http.opening.lookup import Address
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Dns, How, Origin

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has 127.0.0.1 alone")


@on_both_loops
def test_each_address_of_a_name_is_tried(loop: Loop) -> None:
    async def main() -> list[Reply]:
        async with serving(keep_alive) as port:
            dialer = Dialer(look_up=names(**{"both.example": [six("::1"), four("127.0.0.1")]}))
            origin = Origin(False, "both.example", port, how=How(dns=Dns(policy="prefer_ipv6")))
            return await ask_and_close(Session(dialer), origin)

    assert running(loop, main)[0].status == 200


@on_both_loops
def test_looking_up_is_told_apart_from_connecting(loop: Loop) -> None:
    now = [0.0]

    def slow(_: str) -> Sequence[Address]:
        now[0] += 7.0
        return [four("127.0.0.1")]

    async def main() -> list[Reply]:
        async with serving(keep_alive) as port:
            session = Session(Dialer(lambda: now[0], slow), lambda: now[0])
            return await ask_and_close(session, *(Origin(False, f"{host}.example", port) for host in "ab"))

    assert [reply.timings[:4] for reply in running(loop, main)] == [(7.0, 7.0, 0.0, 0.0)] * 2


@pytest.mark.parametrize(("host", "code"), [("nowhere.example", 1101), ("six.example", 1104)])
def test_a_name_that_leads_nowhere_is_a_reply(host: str, code: int) -> None:
    dialer = Dialer(look_up=names(**{"six.example": [six("::1")]}))
    origin = Origin(False, host, 80, how=How(dns=Dns(policy="only_ipv4")))
    (reply,) = asyncio.run(ask_and_close(Session(dialer), origin))
    assert (reply.status, reply.error_code, reply.timings) == (0, code, ())


class Where:
    """Answers, and remembers where requests came from."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hosts.append(writer.get_extra_info("peername")[0])
        while await reader.readuntil(END):
            writer.write(OK)


@linux
@on_both_loops
def test_each_vu_comes_from_an_address_of_its_own(loop: Loop) -> None:
    where = Where()

    async def main() -> None:
        async with serving(where) as port:
            dialer = Dialer()
            origin = Origin(False, "localhost", port, how=How(local_addresses=("127.0.0.2-127.0.0.3",)))
            for number in (1, 2, 3):
                await ask_and_close(Session(dialer, number=number), origin)

    running(loop, main)
    assert where.hosts == ["127.0.0.2", "127.0.0.3", "127.0.0.2"]


@linux
def test_lanes_come_from_the_address_of_their_vu() -> None:
    where = Where()

    async def main() -> None:
        async with serving(where) as port:
            session = Session(Dialer(), number=2)
            origin = Origin(False, "localhost", port, how=How(local_addresses=("127.0.0.2-127.0.0.3",)))
            await ask_and_close(session.lane(), origin)

    asyncio.run(main())
    assert where.hosts == ["127.0.0.3"]


@linux
def test_connections_take_turns_among_the_addresses_of_a_target() -> None:
    where = Where()

    async def main() -> list[str]:
        async with serving(where, host="0.0.0.0") as port:
            dialer = Dialer(look_up=names(**{"shop.example": [four("127.0.0.2"), four("127.0.0.3")]}))
            origin = Origin(False, "shop.example", port)
            opened = [await dialer.open(origin, 5.0) for _ in range(4)]
            found = [connection._transport.get_extra_info("peername")[0] for connection in opened]  # type: ignore[union-attr]
            for connection in opened:
                connection.close()
            return found

    assert asyncio.run(main()) == ["127.0.0.2", "127.0.0.3"] * 2


@on_both_loops
@pytest.mark.parametrize(("connect", "limit", "code"), [(0.01, 10.0, 1211), (30.0, 0.02, 1050)])
def test_connecting_has_a_limit_of_its_own_within_the_whole(
    loop: Loop, connect: float, limit: float, code: int
) -> None:
    async def main() -> Reply:
        with silent() as port:
            return await ask(
                Session(Dialer()), Origin(False, "127.0.0.1", port, how=How(connect=connect)), limit
            )

    assert running(loop, main).error_code == code


@on_both_loops
def test_a_refusal_is_told_although_there_is_another_address(loop: Loop) -> None:
    async def main() -> Reply:
        return await ask(Session(Dialer()), Origin(False, "localhost", closed_port()))

    assert running(loop, main).error_code == 1212


def test_a_socket_that_cannot_be_handed_over_has_the_code_of_its_error() -> None:
    assert _code(OSError(errno.ENOBUFS, ""), Origin(False, "h", 80), None) == 1092


class Encrypted(FakeTransport):
    """A transport of a TLS connection."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        return "tls" if name == "ssl_object" else default


@pytest.mark.parametrize(("unsent", "aborted"), [(0, True), (1, False)])
def test_tls_goes_behind_its_farewell_but_not_before_all_is_sent(unsent: int, *, aborted: bool) -> None:
    async def main() -> list[bool]:
        transport = Encrypted(asyncio.Protocol())
        transport.unsent = unsent
        part(transport)
        before = transport.aborted
        await asyncio.sleep(0)
        return [transport.closed, before, transport.aborted]

    assert asyncio.run(main()) == [True, False, aborted]


def test_what_is_not_encrypted_just_closes() -> None:
    async def main() -> list[bool]:
        transport = FakeTransport(asyncio.Protocol())
        part(transport)
        await asyncio.sleep(0)
        return [transport.closed, transport.aborted]

    assert asyncio.run(main()) == [True, False]
