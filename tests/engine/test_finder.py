"""The search itself, second by second: what it hears, what it announces, and what it makes of a level."""

import asyncio

import numpy as np
import pytest
from fakes import VirtualLoop
from running import checked_plan

from planrunner.engine.finder.finder import Finder, finder
from planrunner.engine.finder.finder import window as fresh
from planrunner.engine.finder.verdict import decide
from planrunner.engine.finder.window import Window
from planrunner.engine.worker.worker import Worker
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.join import Part
from planrunner.metrics.series import Counter, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Snapshot
from planrunner.pacing.executors import Shard
from planrunner.pacing.levels import Level
from planrunner.protocols.http.faults import NO_PORTS

CHECKED = checked_plan(
    "name: x\ntarget: http://h\nload: {find: rate, from: 10/s, to: 40/s, hold: 3s, graceful_stop: 5s}\n"
    "steps:\n  - get: /a\nthresholds:\n  http_req_duration: p(95) < 200ms\n"
)


def search() -> Finder:
    made = finder(CHECKED)
    assert made is not None
    return made


def second(at: float, took: float = 0.1, busy: int = 0, **counts: int) -> Snapshot:
    """Make what a second brought: ten requests that took so long, and other counts."""
    tags = (("scenario", "default"),)
    durations = Histogram()
    durations.add(np.full(10, took))
    sinks: dict[Key, Sink] = {
        Key("http_req_duration", tags): Trend(durations),
        Key("http_reqs", tags): Counter(10, 10),
        Key("http_req_failed", tags): Rate(0, 10),
        **{Key(name, tags): Counter(count, count) for name, count in counts.items()},
    }
    return Snapshot(round(at) - 1, at, 1.0, sinks, [], [], busy=busy)


def heard(made: Finder, *seconds: Snapshot, late: float = 0.0) -> list[Level]:
    """Let a search hear some seconds, each of them so late; returns what it announces."""
    told = [made.hear(one, one.at + late) for one in seconds]
    return [level for level in told if level]


def test_a_level_that_holds_is_followed_by_the_next_one_without_a_gap() -> None:
    made = search()
    assert heard(made, *(second(at) for at in (1, 2, 3, 4, 5, 6, 7))) == [
        Level(20, 4, 8),
        Level(40, 8, 12),
    ]


@pytest.mark.parametrize(("late", "begin"), [(0.7, 4), (0.9, 5), (3.1, 7)])
def test_a_word_that_comes_late_puts_the_next_level_off(late: float, begin: float) -> None:
    assert heard(search(), second(1), second(2), second(3), late=late) == [Level(20, begin, begin + 4)]


def test_seconds_that_are_a_little_late_are_of_their_level() -> None:
    made = search()
    assert heard(made, second(1.03), second(2.01), second(3.04)) == [Level(20, 4, 8)]
    assert made.tried[0].seconds == 2


def test_after_a_level_that_breaks_it_waits_until_nothing_runs_any_more() -> None:
    made = search()
    heard(made, second(1), second(2), second(3))
    assert made.named == "20/s"
    assert heard(made, *(second(at, took=0.3, busy=9) for at in (4, 5, 6, 7, 8, 9))) == []
    assert made.named == "20/s over"
    assert heard(made, second(10, busy=1), second(11)) == [Level(14.1, 12, 16)]


def test_it_waits_for_graceful_stop_at_most() -> None:
    made = search()
    heard(made, second(1), second(2), second(3))
    assert heard(made, *(second(at, took=0.3, busy=9) for at in range(4, 14))) == [Level(14.1, 14, 18)]


def test_each_level_is_news_once() -> None:
    made = search()
    heard(made, second(1), second(2), second(3))
    assert list(made.news()) == ["level 10/s held: p(95) 100ms, 0.00% failed"]
    assert list(made.news()) == []


def test_it_hears_nothing_more_when_it_is_over() -> None:
    made = search()
    heard(made, *(second(at, took=0.3) for at in (1, 2, 3)))
    assert made.over
    assert heard(made, *(second(at) for at in (4, 5, 6, 7, 8))) == []
    assert len(made.capacity().levels) == 1


def test_a_lost_agent_ends_the_search_and_says_so() -> None:
    made = search()
    heard(made, second(1), second(2), second(3), second(4), second(5), second(6))
    made.lose()
    made.lose()
    told = made.capacity()
    assert (told.ended, told.last_good) == ("interrupted", 10)
    assert told.reason == "part of the load is missing: an agent was lost"
    assert told.levels[-1].reason == told.reason


def test_what_the_run_adds_up_is_not_changed_by_what_a_level_adds_up() -> None:
    window, one = fresh(CHECKED), second(1)
    window.add(one)
    window.add(second(2))
    assert window.number("http_reqs", "default") == 20
    assert one.sinks[Key("http_reqs", (("scenario", "default"),))] == Counter(10, 10)


def window(snapshot: Snapshot) -> Window:
    made = fresh(CHECKED)
    made.add(snapshot)
    return made


def test_a_few_dropped_iterations_change_no_verdict() -> None:
    few = window(second(1, iterations=99, dropped_iterations=1))
    more = window(second(1, iterations=98, dropped_iterations=2))
    assert decide(few, "default").found == "good"
    assert decide(more, "default").found == "inconclusive"


def test_a_level_that_drops_and_breaks_is_too_much() -> None:
    made = window(second(1, took=0.3, iterations=50, dropped_iterations=50))
    assert decide(made, "default").found == "bad"


def test_requests_that_this_machine_cannot_send_say_nothing_of_the_target() -> None:
    snapshot = second(1, took=0.3)
    for code, count in ((NO_PORTS, 3), (1212, 7)):
        snapshot.sinks[Key("http_reqs", (("error_code", str(code)),))] = Counter(count, count)
    said = decide(window(snapshot), "default")
    assert (said.found, said.ends) == ("inconclusive", "generator")
    assert said.reason == "this machine could not send 3 of 20 requests"


@pytest.mark.parametrize("load", ["find: rate, from: 10/s, to: 20/s", "find: vus, from: 1, to: 2"])
def test_a_worker_that_nobody_tells_anything_ends_after_twice_the_time(load: str) -> None:
    checked = checked_plan(
        f"name: x\ntarget: http://h\nload: {{{load}, hold: 2s, graceful_stop: 0s}}\n"
        "steps:\n  - set: {a: 1}\n  - think: 1s\nthresholds:\n  iterations: count > 0\n"
    )
    planned = checked.program.scenarios[0].work.schedule.seconds
    parts: list[Part] = []

    async def main() -> float:
        loop = asyncio.get_running_loop()
        await Worker(checked.plan, checked.given, Shard(), loop.time).run(parts.append, 0.0)
        return loop.time()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(main()) == pytest.approx(2 * planned)
    assert parts[0].snapshot.busy > 0
