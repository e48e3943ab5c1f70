"""Name lookup: remembered, shared, bounded, and put into the order that the plan wants."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from loopback import Loop, four, names, on_both_loops, running, six

from planrunner.protocols.http.faults import DialError
from planrunner.protocols.http.opening.lookup import (
    AT_ONCE_OF_ONE,
    Address,
    Resolver,
    ask_system,
    known_without_asking,
    order,
)
from planrunner.protocols.http.terms import Dns, Policy, Select

A, B, C, X, Y = four("10.0.0.1"), four("10.0.0.2"), four("10.0.0.3"), six("fd00::1"), six("fd00::2")

NOT_EVERYWHERE = ("EAI_NODATA", "EAI_ADDRFAMILY")


class Asked:
    """Answers all names alike, and counts how often it was asked."""

    def __init__(self, *found: Address) -> None:
        self.found = found or (A,)
        self.hosts: list[str] = []

    def __call__(self, host: str) -> Sequence[Address]:
        self.hosts.append(host)
        return self.found


def looked_up(
    asked: Callable[[str], Sequence[Address]],
    dns: Dns,
    times: int = 1,
    host: str = "shop.example",
    turn: int = 0,
) -> list[Sequence[Address]]:
    """Ask a number of times, one after the other."""

    async def main() -> list[Sequence[Address]]:
        resolver = Resolver(lambda: 0.0, asked, turn)
        return [await resolver.addresses(host, dns) for _ in range(times)]

    return asyncio.run(main())


@on_both_loops
def test_those_who_ask_together_ask_once(loop: Loop) -> None:
    asked = Asked()

    async def main() -> None:
        resolver = Resolver(lambda: 0.0, asked)
        await asyncio.gather(*(resolver.addresses("shop.example", Dns()) for _ in range(20)))

    running(loop, main)
    assert asked.hosts == ["shop.example"]


@pytest.mark.parametrize(
    ("ttl", "moments", "times"),
    [
        (300.0, (0.0, 299.0), 1),
        (300.0, (0.0, 300.0), 2),
        (300.0, (0.0, 300.0, 599.0), 2),
        (0.0, (0.0, 0.0, 0.0), 3),
        (float("inf"), (0.0, 1e9), 1),
    ],
)
def test_an_answer_is_remembered_for_its_time(ttl: float, moments: Sequence[float], times: int) -> None:
    asked, now = Asked(), [0.0]

    async def main() -> None:
        resolver = Resolver(lambda: now[0], asked)
        for moment in moments:
            now[0] = moment
            await resolver.addresses("shop.example", Dns(ttl=ttl))

    asyncio.run(main())
    assert len(asked.hosts) == times


def test_a_failure_is_not_remembered() -> None:
    errors = [socket.gaierror(socket.EAI_AGAIN, "not now")]

    def now_and_then(_: str) -> Sequence[Address]:
        if errors:
            raise errors.pop()
        return [A]

    async def main() -> tuple[int, Sequence[Address]]:
        resolver = Resolver(lambda: 0.0, now_and_then)
        with pytest.raises(DialError) as raised:
            await resolver.addresses("shop.example", Dns())
        return raised.value.code, await resolver.addresses("shop.example", Dns())

    assert asyncio.run(main()) == (1102, [A])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), 1101),
        (socket.gaierror(socket.EAI_AGAIN, ""), 1102),
        *(
            (socket.gaierror(getattr(socket, name), ""), 1104)
            for name in NOT_EVERYWHERE
            if hasattr(socket, name)
        ),
        (socket.gaierror(socket.EAI_FAIL, ""), 1100),
        (OSError(24, "too many open files"), 1090),
        (UnicodeError("label too long"), 1100),
    ],
)
def test_each_way_to_fail_has_its_code(error: Exception, code: int) -> None:
    def fails(_: str) -> Sequence[Address]:
        raise error

    with pytest.raises(DialError) as raised:
        looked_up(fails, Dns())
    assert raised.value.code == code


@pytest.mark.parametrize(("policy", "found"), [("only_ipv6", [A]), ("only_ipv4", [X]), ("any", [])])
def test_a_host_without_an_address_that_may_be_used_has_a_code(
    policy: Policy, found: Sequence[Address]
) -> None:
    with pytest.raises(DialError) as raised:
        looked_up(names(**{"shop.example": found}), Dns(policy=policy))
    assert raised.value.code == 1104


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", [four("127.0.0.1")]),
        ("::1", [six("::1")]),
        ("localhost", [four("127.0.0.1"), six("::1")]),
        ("shop.localhost", [four("127.0.0.1"), six("::1")]),
        ("shop.example", []),
        ("a" * 64, []),
    ],
)
def test_addresses_and_localhost_need_no_lookup(host: str, found: Sequence[Address]) -> None:
    assert list(known_without_asking(host)) == found


def test_nobody_is_asked_for_an_address() -> None:
    asked = Asked()
    assert looked_up(asked, Dns(), host="127.0.0.1") == [[four("127.0.0.1")]]
    assert asked.hosts == []


def test_the_system_knows_addresses() -> None:
    assert list(ask_system("127.0.0.1")) == [four("127.0.0.1")]


def test_an_ipv6_address_keeps_its_scope() -> None:
    assert Address(socket.AF_INET6, "fe80::1", (0, 3)).at(80) == ("fe80::1", 80, 0, 3)


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("prefer_ipv4", [A, X, B, Y, C]),
        ("prefer_ipv6", [X, A, Y, B, C]),
        ("only_ipv4", [A, B, C]),
        ("only_ipv6", [X, Y]),
        ("any", [X, A, B, Y, C]),
    ],
)
def test_the_policy_says_which_kind_comes_first(policy: Policy, found: list[Address]) -> None:
    assert order([X, A, B, Y, C], policy, list) == found


def firsts(
    select: Select, times: int, *found: Address, turn: int = 0, policy: Policy = "any"
) -> list[Address]:
    return [one[0] for one in looked_up(Asked(*found), Dns(select=select, policy=policy), times, turn=turn)]


def test_round_robin_takes_each_in_its_turn() -> None:
    assert firsts("round_robin", 5, A, B, C) == [A, B, C, A, B]


def test_workers_begin_their_turns_at_different_addresses() -> None:
    assert [firsts("round_robin", 2, A, B, C, turn=turn) for turn in range(3)] == [[A, B], [B, C], [C, A]]


def test_each_kind_of_addresses_has_turns_of_its_own() -> None:
    found = looked_up(Asked(A, B, X, Y, C), Dns(), 3)
    assert found == [[A, X, B, Y, C], [B, Y, C, X, A], [C, X, A, Y, B]]


def test_the_first_stays_the_first() -> None:
    assert firsts("first", 3, A, B, C) == [A, A, A]


def test_random_takes_all_alike_and_the_same_ones_again() -> None:
    found = firsts("random", 300, A, B, C)
    assert all(80 < count < 120 for count in Counter(found).values())
    assert firsts("random", 300, A, B, C) == found


class Held:
    """Is silent about some hosts until it is let go."""

    def __init__(self, *hosts: str) -> None:
        self._hosts = hosts
        self.asked, self.go = threading.Event(), threading.Event()
        self.waiting = 0

    def __call__(self, host: str) -> Sequence[Address]:
        if host in self._hosts:
            self.waiting += 1
            self.asked.set()
            self.go.wait(10)
        return [A]


@on_both_loops
@pytest.mark.parametrize("ttl", [300.0, 0.0])
def test_a_host_that_nobody_answers_for_does_not_stop_others(loop: Loop, ttl: float) -> None:
    held = Held("silent.example")

    async def main() -> tuple[Sequence[Address], int]:
        resolver, dns = Resolver(lambda: 0.0, held), Dns(ttl=ttl)
        stuck = [asyncio.ensure_future(resolver.addresses("silent.example", dns)) for _ in range(50)]
        found = await resolver.addresses("shop.example", dns)
        waiting = held.waiting
        held.go.set()
        await asyncio.gather(*stuck)
        return found, waiting

    found, waiting = running(loop, main)
    assert (found, waiting <= AT_ONCE_OF_ONE) == ([A], True)


@on_both_loops
def test_one_who_gives_up_does_not_stop_those_who_wait_for_the_same(loop: Loop) -> None:
    held = Held("slow.example")

    async def main() -> Sequence[Address]:
        resolver = Resolver(lambda: 0.0, held)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolver.addresses("slow.example", Dns())
        patient = asyncio.ensure_future(resolver.addresses("slow.example", Dns()))
        await asyncio.sleep(0)
        held.go.set()
        return await patient

    assert running(loop, main) == [A]
    assert held.waiting == 1


@on_both_loops
def test_a_loop_ends_although_a_lookup_does_not(loop: Loop) -> None:
    held = Held("silent.example")

    async def main() -> None:
        stuck = asyncio.ensure_future(Resolver(lambda: 0.0, held).addresses("silent.example", Dns()))
        await asyncio.to_thread(held.asked.wait)
        assert not stuck.done()

    running(loop, main)
    held.go.set()
    ended("lookup of silent.example")


def test_an_answer_that_comes_while_the_loop_ends_is_of_no_use() -> None:
    held = Held("slow.example")

    async def main() -> None:
        lookup = asyncio.ensure_future(Resolver(lambda: 0.0, held)._run("slow.example"))
        await asyncio.to_thread(held.asked.wait)
        lookup.cancel()
        held.go.set()
        with pytest.raises(asyncio.CancelledError):
            await lookup
        await asyncio.to_thread(ended, "lookup of slow.example")
        await asyncio.sleep(0)

    asyncio.run(main())


def ended(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()


def test_no_thread_for_a_lookup_is_a_fault_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)
    with pytest.raises(DialError) as raised:
        looked_up(Asked(), Dns())
    assert raised.value.code == 1092
