"""Work that takes long for a loop that makes a load: done in pieces, between which others run."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import TypeVar, cast

from planrunner.metrics.tally import at_once

PAUSE = 0.005  # seconds in which a busy loop makes up for a piece of work of some tenths of a millisecond

T = TypeVar("T")


async def in_pieces(pieces: Generator[None, None, T]) -> T:
    """Do what is done in pieces, and let others run between them; who is cancelled does the rest at once."""
    while True:
        try:
            next(pieces)
        except StopIteration as done:
            return cast("T", done.value)
        try:
            await asyncio.sleep(PAUSE)
        except asyncio.CancelledError:
            at_once(pieces)
            raise
