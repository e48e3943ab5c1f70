"""A small soak: requests sent, replies, and what the server saw agree; nothing grows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process takes"),
]

# In a process of its own: the allocator keeps more of thousands of other tests than what is looked for.
ALONE = """
import asyncio, dataclasses, json, uvloop
from soak import soak
loop = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}[LOOP]
with asyncio.Runner(loop_factory=loop) as runner:
    found = runner.run(soak(3000, vus=30))
rooms = [dataclasses.asdict(room) for room in found.rooms]
wrong, outcomes = [str(one) for one in found.wrong], len(found.outcomes)
print(json.dumps([wrong, found.replies, found.received, found.sent, outcomes, rooms]))
"""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_all_are_counted_and_nothing_is_left_behind(loop: str) -> None:
    here = Path(__file__).parent
    paths = [str(here), str(here.parent)]
    code = f"import sys; sys.path[:0] = {paths!r}\nLOOP = {loop!r}\n{ALONE}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    wrong, replies, received, sent, outcomes, (early, late) = json.loads(ended.stdout)
    assert wrong == []
    assert (replies, received) == (3000, sent)
    assert outcomes > 25
    assert (late["files"] - early["files"], late["objects"] - early["objects"] < 2000) == (0, True)
    assert late["memory"] - early["memory"] < 5_000_000
