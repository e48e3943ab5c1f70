"""What a backend is told of a run, in virtual time: what changed, and at times all."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from fakes import in_virtual_time

from planrunner.metrics.series import METRICS, Counter, Key, Sink
from planrunner.metrics.tally import Snapshot, Totals
from planrunner.outputs import pictures
from planrunner.outputs.output import View
from planrunner.outputs.pictures import Picture, Pictures, State
from planrunner.outputs.sender import Batch, Sender
from planrunner.result import Output, Result, Threshold

A, B = (Key("http_reqs", (("name", name),)) for name in "ab")
LIMIT = Threshold("m", "avg < 1", "avg", "<", 1.0, 2.0, "default", 9, "failed", "", False, "p", 1, 1)


@dataclass
class Lab:
    """A run that an output hears of."""

    totals: Totals = field(default_factory=Totals)
    limits: tuple[Threshold, ...] = ()
    told: list[tuple[float, dict[Key, float], tuple[State, ...], bool]] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def encode(self, picture: Picture) -> Iterator[Batch | None]:
        values = {}
        for key, sink in picture.series:
            yield None
            values[key] = cast("Counter", sink).value
        self.told.append((picture.at, values, picture.states, picture.last))
        yield Batch(len(values) + len(picture.states), b"x")

    async def send(self, data: bytes) -> None:
        self.taken.append(data)

    def output(self) -> Pictures:
        clock = asyncio.get_running_loop().time
        mask = lambda text: text.replace("a", "*").replace("b", "*") if len(text) == 1 else text  # noqa: E731
        view = View(METRICS, self.totals, {}, mask, lambda: self.limits, lambda _: None)
        sender = Sender(self.send, lambda _: None)
        return Pictures(("kind", "url"), 5.0, self.encode, sender, view, clock)

    def measure(self, output: Pictures, *keys: Key) -> None:
        """Bring one more request of each series."""
        sinks: dict[Key, Sink] = {key: Counter(1, 1) for key in keys}
        output.take(Snapshot(0, 0, 1, sinks, [], []))
        self.totals.take(sinks)


def heard(lab: Lab, *seconds: tuple[float, tuple[Key, ...]], until: float) -> Output:
    """Bring requests at some seconds, and end the run."""
    result = cast("Result", _ended(lab.limits))

    async def main() -> Output:
        output = lab.output()
        task = asyncio.create_task(output.run())
        loop = asyncio.get_running_loop()
        for at, keys in seconds:
            await asyncio.sleep(at - loop.time())
            lab.measure(output, *keys)
        await asyncio.sleep(until - loop.time())
        delivered = await output.close(result)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return delivered

    return in_virtual_time(main)


@dataclass
class _ended:  # noqa: N801
    """As much of a result as an output looks at."""

    thresholds: tuple[Threshold, ...]
    verdict: str = "failed"


SAFE = Key("http_reqs", (("name", "*"),))
OTHER = Key("iterations", ())


def test_only_what_changed_is_told_and_the_end_is() -> None:
    lab = Lab()
    heard(lab, (1, (OTHER,)), (6, (OTHER, OTHER)), until=12)
    assert [(at, values, last) for at, values, _, last in lab.told] == [
        (5, {OTHER: 1}, False),
        (10, {OTHER: 2}, False),
        (12, {}, True),
    ]


def test_nothing_is_told_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIECE", 0.0)  # others run after each series
    lab = Lab()

    async def main() -> None:
        output = lab.output()
        sending = asyncio.create_task(output._sender.run())
        lab.measure(output, OTHER)
        closing = asyncio.create_task(output.close(cast("Result", _ended(()))))
        await asyncio.sleep(0)  # the last picture is being told
        await output._push(())
        await closing
        sending.cancel()

    in_virtual_time(main)
    assert [last for *_, last in lab.told] == [True]


def test_each_minute_everything_is_told_again() -> None:
    lab = Lab()
    heard(lab, (1, (OTHER,)), until=122)
    assert [at for at, values, _, _ in lab.told if values] == [5, 60, 120]


def test_series_that_only_secrets_tell_apart_are_one() -> None:
    lab = Lab()
    heard(lab, (1, (A,)), (2, (B,)), (3, (A,)), (8, (B,)), until=9)
    assert [values for _, values, _, _ in lab.told] == [{SAFE: 3}, {SAFE: 4}]


def test_thresholds_and_the_verdict_are_told() -> None:
    open_still = replace(LIMIT, metric="o", verdict="no data")
    lab = Lab(limits=(LIMIT, LIMIT, open_still, replace(LIMIT, metric="n", measured=None, verdict="no data")))
    heard(lab, until=6)
    tags = ("metric", "m"), ("threshold", "avg < 1")
    value, so_far = State("threshold_value", 2.0, tags), State("threshold_ok", 0.0, tags)
    early = State("threshold_value", 2.0, (("metric", "o"), tags[1]))
    assert lab.told[0][2] == (State("test_running", 1.0), value, so_far, early)
    assert lab.told[1][2] == (
        State("test_running", 0.0),
        value,
        so_far,
        early,
        State("test_passed", 0.0),
    )


def test_an_output_says_what_it_sent() -> None:
    lab = Lab()
    assert heard(lab, (1, (OTHER,)), until=7) == Output("kind", "url", 4, 0, "")
    assert lab.taken == [b"x", b"x"]


def test_a_clock_that_is_set_back_tells_no_moment_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    monkeypatch.setattr(pictures, "PIECE", 0.0)  # others run after each series

    async def main() -> None:
        output = lab.output()
        output._now = iter([7.0, 3.0, 3.0, 3.0]).__next__
        for _ in range(2):
            await output._push(())

    in_virtual_time(main)
    first, second = (at for at, *_ in lab.told)
    assert (first, second > first) == (7.0, True)
