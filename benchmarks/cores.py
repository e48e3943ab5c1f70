"""Cores: one for the server and another for the load generator, so that none takes time from the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """The numbers of two different cores; None where there are none, or where a process cannot be pinned."""

    server: int | None = None
    client: int | None = None

    @classmethod
    def of_this_process(cls) -> Cores:
        """Choose among the cores that this process may use."""
        if sys.platform != "linux":
            return cls()
        usable = sorted(os.sched_getaffinity(0))
        return cls(usable[0], usable[-1]) if len(usable) > 1 else cls()


@contextmanager
def on(core: int | None) -> Iterator[None]:
    """Let what is started inside run on one core alone.

    A child inherits the cores of its parent: pinned from outside it may have started threads before.
    """
    if core is None or sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
