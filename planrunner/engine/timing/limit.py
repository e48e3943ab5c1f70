"""Limits: the moments at which what still runs is cancelled, for thousands of tasks at a time.

`asyncio.timeout` gives each of them a timer, half a kilobyte; but most VUs have the same limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType


class Limits:
    """The limits of one scenario: a timer for each moment, whoever has it."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._at: dict[float, tuple[asyncio.TimerHandle, set[Limit]]] = {}  # by moment of the run

    def add(self, limit: Limit) -> None:
        """Have a limit expire at its moment."""
        known = self._at.get(limit.moment)
        if known is None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(max(0.0, limit.moment - self._elapsed()), self._expire, limit.moment)
            known = self._at[limit.moment] = timer, set()
        known[1].add(limit)

    def remove(self, limit: Limit) -> None:
        """Forget a limit, which may have expired."""
        timer, among = self._at.get(limit.moment, (None, set()))
        among.discard(limit)
        if timer and not among:
            timer.cancel()
            del self._at[limit.moment]

    def stop(self) -> None:
        """Leave everything its grace from now, or the time it had left if that is less."""
        now = self._elapsed()
        for limit in [limit for _, among in self._at.values() for limit in among]:
            if now + limit.grace < limit.moment:
                self.remove(limit)
                limit.moment = now + limit.grace
                self.add(limit)

    def _expire(self, moment: float) -> None:
        _, among = self._at.pop(moment)
        for limit in among:
            limit.expire()


class Limit:
    """A limit of what runs inside, which is cancelled at a moment of the run; TimeoutError tells.

    As asyncio.timeout, it keeps its own cancelling apart from that of others.
    """

    __slots__ = ("_all", "_cancelling", "_expired", "_task", "grace", "moment")

    def __init__(self, among: Limits, moment: float, grace: float) -> None:
        self._all, self.moment, self.grace = among, moment, grace
        self._expired = False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task, self._cancelling = task, task.cancelling()
        self._all.add(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._all.remove(self)
        if self._expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Cancel what runs inside."""
        self._expired = True
        self._task.cancel()
