"""What a collector answers: it may have taken a part."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse

from planrunner.outputs.sender import PartlyError


def look_at(answer: bytes) -> None:
    """Raise PartlyError where points were refused."""
    made = ExportMetricsServiceResponse()
    try:
        made.ParseFromString(answer)
    except DecodeError:
        return  # some answer in words of their own, with a status that says all is well
    partial = made.partial_success
    if partial.rejected_data_points:
        told = f": {partial.error_message}" if partial.error_message else ""
        raise PartlyError(
            f"{partial.rejected_data_points} points were refused{told}", partial.rejected_data_points
        )
