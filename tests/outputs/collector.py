"""An OTLP collector for tests: metrics over gRPC and HTTP, decoded with OpenTelemetry's classes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import (
    MetricsServiceServicer,
    add_MetricsServiceServicer_to_server,
)

Series = dict[tuple[str, tuple[tuple[str, str], ...]], Any]


@dataclass
class Collector(MetricsServiceServicer):
    """What came, and how it answers."""

    requests: list[ExportMetricsServiceRequest] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refuses: int = 0  # points of each request
    code: grpc.StatusCode | None = None  # instead of an answer

    def Export(self, request: ExportMetricsServiceRequest, context: Any) -> ExportMetricsServiceResponse:  # noqa: N802
        if self.code:
            context.abort(self.code, "no such luck")
        return self.take(request, {name: str(value) for name, value in context.invocation_metadata()})

    def take(
        self, request: ExportMetricsServiceRequest, headers: dict[str, str]
    ) -> ExportMetricsServiceResponse:
        self.requests.append(request)
        self.headers.append(headers)
        answer = ExportMetricsServiceResponse()
        if self.refuses:
            answer.partial_success.rejected_data_points = self.refuses
            answer.partial_success.error_message = "too old"
        return answer

    def newest(self) -> Series:
        """Return the newest point of each series, by name and attributes."""
        found: Series = {}
        for request in self.requests:
            for metric in request.resource_metrics[0].scope_metrics[0].metrics:
                for point in getattr(metric, metric.WhichOneof("data") or "").data_points:
                    tags = tuple((one.key, one.value.string_value) for one in point.attributes)
                    found[metric.name, tags] = point
        return found

    def metrics(self) -> dict[str, Any]:
        """Return the newest of each metric, by name."""
        return {
            metric.name: metric
            for request in self.requests
            for metric in request.resource_metrics[0].scope_metrics[0].metrics
        }


@contextmanager
def over_grpc(collector: Collector, credentials: grpc.ServerCredentials | None = None) -> Iterator[str]:
    """Serve gRPC; gives the endpoint."""
    server = grpc.server(ThreadPoolExecutor(2))
    add_MetricsServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
    if credentials:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@contextmanager
def over_http(collector: Collector) -> Iterator[str]:
    """Serve HTTP; gives host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = ExportMetricsServiceRequest()
            request.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {"path": self.path, **dict(self.headers.items())}
            answer = collector.take(request, headers).SerializeToString()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
