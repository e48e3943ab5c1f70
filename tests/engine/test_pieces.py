"""Work in pieces: others run between them, and who is cancelled loses none of it."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, field

import pytest
from fakes import VirtualLoop
from running import Lab

from planrunner.engine.run import Tick
from planrunner.engine.timing.pieces import PAUSE, in_pieces
from planrunner.metrics import tally
from planrunner.metrics.series import Counter, Key
from planrunner.metrics.tally import PIECES, SERIES, Totals

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


def test_however_many_series_there_are_the_pauses_leave_time_in_a_second() -> None:
    many = {Key("http_reqs", (("name", str(number)),)): Counter(1.0, 1) for number in range(100 * SERIES)}
    totals = Totals()
    pauses = sum(1 for _ in totals.taking(dict(many)))
    assert (pauses < PIECES, pauses * PAUSE < 0.25, totals.sinks) == (True, True, many)


@dataclass
class Watching(Lab):
    """Notes when each second was told."""

    told: list[float] = field(default_factory=list)

    def tick(self, _: Tick) -> None:
        self.told.append(asyncio.get_running_loop().time())


def test_a_run_takes_in_a_second_of_many_series_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the test stands still while something is computed: only pauses make it go on."""
    steps = "".join(f"  - get: /{number}\n" for number in range(100))
    plan = f"name: x\ntarget: http://h\nload: {{vus: 1, iterations: 2}}\nsteps:\n{steps}"
    first = []
    for series in (SERIES, 10**9):
        monkeypatch.setattr(tally, "SERIES", series)
        lab = Watching(plan, lambda _: (200, 0.0078125))
        result = lab.run()
        assert result.value("http_reqs", "count") == 200
        first.append(lab.told[0])
    in_pieces_, at_once = first
    assert in_pieces_ - at_once >= 10 * PAUSE


def test_few_series_are_one_piece() -> None:
    few = dict(list(MANY.items())[:SERIES])
    assert list(Totals().taking(few)) == []
