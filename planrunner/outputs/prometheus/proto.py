"""The messages of remote write 1.0, as classes of Google's library, which are made when they are needed.

A table instead of generated code: that works with one version of the library alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE: Final = "planrunner.prometheus"

Field = tuple[str, int, str]  # its name, number and type; a type that ends with * is that of a list

MESSAGES: Final[dict[str, tuple[Field, ...]]] = {
    "Label": (("name", 1, "string"), ("value", 2, "string")),
    "Sample": (("value", 1, "double"), ("timestamp", 2, "int64")),
    "BucketSpan": (("offset", 1, "sint32"), ("length", 2, "uint32")),
    "Histogram": (
        ("count_int", 1, "uint64"),
        ("sum", 3, "double"),
        ("schema", 4, "sint32"),
        ("zero_threshold", 5, "double"),
        ("zero_count_int", 6, "uint64"),
        ("negative_spans", 8, "BucketSpan*"),
        ("negative_deltas", 9, "sint64*"),
        ("positive_spans", 11, "BucketSpan*"),
        ("positive_deltas", 12, "sint64*"),
        ("timestamp", 15, "int64"),
    ),
    "TimeSeries": (("labels", 1, "Label*"), ("samples", 2, "Sample*"), ("histograms", 4, "Histogram*")),
    "WriteRequest": (("timeseries", 1, "TimeSeries*"),),
}
"""What of prompb/remote.proto and prompb/types.proto is used, in an order in which each knows its parts.

Counts of histograms are one half of a `oneof` there, which is the same on the wire.
"""


def message(name: str) -> Any:
    """Return the class of a message."""
    return _classes()[name]


@cache
def _classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    file = descriptor_pb2.FileDescriptorProto(name="remote.proto", package=PACKAGE, syntax="proto3")
    for name, fields in MESSAGES.items():
        made = file.message_type.add(name=name)
        for field, number, kind in fields:
            made.field.append(_field(field, number, kind))
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in MESSAGES
    }


def _field(name: str, number: int, kind: str) -> descriptor_pb2.FieldDescriptorProto:
    types = descriptor_pb2.FieldDescriptorProto
    bare = kind.rstrip("*")
    many = types.LABEL_REPEATED if kind.endswith("*") else types.LABEL_OPTIONAL
    made = types(name=name, number=number, label=many)
    if bare in MESSAGES:
        made.type, made.type_name = types.TYPE_MESSAGE, f".{PACKAGE}.{bare}"
    else:
        made.type = types.Type.Value(f"TYPE_{bare.upper()}")
    return made
