"""Two real servers, one of which takes twice as long: found by the windows of one run."""

import sys
from pathlib import Path

import pytest
from whole_runs import run_here

from benchmarks.versus import slowed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the servers need timerfd, which is Linux's"),
]
PLAN = "name: x\ntarget: {head}\nload: {{rate: 100/s, duration: 1m}}\nsteps: [{{get: /}}]\n"


def test_a_head_that_takes_twice_as_long_is_slower(tmp_path: Path) -> None:
    with slowed(0.0, None) as base, slowed(1.0, None) as head:
        words = ["--versus", base, "--versus-rounds", "3", "--versus-window", "1s"]
        ended = run_here(tmp_path, PLAN.format(head=head), *words)
    comparison = ended.result.comparison
    assert comparison is not None
    assert (comparison.verdict, comparison.base.target, comparison.head.target) == ("slower", base, head)
    assert not comparison.sound  # three rounds are few
    assert ended.result.requests[0].count == 3 * 90
    assert "slower" in ended.stdout
