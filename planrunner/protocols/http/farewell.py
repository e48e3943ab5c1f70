"""Closing a connection without waiting for the other side to agree."""

from __future__ import annotations

import asyncio


def part(transport: asyncio.Transport) -> None:
    """Close a transport that is open; what was written still goes out.

    TLS says farewell and goes, as in Go: the event loops would wait half a minute for the target's farewell,
    and uvloop could not be closed while they do.
    """
    encrypted = transport.get_extra_info("ssl_object") is not None
    transport.close()
    if encrypted:
        asyncio.get_running_loop().call_soon(_leave, transport)


def _leave(transport: asyncio.Transport) -> None:
    if not transport.get_write_buffer_size():
        transport.abort()
