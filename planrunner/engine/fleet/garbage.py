"""Garbage: the collector must not pause a run to look at what lives as long as the run.

A full collection looks at everything: with 5,000 VUs that takes a tenth of a second, in which nothing is
sent and no answer is read. What the engine makes goes as soon as nobody refers to it any more, so there is
hardly anything to find.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from looking at what is there, and from looking by itself at what comes."""
    enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def sweep() -> None:
    """Collect all garbage, between two loads: nobody waits, and the first one is of no use any more."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def tidy() -> None:
    """Collect the garbage among what is new, once a second; that takes some milliseconds.

    What lives on is not looked at again: to do so would take longer the longer the run is.
    """
    gc.collect(0)
    gc.freeze()
