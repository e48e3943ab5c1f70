"""The alarm: many waiters, one bell, nobody woken early."""

import asyncio
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any

from fakes import in_virtual_time

from planrunner.engine.timing import alarm
from planrunner.engine.timing.alarm import LINGER, MANY, Alarm


class Bell:
    """A bell that rings when a test says so, and knows what it was set for."""

    def __init__(self) -> None:
        self.set_for: list[float] = []
        self.closed = 0
        self.ring: Callable[[], None] = lambda: None

    def make(self, _: Callable[[], float], ring: Callable[[], None]) -> "Bell":
        self.ring = ring
        return self

    def set(self, moment: float) -> None:
        self.set_for.append(moment)

    def close(self) -> None:
        self.closed += 1


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = 0.0
        self.bell = Bell()
        self.alarm = Alarm(lambda: self.time, self.bell.make)

    async def wait(self, *moments: float) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.alarm.until(moment)) for moment in moments]
        await asyncio.sleep(0)
        return tasks

    async def ring(self, time: float) -> None:
        self.time = time
        self.bell.ring()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def with_clock(main: Callable[[Clock], Coroutine[Any, Any, None]]) -> None:
    in_virtual_time(lambda: main(Clock()))


def test_waiters_are_woken_at_their_moments() -> None:
    async def main() -> list[tuple[str, float]]:
        loop, woken = asyncio.get_running_loop(), list[tuple[str, float]]()
        made = Alarm(loop.time)

        async def wait(name: str, moment: float) -> None:
            await made.until(moment)
            woken.append((name, loop.time()))

        moments = {"late": 0.3, "early": 0.1, "later": 0.3, "middle": 0.2}
        await asyncio.gather(*(wait(name, moment) for name, moment in moments.items()))
        return woken

    assert in_virtual_time(main) == [("early", 0.1), ("middle", 0.2), ("late", 0.3), ("later", 0.3)]


def test_only_an_earlier_waiter_sets_the_bell_anew() -> None:
    async def main(clock: Clock) -> None:
        await clock.wait(5.0, 7.0, 3.0)
        assert clock.bell.set_for == [5.0, 3.0]
        await clock.ring(3.0)
        assert clock.bell.set_for == [5.0, 3.0, 5.0]
        await clock.ring(7.0)

    with_clock(main)


def test_a_bell_that_rings_early_wakes_nobody_and_is_set_again() -> None:
    async def main(clock: Clock) -> None:
        (task,) = await clock.wait(5.0)
        await clock.ring(4.999)
        assert not task.done()
        assert clock.bell.set_for == [5.0, 5.0]
        await clock.ring(5.0)
        assert task.done()

    with_clock(main)


def test_the_bell_is_given_back_when_nobody_has_waited_for_a_while() -> None:
    async def main(clock: Clock) -> None:
        await clock.wait(1.0)
        await clock.ring(1.0)
        assert (clock.bell.set_for[-1], clock.bell.closed) == (1.0 + LINGER, 0)
        await clock.ring(1.0 + LINGER)
        assert clock.bell.closed == 1
        (task,) = await clock.wait(9.0)
        await clock.ring(9.0)
        assert task.done()

    with_clock(main)


def test_a_bell_that_somebody_waits_for_again_is_kept() -> None:
    async def main(clock: Clock) -> None:
        await clock.wait(1.0)
        await clock.ring(1.0)
        (task,) = await clock.wait(10.0)
        await clock.ring(1.0 + LINGER)
        assert (clock.bell.set_for[-1], clock.bell.closed) == (10.0, 0)
        await clock.ring(10.0)
        assert task.done()

    with_clock(main)


def test_waiters_that_were_given_up_do_not_pile_up() -> None:
    async def main(clock: Clock) -> None:
        (kept,) = await clock.wait(1e6)
        for _ in range(10):
            tasks = await clock.wait(*[2e6] * MANY)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert len(clock.alarm._heap) <= 2 * MANY + 1
        await clock.ring(1e6)
        assert kept.done()

    with_clock(main)


def test_a_waiter_that_was_given_up_holds_up_nobody() -> None:
    async def main(clock: Clock) -> None:
        first, second = await clock.wait(1.0, 2.0)
        first.cancel()
        await asyncio.sleep(0)
        await clock.ring(1.0)
        assert clock.bell.set_for[-1] == 2.0
        await clock.ring(2.0)
        assert second.done()

    with_clock(main)


def test_who_knows_the_waiters_may_wake_them_sooner() -> None:
    async def main(clock: Clock) -> None:
        known = set[alarm.Waiter]()
        task = asyncio.create_task(clock.alarm.until(inf, known))
        await asyncio.sleep(0)
        for waiter in known:
            alarm.wake(waiter)
        await task
        assert known == set()

    with_clock(main)


def test_sleep_is_by_the_worker_s_alarm_where_there_is_one() -> None:
    async def main(clock: Clock) -> None:
        alarm._WORKERS.set(clock.alarm)
        task = asyncio.create_task(alarm.sleep(2.5))
        await asyncio.sleep(0)
        assert clock.bell.set_for == [2.5]
        await clock.ring(2.5)
        assert task.done()
        await alarm.sleep(0)  # lets others run, and waits for no bell
        assert clock.bell.set_for == [2.5, 2.5 + LINGER]

    with_clock(main)


def test_sleep_beside_the_workers_is_by_the_loop() -> None:
    async def main() -> float:
        await alarm.sleep(1.5)
        return asyncio.get_running_loop().time()

    assert in_virtual_time(main) == 1.5
