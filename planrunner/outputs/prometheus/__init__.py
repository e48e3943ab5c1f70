"""Prometheus' remote write 1.0, with k6's names: https://prometheus.io/docs/specs/prw/remote_write_spec/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planrunner.outputs.output import Output, View, address
from planrunner.outputs.pictures import Pictures
from planrunner.outputs.post import Credentials, Poster, basic
from planrunner.outputs.sender import Sender

PROTOCOL = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}


def open(settings: Mapping[str, Any], view: View) -> Output:  # noqa: A001 (what each kind has)
    """Make the output."""
    from planrunner.outputs.prometheus.encode import Encoder  # noqa: PLC0415  (an extra, which few runs need)

    tls = Credentials(*(settings[name] for name in ("cert", "key", "ca", "insecure", "min_tls")))
    poster = Poster(settings["url"], headers(settings), tls)
    encoder = Encoder(
        view.metrics,
        view.tags,
        settings["trend_stats"],
        histograms=settings["native_histograms"],
        stale=settings["stale_markers"],
    )
    called = "prometheus", address(settings["url"])
    sender = Sender(poster.send, view.say, poster.close)
    return Pictures(called, settings["push_interval"], encoder, sender, view)


def headers(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands above each request, who asks included."""
    found = dict(settings["headers"])
    if settings["username"] is not None:
        found["Authorization"] = basic(settings["username"], settings["password"])
    if settings["bearer_token"]:
        found["Authorization"] = f"Bearer {settings['bearer_token']}"
    return {**found, **PROTOCOL}
