"""How many arrivals a lost agent owes."""

from math import inf

import pytest
from running import checked_plan

from planrunner.engine.fleet.fleet import Loss
from planrunner.engine.fleet.missing import arrivals
from planrunner.pacing.executors import Shard
from planrunner.result import Lost

STEPS = "steps: [{get: /}]"
PLAN = f"""
name: Owed
target: http://h
scenarios:
  steady: {{load: {{rate: 30/s, duration: 4s, max_vus: 3}}, {STEPS}}}
  later: {{start_after: 3s, load: {{rate: 2/s, duration: 4s, max_vus: 2}}, {STEPS}}}
  loop: {{load: {{vus: 3, duration: 9s}}, {STEPS}}}
"""


@pytest.mark.parametrize(
    ("agent", "since", "until", "owed"),
    [
        (0, 0.0, 9.0, 80 + 4),  # two of three VUs, one of two
        (1, 0.0, 9.0, 40 + 4),
        (1, 1.0, 9.0, 30 + 4),
        (1, 1.0, 2.0, 10),
        (1, 4.0, 5.0, 1),
        (1, 8.0, 9.0, 0),
        (1, inf, 9.0, 0),
    ],
)
def test_it_is_what_its_share_had_due_since_it_was_counted_last(
    agent: int, since: float, until: float, owed: int
) -> None:
    checked = checked_plan(PLAN)
    loss = Loss(Lost("agent", 1.0, "died", ()), Shard(agent, 2), since)
    assert arrivals(checked.program, checked.given, loss, until) == owed
