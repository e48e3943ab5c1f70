"""Bells: exact by the loop's own clock, unhurried by another one, and a timerfd on Linux."""

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import perf_counter

import pytest
import uvloop
from fakes import in_virtual_time

from planrunner.engine.timing.bells import COARSE, Timer, bell

linux = pytest.mark.skipif(sys.platform != "linux", reason="timerfd is Linux's")


@pytest.mark.parametrize("moment", [0.1, 1 / 3, 12345.678])
def test_by_its_own_clock_a_loop_rings_at_the_moment(moment: float) -> None:
    async def main() -> float:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        bell(loop.time, rung.set).set(moment)
        await rung.wait()
        return loop.time()

    assert in_virtual_time(main) == moment


def test_a_coarse_timer_is_not_asked_again_and_again() -> None:
    async def main() -> float:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        Timer(lambda: 0.0, rung.set).set(1e-9)
        await rung.wait()
        return loop.time()

    assert in_virtual_time(main) == COARSE


def test_a_timer_rings_at_the_newest_moment_only() -> None:
    async def main() -> list[float]:
        loop, rung = asyncio.get_running_loop(), list[float]()
        timer = Timer(loop.time, lambda: rung.append(loop.time()))
        timer.set(1.0)
        timer.set(3.0)
        await asyncio.sleep(5)
        timer.set(6.0)
        timer.set(inf)
        await asyncio.sleep(5)
        return rung

    assert in_virtual_time(main) == [3.0]


@linux
@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_timerfd_never_rings_early_and_can_be_silenced(run: type) -> None:
    async def main() -> None:
        moments = [perf_counter() + delay for delay in (0.0, 0.0003, 0.002)]
        late: list[float] = []
        over = asyncio.Event()

        def ring() -> None:
            late.append(perf_counter() - moments[len(late)])
            if len(late) < len(moments):
                made.set(moments[len(late)])
            else:
                made.set(inf)
                over.set()

        made = bell(perf_counter, ring)
        made.set(moments[0])
        await over.wait()
        await asyncio.sleep(0.005)
        assert len(late) == 3
        assert min(late) >= 0
        made.close()

    run(main())


@linux
def test_a_timerfd_is_given_back_when_it_is_closed() -> None:
    async def main() -> list[str]:
        made = bell(perf_counter, lambda: None)
        within = timerfds()
        made.close()
        return within

    before = timerfds()
    assert len(asyncio.run(main())) == len(before) + 1
    assert timerfds() == before


@pytest.mark.slow
@linux
def test_a_timerfd_is_given_back_when_its_loop_is_gone() -> None:
    async def main() -> None:
        bell(perf_counter, lambda: None).set(perf_counter() + 60)

    gc.collect()  # what other tests have left
    before = timerfds()
    asyncio.run(main())
    gc.collect()
    assert timerfds() == before


@linux
def test_without_a_descriptor_to_spare_the_loop_s_timers_ring() -> None:
    async def main() -> None:
        bell(perf_counter, lambda: None).close()  # whatever has to be imported is now
        rung = asyncio.Event()
        with no_descriptors():
            made = bell(perf_counter, rung.set)
        assert isinstance(made, Timer)
        made.set(perf_counter())
        await rung.wait()

    asyncio.run(main())


def timerfds() -> list[str]:
    """Return the timerfds that this process has."""
    links = (os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir())
    return [link for link in links if "timerfd" in link]


@contextmanager
def no_descriptors() -> Iterator[None]:
    """Let the process open nothing."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
