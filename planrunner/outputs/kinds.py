"""The kinds of outputs, and what can be said of each, in the plan or in the environment: a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner import __version__
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
    k6_of: Callable[[Mapping[str, str]], str] | None = None  # where k6 has several variables for it
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
    lacking: Mapping[str, str] = {}  # variables of k6's that mean nothing here, and what to do
    samples: bool = False  # every single one is written, by the process that made it


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


def k6_endpoint(environ: Mapping[str, str]) -> str:
    """Put together what k6's variables say of the endpoint; empty where they say nothing."""
    begin = "K6_OTEL_"
    said = {
        name.removeprefix(begin): text for name, text in environ.items() if name.startswith(begin) and text
    }
    grpc = said.get("EXPORTER_PROTOCOL", "grpc") == "grpc"
    names = [f"{'GRPC' if grpc else 'HTTP'}_EXPORTER_{part}" for part in ("ENDPOINT", "INSECURE", "URL_PATH")]
    if not said.keys() & {"EXPORTER_PROTOCOL", *names}:
        return ""
    host, plain, path = (said.get(name, "") for name in names)
    secure = "" if plain.lower() in {"1", "t", "true"} else "s"
    if grpc:
        return f"grpc{secure}://{host or 'localhost:4317'}"
    if said["EXPORTER_PROTOCOL"] != "http/protobuf":
        return said["EXPORTER_PROTOCOL"]  # which is none, and will be told
    return f"http{secure}://{host or 'localhost:4318'}{path or '/v1/metrics'}"


OPENTELEMETRY = (
    Option("endpoint", readers.endpoint, "grpc://localhost:4317", ("K6_OTEL_*",), k6_of=k6_endpoint),
    Option("headers", readers.headers, {}, ("K6_OTEL_HEADERS",), readers.k6_pairs),
    Option("export_interval", readers.duration, 10.0, ("K6_OTEL_EXPORT_INTERVAL",), readers.k6_duration),
    Option("service_name", readers.text, "k6", ("K6_OTEL_SERVICE_NAME", "OTEL_SERVICE_NAME")),
    Option("service_version", readers.text, __version__, ("K6_OTEL_SERVICE_VERSION",)),
    Option("metric_prefix", readers.text, "", ("K6_OTEL_METRIC_PREFIX",)),
    Option("single_counter_for_rate", readers.k6_flag, usual=True, k6=("K6_OTEL_SINGLE_COUNTER_FOR_RATE",)),
    Option("histogram", readers.histogram, "explicit"),
    Option("cert", readers.text, "", ("K6_OTEL_TLS_CLIENT_CERTIFICATE",)),
    Option("key", readers.text, "", ("K6_OTEL_TLS_CLIENT_KEY",)),
    Option("ca", readers.text, "", ("K6_OTEL_TLS_CERTIFICATE",)),
    Option("insecure", readers.k6_flag, usual=False, k6=("K6_OTEL_TLS_INSECURE_SKIP_VERIFY",)),
)

JSON = (Option("file", readers.file, "samples.json"),)

CSV = (
    Option("file", readers.file, "file.csv", ("K6_CSV_FILENAME",)),
    Option("time_format", readers.time_format, "unix", ("K6_CSV_TIME_FORMAT",)),
)

INFLUXDB = (
    Option("url", readers.database_url, "http://localhost:8086", ("K6_INFLUXDB_ADDR",)),
    Option("database", readers.text, "k6", ("K6_INFLUXDB_DB",)),
    Option("username", readers.text, None, ("K6_INFLUXDB_USERNAME",)),
    Option("password", readers.text, "", ("K6_INFLUXDB_PASSWORD",), secret=True),
    Option("retention", readers.text, "", ("K6_INFLUXDB_RETENTION",)),
    Option("consistency", readers.text, "", ("K6_INFLUXDB_CONSISTENCY",)),
    Option("organization", readers.text, "", ("K6_INFLUXDB_ORGANIZATION",)),
    Option("bucket", readers.text, "", ("K6_INFLUXDB_BUCKET",)),
    Option("token", readers.text, "", ("K6_INFLUXDB_TOKEN",), secret=True),
    Option("push_interval", readers.duration, 1.0, ("K6_INFLUXDB_PUSH_INTERVAL",), readers.k6_duration),
    Option("concurrent_writes", readers.writers, 4, ("K6_INFLUXDB_CONCURRENT_WRITES",)),
    Option("tags_as_fields", readers.fields, readers.FIELDS, ("K6_INFLUXDB_TAGS_AS_FIELDS",)),
    Option("ca", readers.text, ""),
    Option("insecure", readers.k6_flag, usual=False, k6=("K6_INFLUXDB_INSECURE",)),
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
        dict.fromkeys(
            ("K6_PROMETHEUS_RW_SIGV4_REGION", "K6_PROMETHEUS_RW_SIGV4_ACCESS_KEY"),
            "requests are not signed for AWS: put a collector in between that does it",
        ),
    ),
    "opentelemetry": Kind(
        "planrunner.outputs.opentelemetry",
        OPENTELEMETRY,
        "endpoint",
        ("experimental-opentelemetry", "otel"),
        "otel",
        ("grpc", "opentelemetry.proto.collector.metrics.v1"),
    ),
    "influxdb": Kind(
        "planrunner.outputs.influxdb",
        INFLUXDB,
        "url",
        ("xk6-influxdb",),
        lacking={
            "K6_INFLUXDB_PRECISION": "times are sent to the nanosecond, or points would replace each other",
            "K6_INFLUXDB_PROXY": "the database is asked without a proxy",
            "K6_INFLUXDB_PAYLOAD_SIZE": "there is no UDP; requests have 5,000 samples at most",
        },
        samples=True,
    ),
    "json": Kind("planrunner.outputs.samples.json_lines", JSON, "file", samples=True),
    "csv": Kind("planrunner.outputs.samples.csv_rows", CSV, "file", samples=True),
}
"""Each kind by our name for it."""


def kind_called(name: str) -> str:
    """Return our name of a kind, be it given by k6's; empty where there is none."""
    return next((ours for ours, kind in OUTPUTS.items() if name in {ours, *kind.aliases}), "")
