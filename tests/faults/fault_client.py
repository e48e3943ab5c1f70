"""Requests to the fault server, and what has to be true of every reply."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from fault_table import Row

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.terms import BODY_LIMIT, HOW, How, Terms, Tls

PATIENCE = Terms(timeout=10.0)


@dataclass(frozen=True, slots=True)
class Ends:
    """The TLS settings of both ends, if any."""

    server: ssl.SSLContext | None = None
    client: How = HOW


def encrypted(folder: Path) -> Ends:
    """Make the settings of both ends; the folder gets a file that makes the client trust the server."""
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return Ends(server, How(tls=Tls(ca=str(folder / "ca.pem"))))


def terms_of(row: Row) -> Terms:
    return Terms(timeout=row.timeout, max_body=row.max_body or BODY_LIMIT, head_only=row.method == "HEAD")


def request(path: str, method: str = "GET", upload: int = 0) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {upload}\r\n\r\n"
    return head.encode() + b"u" * upload


def outcome(reply: Reply) -> tuple[int, int, bytes]:
    """Say what came of a request, once all that has to be true of any reply has been seen to be."""
    timings, code = reply.timings, reply.error_code
    assert all(timing >= 0 for timing in timings), timings
    assert bool(timings) == (reply.status > 0 or code in {1050, 1051, 1052, 1054})
    assert abs(sum(timings[4:7]) - reply.duration) < 1e-6
    assert reply.error == ("" if reply.status else fault(code).message)
    assert reply.protocol in ({"HTTP/1.0", "HTTP/1.1"} if reply.status else {""})
    return code, reply.status, reply.body


def expected(row: Row, *, kept: bool) -> tuple[int, int, bytes]:
    """Say what has to come of a row."""
    return (row.kept if kept and row.kept else row.code), row.status, row.body
