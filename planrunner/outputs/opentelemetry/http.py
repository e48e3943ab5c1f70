"""OTLP over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from planrunner.outputs.opentelemetry.answers import look_at
from planrunner.outputs.post import Credentials, Poster, complain


class Exporter:
    """Posts to one collector."""

    def __init__(self, url: str, headers: Mapping[str, str], credentials: Credentials) -> None:
        """Read the PEM files; OSError when they cannot be read or do not fit together."""
        self._poster = Poster(url, {**headers, "Content-Type": "application/x-protobuf"}, credentials)

    async def send(self, data: bytes) -> None:
        """Export; raises what a `Sender` understands."""
        answer = await self._poster.post(data)
        complain(answer)
        look_at(answer.body)

    def close(self) -> None:
        """End the connection."""
        self._poster.close()
