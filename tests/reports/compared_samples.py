"""Results that were compared with others, as reports show them."""

from __future__ import annotations

from dataclasses import replace

from compared_runs import run
from samples import passed

from planrunner.compare.compare import compare
from planrunner.result import Comparison, Result


def _compared(found: Comparison) -> Result:
    return replace(passed(), comparison=found)


def slower() -> Result:
    """A run that fails because it is worse than five before it."""
    runs = [run(seed) for seed in range(5)], [run(seed, {"POST /cart": 1.4}) for seed in range(5, 10)]
    found = _compared(compare(*runs, ("baselines", "this run")))
    return replace(
        found,
        verdict="failed",
        exit_code=120,
        fail_on=("thresholds", "regression"),
        failures=("slower than baselines (fail_on: regression)",),
    )


def unchanged() -> Result:
    """A run that is as good as those before it, as far as can be known."""
    runs = [run(seed) for seed in range(100, 105)], [run(seed) for seed in range(105, 110)]
    return replace(_compared(compare(*runs, ("baselines", "this run"))), fail_on=("thresholds", "regression"))


def alone() -> Result:
    """One run against one."""
    return _compared(compare([run(1)], [run(2, 1.1, failing=0.02)], ("before/result.json", "this run")))


def incomparable() -> Result:
    """A run of another plan."""
    return _compared(compare([run(1)], [run(2, plan="name: Other")], ("before/result.json", "this run")))
