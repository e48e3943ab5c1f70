"""Runs in virtual time that somebody watches: what a board shows at some seconds."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from fakes import Answer, FakeSession, VirtualLoop
from running import checked_plan

from planrunner.engine.checked import Checked
from planrunner.engine.fleet.fleet import Inline
from planrunner.engine.run import Run, Tick
from planrunner.engine.start import lifecycle
from planrunner.live.board import Board

T = TypeVar("T")


class Glances(Generic[T]):
    """A watcher that looks at a board in some seconds of a run."""

    def __init__(self, board: Board, seconds: Sequence[float], look: Callable[[Board], T]) -> None:
        self._board, self._seconds, self._look = board, seconds, look
        self.seen: list[T] = []

    def tick(self, tick: Tick) -> None:
        if any(abs(tick.at - second) < 0.05 for second in self._seconds):
            self.seen.append(self._look(self._board))

    def say(self, lines: Sequence[str]) -> None:
        """Do nothing."""


def glances(
    plan: str,
    seconds: Sequence[float],
    look: Callable[[Board], T],
    answer: Answer = lambda _: (200, 0.125),
    stop_at: float | None = None,
) -> list[T]:
    """Run a plan and look at its board in some seconds."""

    async def main() -> list[T]:
        loop = asyncio.get_running_loop()
        checked = checked_plan(plan)
        board = Board(checked, loop.time)
        glancing = Glances(board, seconds, look)
        run = run_of(checked, loop.time, answer, [board, glancing])
        board.follow(run)
        if stop_at is not None:
            loop.call_later(stop_at, run.interrupt)
        await run.carry_out()
        return glancing.seen

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def run_of(checked: Checked, now: Callable[[], float], answer: Answer, watchers: Sequence[object]) -> Run:
    """Make a run whose requests are answered by a rule."""

    def connect(_: int) -> FakeSession:
        return FakeSession(answer, [])

    return Run(
        checked,
        lambda given: Inline(checked.plan, given, now, connect),
        lifecycle(checked, now, connect),
        watchers,  # type: ignore[arg-type]
    )
