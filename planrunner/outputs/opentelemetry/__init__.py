"""OpenTelemetry's protocol for metrics, OTLP, over gRPC or HTTP: https://opentelemetry.io/docs/specs/otlp/.

The SDK is not used: it would measure each sample once more. The messages are OpenTelemetry's own classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from planrunner.outputs.output import Output, View, address
from planrunner.outputs.pictures import Pictures
from planrunner.outputs.post import Credentials
from planrunner.outputs.sender import Sender

PATH = "/v1/metrics"  # where nothing else is said


def open(settings: Mapping[str, Any], view: View) -> Output:  # noqa: A001 (what each kind has)
    """Make the output."""
    from planrunner.outputs.opentelemetry.encode import Encoder  # noqa: PLC0415  (an extra, which few runs need)

    endpoint = settings["endpoint"]
    if endpoint.startswith("http") and urlsplit(endpoint).path in {"", "/"}:
        endpoint = endpoint.rstrip("/") + PATH
    encoder = Encoder(view.metrics, view.tags, settings)
    sender = _sender(endpoint, settings, view)
    return Pictures(("opentelemetry", address(endpoint)), settings["export_interval"], encoder, sender, view)


def _sender(endpoint: str, settings: Mapping[str, Any], view: View) -> Sender:
    credentials = Credentials(*(settings[name] for name in ("cert", "key", "ca", "insecure")))
    if endpoint.startswith("grpc"):
        from planrunner.outputs.opentelemetry.grpc import Caller  # noqa: PLC0415

        caller = Caller(endpoint, settings["headers"], credentials)
        return Sender(caller.send, view.say, caller.close)
    from planrunner.outputs.opentelemetry.http import Exporter  # noqa: PLC0415

    exporter = Exporter(endpoint, settings["headers"], credentials)
    return Sender(exporter.send, view.say, exporter.close)
