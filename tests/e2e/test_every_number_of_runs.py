"""Every number of a real run is in its HTML report, and in the JSON that the report carries."""

from pathlib import Path

import pytest
from walk import numbers, unheard, unseen
from whole_runs import Ended, run_here

pytestmark = pytest.mark.slow

PLAN = """
name: All of it
target: demo
metrics:
  sizes: {type: trend, unit: bytes}
  bad: {type: rate}
  seen: {type: counter}
  last: {type: gauge}
scenarios:
  browse:
    warm_up: 1s
    load:
      start_vus: 0
      stages: [{duration: 1s, target: 3}, {duration: 2s, target: 3}, {duration: 500ms, target: 0}]
    steps:
      - group: front page
        steps:
          - get: /api/quotes
            checks: [{status: 200}, {duration: {below: 10s}}]
            record: {sizes: "${length(body)}", bad: "${status != 200}", seen: 1, last: "${status}"}
      - {get: /api/nothing, checks: [{status: 200}]}
      - think: 50ms
  health:
    load: {rate: 20/s, duration: 3s, max_vus: 2}
    steps: [get: /ready]
thresholds:
  http_req_duration: [p(95) < 500ms, p(99.9) < 3 * avg of http_req_duration, avg < 1s over 1s]
  http_req_failed{scenario:browse}: rate < 1%
  seen: count > 1000000
  sizes: max < 1MB
"""
SEARCH = """
name: Found
target: demo
load: {find: vus, from: 1, to: 3, hold: 2s, within: 50%}
steps: [{get: /api/quotes}, {think: 20ms}]
thresholds: {http_req_duration: p(95) < 5s}
"""


@pytest.mark.parametrize(("plan", "options"), [(PLAN, ()), (PLAN, ("--processes", "2")), (SEARCH, ())])
def test_every_number_of_a_run_can_be_found(tmp_path: Path, plan: str, options: tuple[str, ...]) -> None:
    ended: Ended = run_here(tmp_path, plan, *options)
    assert ended.code in {0, 99}, ended.stderr
    assert len(numbers(ended.result)) > 300
    assert unheard(ended.result) == set()
    assert unseen(ended.result, ended.text("report.html")) == []
    assert numbers(ended.downloadable) == numbers(ended.result)
