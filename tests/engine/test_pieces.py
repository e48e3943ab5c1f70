"""Work in pieces: others run between them, and who is cancelled loses none of it."""

import asyncio
from collections.abc import Generator

import pytest
from fakes import VirtualLoop

from planrunner.engine.timing.pieces import PAUSE, in_pieces
from planrunner.metrics.series import Counter, Key
from planrunner.metrics.tally import SERIES, Totals

MANY = {Key("http_reqs", (("name", str(number)),)): Counter(1.0, 1) for number in range(2 * SERIES + 1)}


def test_others_run_between_two_pieces() -> None:
    done: list[str] = []

    def pieces() -> Generator[None, None, int]:
        for number in range(3):
            done.append(f"piece {number}")
            if number < 2:
                yield
        return 7

    async def others() -> None:
        for number in range(2):
            await asyncio.sleep(PAUSE / 2 if number == 0 else PAUSE)
            done.append(f"others {number}")

    async def main() -> int:
        task = asyncio.create_task(others())
        value = await in_pieces(pieces())
        await task
        return value

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(main()) == 7
    assert done == ["piece 0", "others 0", "piece 1", "others 1", "piece 2"]


def test_who_is_cancelled_does_the_rest_at_once() -> None:
    totals = Totals()

    async def main() -> None:
        task = asyncio.create_task(in_pieces(totals.taking(dict(MANY))))
        await asyncio.sleep(0)
        assert len(totals.sinks) == SERIES
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
    assert totals.sinks == MANY


def test_few_series_are_one_piece() -> None:
    few = dict(list(MANY.items())[:SERIES])
    assert list(Totals().taking(few)) == []
