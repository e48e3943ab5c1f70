"""Runs that are killed at any moment: the journal gives a report with at most the last second missing."""

import asyncio
import random
import sys
from pathlib import Path

import pytest
from counting import Target, serving

from planrunner.engine.journal import replay

pytestmark = pytest.mark.slow

RUNS, AT_ONCE = 20, 10
RATE = 40  # requests a second of each run
MISSING = 2.0  # seconds: the one that was not over, and what a busy machine takes to begin the next one
LONGEST = 3.0  # seconds until a run is killed
PLAN = """
name: Killed
target: {url}
load: {{rate: {rate}/s, duration: 1m, max_vus: 50}}
steps:
  - get: /{number}
    checks: [{{status: 200}}]
thresholds:
  http_req_failed: rate == 0%
"""


def write(folder: Path, plan: str) -> None:
    folder.mkdir()
    (folder / "plan.yml").write_text(plan)


async def killed(folder: Path, target: Target, number: int, wait: float) -> tuple[int, int]:
    """Kill a run some time after its first request; returns how many were sent and how many are known."""
    write(folder, PLAN.format(url=target.url, rate=RATE, number=number))
    words = ("run", "plan.yml", "--quiet", "--report-dir", "reports")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "planrunner", *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(60):
        while f"/{number}" not in target.paths:  # noqa: ASYNC110 (what other processes do sets no event here)
            await asyncio.sleep(0.01)
    await asyncio.sleep(wait)
    process.kill()
    await process.wait()
    result = replay(folder / "reports" / "run.journal")
    assert result.stopped == "killed"
    known = result.value("http_reqs", "count") or 0
    assert known == (result.value("checks", "passes") or 0)
    return target.paths.count(f"/{number}"), int(known)


def test_a_run_that_is_killed_loses_no_more_than_its_last_second(tmp_path: Path) -> None:
    chance = random.Random(6)
    moments = [(number + chance.random()) * LONGEST / RUNS for number in range(RUNS)]
    chance.shuffle(moments)

    async def main() -> list[tuple[int, int]]:
        async with serving() as target:
            found: list[tuple[int, int]] = []
            for first in range(0, RUNS, AT_ONCE):
                coming = (
                    killed(tmp_path / str(number), target, number, moments[number])
                    for number in range(first, first + AT_ONCE)
                )
                found += await asyncio.gather(*coming)
            return found

    found = asyncio.run(main())
    assert [(sent, known) for sent, known in found if not sent - MISSING * RATE <= known <= sent] == []
    assert sum(known > 0 for _, known in found) > RUNS / 2
