"""Runs against a server that keeps a log, and what the run and the log say of the same requests."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from certificates import Authority
from nginx import USUAL, Asked, Nginx, Offer, running
from whole_runs import Ended

PROTOCOLS = ("HTTP/1.1", "HTTP/2.0")
STATUSES = (200, 201, 204, 302, 307, 401, 404, 413, 500)

WAYS = {  # from how a server is spoken to, to whether over TLS, and what is spoken
    "HTTP/1.1": (False, "HTTP/1.1"),
    "HTTP/1.1 over TLS": (True, "HTTP/1.1"),
    "HTTP/2": (False, "HTTP/2.0"),
    "HTTP/2 over TLS": (True, "HTTP/2.0"),
}
HTTP2 = ("HTTP/2", "HTTP/2 over TLS")


@contextmanager
def served(folder: Path, way: str, offer: Offer = USUAL) -> Iterator[Nginx]:
    """Run nginx so that it is spoken to in a way."""
    tls, protocol = WAYS[way]
    prefix = folder / "nginx"
    prefix.mkdir()
    ca_file = certificate = None
    if tls:
        authority = Authority(folder)
        ca_file, certificate = authority.file, authority.certificate(folder)
    with running(prefix, ca_file, certificate, offer=replace(offer, http2=protocol == "HTTP/2.0")) as server:
        yield server


def plan(
    server: Nginx, steps: str, load: str = "vus: 3, iterations: 30", http: str = "", more: str = ""
) -> str:
    """Write a plan that trusts the server, speaks HTTP/2 where it does, and counts by status and protocol."""
    how = f"tls: {{ca: {server.ca_file}}}, " if server.ca_file else ""
    if server.offer.http2 and not server.ca_file and "http2:" not in http:
        how += "http2: always, "
    counts = "\n".join(
        f"  http_reqs{{status:{status}, proto:{protocol}}}: count >= 0"
        for status in STATUSES
        for protocol in PROTOCOLS
    )
    return (
        f"name: Served\ntarget: {server.url}\nload: {{{load}}}\nhttp: {{{how}{http}}}\n{more}\n"
        f"steps:\n{steps}\nthresholds:\n  http_req_failed: rate >= 0%\n{counts}\n"
    )


def counted(ended: Ended) -> Counter[tuple[int, str]]:
    """Return how many requests the run counted, by status and protocol."""
    found: Counter[tuple[int, str]] = Counter()
    for threshold in ended.result.thresholds:
        match = re.fullmatch(r"http_reqs\{status:(\d+), ?proto:(.+)\}", threshold.metric)
        if match:
            found[int(match[1]), match[2]] += int(threshold.measured or 0)
    return +found


def logged(asked: list[Asked]) -> Counter[tuple[int, str]]:
    """Return how many requests the server counted, by status and protocol."""
    return Counter((one.status, one.protocol) for one in asked)


def agreed(ended: Ended, server: Nginx) -> list[Asked]:
    """Return what the server was asked, of which the run says the same."""
    asked = server.asked()
    told, known = counted(ended), logged(asked)
    assert told == known, (told, known)
    assert ended.value("http_reqs", "count") == len(asked)
    return asked


def passed(ended: Ended, server: Nginx) -> list[Asked]:
    """Return what the server was asked in a run of which nothing failed."""
    assert ended.code == 0, ended.stderr
    assert ended.errors == []
    asked = agreed(ended, server)
    assert ended.value("http_req_failed", "passes") == ended.value("checks", "fails") == 0
    assert ended.value("http_req_duration", "count") == len(asked)
    return asked
