"""How options of outputs are written in variables, ours and k6's."""

from collections.abc import Callable
from typing import Any

import pytest

from planrunner.outputs import readers


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (readers.k6_duration, "1000", 1.0),
        (readers.k6_duration, "1m30s", 90.0),
        (readers.k6_flag, "1", True),
        (readers.k6_flag, "F", False),
        (readers.k6_flag, True, True),
        (readers.statistics, "p(95), avg,p(95)", ("p(95)", "avg")),
        (readers.headers, "A:b:c", {"A": "b:c"}),
        (readers.text, 1.5, "1.5"),
        (readers.k6_pairs, "api-key=a%20b,X=1", {"api-key": "a b", "X": "1"}),
        (readers.endpoint, "grpcs://[::1]:4317", "grpcs://[::1]:4317"),
        (readers.endpoint, "https://h/own", "https://h/own"),
        (readers.histogram, "exponential", "exponential"),
    ],
)
def test_what_is_meant(read: Callable[[object], Any], text: object, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (readers.duration, "5", "a duration needs a unit"),
        (readers.k6_flag, "maybe", "write true or false"),
        (readers.statistics, "", "is no statistic"),
        (readers.statistics, 7, r"write statistics like 'p\(95\),p\(99\),avg'"),
        (readers.headers, "novalue", "write headers like"),
        (readers.headers, "a b:c", "write headers like"),
        (readers.url, "ftp://h", "write a URL like"),
        (readers.k6_pairs, "a:b", "write headers like 'api-key=abc,X-More=1'"),
        (readers.endpoint, "localhost:4317", "write an endpoint like"),
        (readers.endpoint, "grpc://h/path", "write an endpoint like"),
        (readers.endpoint, "grpc://[h", "write an endpoint like"),
        (readers.endpoint, "http://", "write a URL like"),
        (readers.histogram, "exponential ", "write explicit or exponential"),
        (readers.histogram, "native", "write explicit or exponential"),
        (readers.tls_version, "1.0", "write 1.2 or 1.3"),
    ],
)
def test_what_is_wrong(read: Callable[[object], Any], text: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(text)
