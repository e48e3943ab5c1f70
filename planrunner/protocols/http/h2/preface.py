"""What we say first on a connection, and what we take there."""

from __future__ import annotations

from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.terms import HEAD_LIMIT

STREAM_WINDOW = 16 * 1024 * 1024  # bytes of an answer under way; of all together, the most there is

GREETING = b"".join(
    (
        frames.PREFACE,
        frames.settings(
            {
                frames.ENABLE_PUSH: 0,
                frames.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
                frames.MAX_HEADER_LIST_SIZE: HEAD_LIMIT,
            }
        ),
        frames.window_update(0, frames.LARGEST_WINDOW - frames.WINDOW),
    )
)
