"""What ends a request that has no answer, and which code says so."""

from __future__ import annotations

from planrunner.protocols.http.faults import (
    BROKEN_PIPE,
    CLOSED,
    CLOSED_KEPT,
    IDLE,
    NO_FIRST_BYTE,
    RESET,
    RESET_IN_BODY,
    RESET_IN_HEAD,
    SENDING_TIMEOUT,
    TIMEOUT,
    TLS,
    TLS_BROKEN,
    code_of,
)
from planrunner.protocols.http.h1.reader import Reader


def closed(reader: Reader | None, *, kept: bool, stalled: bool) -> int:
    """Return the code of a connection that the target has closed, 0 if that completes the answer.

    `reader` is None where nothing of an answer had come. `kept`: other requests went before on it; `stalled`:
    a part of the request had not left yet.
    """
    if reader is not None:
        return reader.finish()
    if stalled:
        return BROKEN_PIPE
    return CLOSED_KEPT if kept else CLOSED


def broken(error: Exception, reader: Reader | None, *, stalled: bool) -> int:
    """Return the code of a connection that broke, by how far the request had come."""
    code = code_of(error, CLOSED)
    if code not in {RESET, BROKEN_PIPE}:
        return TLS_BROKEN if code == TLS else code
    if reader is not None:
        return RESET_IN_BODY if reader.headed else RESET_IN_HEAD
    # Which of the two it is while we are sending is a matter of microseconds.
    return BROKEN_PIPE if stalled else code


def late(*, begun: bool, stalled: bool, phase: bool) -> int:
    """Return the code of what took too long; `phase`: the request as a whole had time left."""
    if stalled and not begun:
        return SENDING_TIMEOUT
    if not phase:
        return TIMEOUT
    return IDLE if begun else NO_FIRST_BYTE
