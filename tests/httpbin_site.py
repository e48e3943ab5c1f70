"""httpbin for hypercorn, which begins an answer with the first part of its body: so each has one."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from httpbin.core import app as httpbin


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Serve a request."""
    return chain(httpbin(environ, start_response), [b""])
