"""Outputs beside a run: whatever becomes of them, the run goes on and comes to the same result."""

import asyncio
import dataclasses
from typing import Any, cast

import pytest
from running import Lab

from planrunner.engine.outlets import Outlets
from planrunner.engine.run import How
from planrunner.errors import SetupError
from planrunner.metrics.tally import Snapshot
from planrunner.outputs.choosing import Chosen
from planrunner.outputs.kinds import OUTPUTS
from planrunner.result import Output, Result

PLAN = """name: lab
target: http://h
variables: {token: {default: a-secret-token, secret: true}}
tags: {key: "${token}"}
load: {rate: 4/s, duration: 20s, max_vus: 10}
setup: [{get: /in}]
steps: [{get: /a, checks: [{status: 200}]}]
thresholds:
  http_req_duration: p(95) < 500ms
  http_req_failed: rate < 10%
"""
NOBODY = "http://ann:a-secret-token@127.0.0.1:1/write"


def answer(number: int) -> tuple[int, float]:
    return (500, 0.25) if number % 3 == 1 else (200, 0.125)


def prometheus(**changed: Any) -> Chosen:
    usual = {option.name: option.usual for option in OUTPUTS["prometheus"].options}
    return Chosen("prometheus", {**usual, "url": NOBODY, **changed})


def lab(*outputs: Chosen) -> Lab:
    return Lab(PLAN, answer, how=How(outputs=outputs))


def test_a_dead_backend_changes_nothing_but_what_is_said_of_it() -> None:
    with_it, without = lab(prometheus()), lab()
    result, plain = with_it.run(), without.run()
    assert with_it.sent == without.sent
    started, duration = plain.started, plain.duration
    assert dataclasses.replace(result, outputs=(), started=started, duration=duration) == plain
    (output,) = result.outputs
    assert (output.kind, output.address) == ("prometheus", "http://127.0.0.1:1/write")
    assert (output.sent, output.lost > 100) == (0, True)
    assert "refused" in output.error


def test_who_runs_the_plan_hears_once_that_a_backend_is_dead() -> None:
    run = lab(prometheus())
    run.run()
    (line,) = run.logs
    assert line.startswith("output prometheus: ")
    assert line.endswith("; the run goes on")


def test_what_cannot_begin_stops_the_run_before_its_first_request() -> None:
    run = lab(prometheus(url="https://h", cert="no-such.pem"))
    with pytest.raises(SetupError, match="the output prometheus cannot begin: No such file or directory"):
        run.run()
    assert run.sent == []


class Broken:
    """An output with a fault of ours."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once

    def take(self, _: Snapshot) -> None:
        pass

    async def run(self) -> None:
        if self.at_once:
            async with asyncio.TaskGroup():
                raise ValueError("oh")

    async def close(self, _: Result) -> Output:
        raise ValueError("oh")


@pytest.mark.parametrize("at_once", [True, False])
def test_a_fault_of_an_output_is_told_like_a_loss(at_once: bool) -> None:
    async def main() -> tuple[Output, ...]:
        output = Broken(at_once=at_once)
        task = asyncio.create_task(output.run())
        await asyncio.wait([task])
        return await Outlets([("kind", output, task)]).close(cast("Result", None))

    assert asyncio.run(main()) == (Output("kind", "", 0, 0, "internal error: ValueError: oh"),)
