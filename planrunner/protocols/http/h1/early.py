"""Answers that come while a large request is still being sent: they must not be lost with the connection.

A target that refuses an upload answers, closes, and thereby resets, since it has not read all of it. The next
write fails then, and the event loops give up a connection whose write fails, though the answer has arrived.
"""

from __future__ import annotations

import asyncio
import os
import select
from contextlib import suppress

MOST = 64 * 1024  # bytes of an answer that are still taken from a connection that broke


def answered(transport: asyncio.Transport) -> bool:
    """Whether there is something to read, so that it is read before more is written."""
    found = descriptor(transport)
    if found < 0 or not hasattr(select, "poll"):  # Windows
        return False
    poll = select.poll()
    poll.register(found, select.POLLIN)
    return bool(poll.poll(0))


def last_words(transport: asyncio.Transport) -> bytes:
    """Return what has arrived on a connection that broke and nobody read; over TLS nobody can."""
    found, words = descriptor(transport), b""
    if found >= 0 and transport.get_extra_info("ssl_object") is None:
        with suppress(OSError):
            while len(words) < MOST and (piece := os.read(found, MOST)):
                words += piece
    return words


def descriptor(transport: asyncio.Transport) -> int:
    """Return the file descriptor of a transport's socket; -1 where there is none, or no more."""
    found = transport.get_extra_info("socket")
    return found.fileno() if found is not None else -1
