"""The kinds of outputs, and what can be said of each, in the plan or in the environment: a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner.outputs import readers

Read: TypeAlias = Callable[[object], Any]
"""From the text of a variable or a value of the plan to what is meant; ValueError says how it is written."""


class Option(Struct, frozen=True):
    """Something that can be said of an output; in a plan it is called by its name.

    In the environment it is PLANRUNNER_, the kind and the name in capitals, or else what k6 calls it.
    """

    name: str
    read: Read
    usual: Any = None
    k6: tuple[str, ...] = ()  # variables of k6's; the first that is set counts
    read_k6: Read | None = None  # where k6 writes it differently
    secret: bool = False


class Kind(Struct, frozen=True):
    """A kind of output."""

    module: str  # whose `open` makes it
    options: tuple[Option, ...]
    argument: str  # the option that `--out KIND=ARG` gives
    aliases: tuple[str, ...] = ()  # what k6 calls it
    extra: str = ""  # of the package, that it needs
    needs: tuple[str, ...] = ()  # modules that the extra brings
    headers: str = ""  # how variables begin that k6 gives a header each


PROMETHEUS = (
    Option("url", readers.url, "http://localhost:9090/api/v1/write", ("K6_PROMETHEUS_RW_SERVER_URL",)),
    Option("username", readers.text, None, ("K6_PROMETHEUS_RW_USERNAME",)),
    Option("password", readers.text, "", ("K6_PROMETHEUS_RW_PASSWORD",), secret=True),
    Option("bearer_token", readers.text, "", ("K6_PROMETHEUS_RW_BEARER_TOKEN",), secret=True),
    Option("headers", readers.headers, {}, ("K6_PROMETHEUS_RW_HTTP_HEADERS",)),
    Option("push_interval", readers.duration, 5.0, ("K6_PROMETHEUS_RW_PUSH_INTERVAL",), readers.k6_duration),
    Option("trend_stats", readers.statistics, ("p(99)",), ("K6_PROMETHEUS_RW_TREND_STATS",)),
    Option(
        "native_histograms",
        readers.k6_flag,
        usual=False,
        k6=("K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM",),
    ),
    Option("stale_markers", readers.k6_flag, usual=False, k6=("K6_PROMETHEUS_RW_STALE_MARKERS",)),
    Option("cert", readers.text, "", ("K6_PROMETHEUS_RW_CLIENT_CERTIFICATE",)),
    Option("key", readers.text, "", ("K6_PROMETHEUS_RW_CLIENT_CERTIFICATE_KEY",)),
    Option("ca", readers.text, ""),
    Option(
        "insecure",
        readers.k6_flag,
        usual=False,
        k6=("K6_PROMETHEUS_RW_INSECURE_SKIP_TLS_VERIFY",),
    ),
    Option(
        "min_tls",
        readers.tls_version,
        "1.3",
        ("K6_PROMETHEUS_RW_TLS_MINIMUM_VERSION", "K6_PROMETHEUS_RW_TLS_MIN_VERSION"),  # code and docs differ
    ),
)

OUTPUTS: Mapping[str, Kind] = {
    "prometheus": Kind(
        "planrunner.outputs.prometheus",
        PROMETHEUS,
        "url",
        ("experimental-prometheus-rw", "xk6-prometheus-rw"),
        "prometheus",
        ("cramjam", "google.protobuf"),
        "K6_PROMETHEUS_RW_HEADERS_",
    ),
}
"""Each kind by our name for it."""


def kind_called(name: str) -> str:
    """Return our name of a kind, be it given by k6's; empty where there is none."""
    return next((ours for ours, kind in OUTPUTS.items() if name in {ours, *kind.aliases}), "")
