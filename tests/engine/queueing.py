"""A target of a known capacity, in virtual time: so many places, each busy with a request for so long."""

from __future__ import annotations

import asyncio
from heapq import heapreplace


class Queueing:
    """Answers in the order of the requests, each when a place has been free for `service` seconds.

    Places times 1 / service are its capacity. From `breaking` requests in line on, it answers with 503.
    """

    def __init__(self, places: int, service: float, breaking: int | None = None) -> None:
        self._free = [0.0] * places
        self._service, self._breaking = service, breaking

    def __call__(self, _: int) -> tuple[int, float]:
        now = asyncio.get_running_loop().time()
        waiting = max(0.0, self._free[0] - now)
        if self._breaking is not None and waiting > self._breaking * self._service / len(self._free):
            return 503, 0.001
        heapreplace(self._free, max(now, self._free[0]) + self._service)
        return 200, waiting + self._service
