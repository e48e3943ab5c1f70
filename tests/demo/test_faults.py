import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from planrunner.demo.faults import DELAYS, Spacing, troubled


@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, 0.29, 0.5, 0.7, 1.0])
def test_the_share_of_hits_is_exact(share: float) -> None:
    spacing = Spacing(share)
    assert sum(spacing.hit() for _ in range(100)) == round(share * 100)


def test_hits_are_evenly_spread() -> None:
    spacing = Spacing(0.25)
    assert [n for n in range(1, 17) if spacing.hit()] == [4, 8, 12, 16]


def test_the_delays_are_one_mean_long_on_average() -> None:
    assert sum(DELAYS) / len(DELAYS) == pytest.approx(1.0)


def statuses(paths: list[str], error_rate: float, kind: str = "http") -> list[int]:
    sent: list[int] = []

    async def fine(_scope: Scope, _receive: Receive, _send: Send) -> None:
        sent.append(200)

    async def send(message: Message) -> None:
        if "status" in message:
            sent.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def main() -> None:
        app = troubled(fine, 0.0, error_rate, frozenset(("pizza", "quotes")))
        for path in paths:
            await app({"type": kind, "path": path}, receive, send)

    asyncio.run(main())
    return sent


def test_each_area_gets_its_own_share_of_errors() -> None:
    found = statuses(["/api/pizza", "/api/quotes"] * 4, 0.5)
    assert found == [200, 200, 503, 503] * 2


def test_unknown_areas_share_one_row() -> None:
    assert statuses(["/api/a", "/api/b", "/api/c", "/api/d"], 0.5) == [200, 503, 200, 503]


@pytest.mark.parametrize(
    "path", ["/", "/ready", "/api", "/api/slow", "/api/fail", "/api/status/200", "/api/echo"]
)
def test_the_page_and_the_probes_are_never_troubled(path: str) -> None:
    assert statuses([path] * 3, 1.0) == [200, 200, 200]


def test_only_http_is_troubled() -> None:
    assert statuses(["/api/pizza"], 1.0, kind="websocket") == [200]
