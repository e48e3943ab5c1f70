"""How many requests a second one core makes, side by side with peers."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from benchmarks.case import Case, Figure, Stage, loaded, share
from benchmarks.load import Body, Load

ALL = ("wrk", "hey", "oha", "vegeta", "k6", "locust")
TARGETS = {"wrk": (0.35, 0.5), "hey": (1.5, 2.2), "locust": (8.0, 12.0)}
"""Of the requests that a peer makes: at least, and aim. wrk and hey check nothing."""


class Row(Struct, frozen=True):
    """One case; planrunner and the peers take turns."""

    name: str
    title: str
    vus: int = 50
    checks: bool = False
    body: Body = "none"
    tls: bool = False
    peers: tuple[str, ...] = ("wrk", "hey")
    judged: bool = False  # whether TARGETS hold for it


ROWS = (
    Row("get-1", "GET, 1 VU, no checks", vus=1),
    Row("get-50", "GET, 50 VUs, no checks"),
    Row("checks-50", "GET, 50 VUs, status and JSON field checked", checks=True, peers=ALL, judged=True),
    Row("checks-500", "GET, 500 VUs, status and JSON field checked", vus=500, checks=True),
    Row("checks-5000", "GET, 5,000 VUs, status and JSON field checked", vus=5000, checks=True),
    Row("post-50", "POST of a constant JSON body, 50 VUs, checked", checks=True, body="constant"),
    Row("tls-50", "GET over TLS, 50 VUs, checked", checks=True, tls=True),
)


def case(row: Row) -> Case:
    """Make the case of a row: planrunner's requests as a share of each peer's."""
    sides = {name: loaded(name, load_of(row)) for name in (*row.peers, "planrunner")}
    figures = []
    for peer in row.peers:
        least, aim = TARGETS.get(peer, (None, None)) if row.judged else (None, None)
        figures.append(Figure(f"requests/s, of {peer}", share("planrunner", peer), "times", least, aim))
    return Case(row.name, row.title, sides, tuple(figures), connections=row.vus)


def load_of(row: Row) -> Callable[[Stage], Load]:
    """Make what writes the load of a row."""

    def load(stage: Stage) -> Load:
        url = stage.served.tls_url if row.tls else stage.served.url
        return Load(url, stage.folder, vus=row.vus, seconds=stage.seconds, checks=row.checks, body=row.body)

    return load


GET, POST = "planrunner, constant GET", "planrunner"

CONSTANT_GET = Row("", "", checks=True)
RENDERED_POST = Row("", "", checks=True, body="row")

RENDERED = Case(
    "post-row-50",
    "POST whose JSON body takes a data row and a variable, 50 VUs, checked",
    {
        GET: loaded("planrunner", load_of(CONSTANT_GET)),
        "k6": loaded("k6", load_of(RENDERED_POST)),
        "locust": loaded("locust", load_of(RENDERED_POST)),
        POST: loaded("planrunner", load_of(RENDERED_POST)),
    },
    (
        Figure("requests/s, of planrunner's constant GET", share(POST, GET), "times", 0.6, 0.8),
        Figure("requests/s, of k6", share(POST, "k6"), "times"),
        Figure("requests/s, of locust", share(POST, "locust"), "times"),
    ),
)

THROUGHPUT = (*map(case, ROWS), RENDERED)
