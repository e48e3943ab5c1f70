"""OTLP over gRPC; its threads work beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import grpc

from planrunner.errors import SetupError
from planrunner.outputs.opentelemetry.answers import look_at
from planrunner.outputs.post import Credentials
from planrunner.outputs.sender import LIMITS, RefusedError, UnreachableError

EXPORT: Final = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"

LATER: Final = frozenset(
    {
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DATA_LOSS,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNAVAILABLE,
    }
)
"""Codes after which the same may be tried again (OpenTelemetry's protocol, OTLP/gRPC Response)."""

OPTIONS: Final = (("grpc.enable_http_proxy", 0), ("grpc.max_reconnect_backoff_ms", 8_000))


class Caller:
    """Calls one collector."""

    def __init__(self, endpoint: str, headers: Mapping[str, str], credentials: Credentials) -> None:
        """Read the PEM files; OSError when they cannot be read, SetupError for what gRPC cannot do."""
        parts = urlsplit(endpoint)
        address = parts.netloc if parts.port else f"{parts.netloc}:4317"
        if parts.scheme == "grpc":
            self._channel = grpc.insecure_channel(address, OPTIONS)
        else:
            self._channel = grpc.secure_channel(address, _credentials(credentials), OPTIONS)
        self._export: Any = self._channel.unary_unary(EXPORT, None, None)  # bytes go in and come out
        self._metadata = tuple((name.lower(), value) for name, value in headers.items())

    async def send(self, data: bytes) -> None:
        """Export; raises what a `Sender` understands."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not over.done():
                over.set_result(None)

        call = self._export.future(data, timeout=LIMITS.attempt, metadata=self._metadata)
        call.add_done_callback(lambda _: soon(loop, settle))
        try:
            await over
        except asyncio.CancelledError:
            call.cancel()
            raise
        if call.code() is grpc.StatusCode.OK:
            look_at(call.result())
            return
        told = f"{call.code().name}: {call.details()}"
        raise UnreachableError(told) if call.code() in LATER else RefusedError(told)

    def close(self) -> None:
        """End the connection."""
        self._channel.close()


def soon(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    """Have a loop do something, from another thread, unless it is over."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(act)


def _credentials(given: Credentials) -> grpc.ChannelCredentials:
    if given.insecure:
        raise SetupError("gRPC checks every certificate: name their authority with `ca`, or use https")
    authority = Path(given.ca).read_bytes() if given.ca else None
    chain = Path(given.cert).read_bytes() if given.cert else None
    key = Path(given.key or given.cert).read_bytes() if given.cert else None
    return grpc.ssl_channel_credentials(authority, key, chain)
