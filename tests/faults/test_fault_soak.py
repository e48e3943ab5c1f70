"""A small soak: requests sent, replies, and what the server saw agree; nothing grows."""

import asyncio
import sys
from collections.abc import Callable

import pytest
import uvloop
from soak import soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process takes"),
]

KEPT = 12_000_000
"""Bytes: what the allocator keeps differs by some million in a process that has run thousands of tests."""


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_all_are_counted_and_nothing_is_left_behind(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        found = runner.run(soak(3000, vus=30))
    early, late = found.rooms
    assert found.wrong == []
    assert (found.replies, found.received) == (3000, found.sent)
    assert len(found.outcomes) > 25
    assert (late.files - early.files, late.objects - early.objects < 2000) == (0, True)
    assert late.memory - early.memory < KEPT
