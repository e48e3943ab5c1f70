"""What the tests of plans share: one shop for all of them, and the names that change it taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planrunner.demo.start import start
from plans.running_plans import Bench


@pytest.fixture(scope="session")
def shop() -> Iterator[str]:
    with start() as url:
        yield url


@pytest.fixture
def bench(shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in (
        "BASE_URL",
        "MY_ENV_VAR",
        "SHOP_PASSWORD",
        "BLOG_PASSWORD",
        "K6_BASE_URL",
        "K6_FRONTEND_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    return Bench(shop, tmp_path)
