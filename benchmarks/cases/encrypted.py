"""What encryption, HTTP/2 and new connections cost."""

from __future__ import annotations

from benchmarks.case import Case, Figure, Side, Stage, loaded, share
from benchmarks.load import Load

PLAIN, TLS, HTTP2 = "planrunner, HTTP/1.1", "planrunner, HTTP/1.1 over TLS", "planrunner, HTTP/2"
ONE, MANY = "planrunner", "planrunner, 50 VUs"


def http2(stage: Stage) -> Load:
    return Load(stage.served.http2_url, stage.folder, seconds=stage.seconds, checks=True, http2=True)


def kept(stage: Stage) -> Load:
    return Load(stage.served.tls_url, stage.folder, seconds=stage.seconds, checks=True)


def plain(stage: Stage) -> Load:
    return Load(stage.served.url, stage.folder, seconds=stage.seconds, checks=True)


def fresh(vus: int) -> Side:
    """Make a new connection for each request."""
    return loaded(
        "planrunner",
        lambda stage: Load(stage.served.tls_url, stage.folder, vus=vus, seconds=stage.seconds, fresh=True),
    )


KEPT = Case(
    "https-50",
    "GET over TLS against GET without, and over HTTP/2, 50 VUs, checked",
    {
        PLAIN: loaded("planrunner", plain),
        TLS: loaded("planrunner", kept),
        HTTP2: loaded("planrunner", http2),
        "h2load": loaded("h2load", http2),
    },
    (
        Figure("HTTPS requests/s, of HTTP", share(TLS, PLAIN), "times", 0.6),
        Figure("HTTP/2 requests/s, of HTTP/1.1 over TLS", share(HTTP2, TLS), "times", 0.6, 0.8),
        Figure("HTTP/2 requests/s, of h2load (nothing checked)", share(HTTP2, "h2load"), "times"),
    ),
)

FRESH = Case(
    "handshakes",
    "a new TLS connection for each GET",
    {
        "openssl": loaded(
            "openssl",
            lambda stage: Load(stage.served.tls_url, stage.folder, vus=1, seconds=stage.seconds, fresh=True),
        ),
        ONE: fresh(1),
        MANY: fresh(50),
    },
    (
        Figure("connections/s, 1 VU, of openssl s_time", share(ONE, "openssl"), "times"),
        Figure("connections/s, 50 VUs, of openssl s_time", share(MANY, "openssl"), "times"),
    ),
)

ENCRYPTED = (KEPT, FRESH)
