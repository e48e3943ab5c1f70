"""How a run stands while it is under way: what those who look at it want to know beside its newest second."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from planrunner.engine.run import Run
from planrunner.engine.verdict.outcome import errors
from planrunner.engine.verdict.thresholds import told
from planrunner.metrics.series import Counter
from planrunner.result import Error, Stopped, Threshold


class Standing(Struct, frozen=True):
    """What was measured so far; its texts are not masked."""

    limits: tuple[Threshold, ...] = ()
    errors: tuple[Error, ...] = ()  # the most frequent first
    iterations: Mapping[str, int] = field(default_factory=dict)  # that ended, of each scenario
    level: str = ""  # of a search, the one that runs
    tried: int = 0  # levels that were judged
    found: bool = False  # whether the search is at its end
    stopped: Stopped = ""


def standing(run: Run) -> Standing:
    """Look at a run; this goes through all series, so it is for once a second and for those who look."""
    finder, account = run.finder, run.account
    limits = finder.standing() if finder else [*account.judge.standing(account.seconds)]
    ended: dict[str, int] = {}
    for totals in (account.totals, account.warm):
        for (scenario,), sink in totals.group("iterations", ("scenario",)).items():
            assert isinstance(sink, Counter)
            ended[scenario] = ended.get(scenario, 0) + int(sink.value)
    return Standing(
        tuple(told(limits, account.frame.metrics, run.aborted)),
        tuple(errors(account.totals, account.complaints)),
        ended,
        finder.named if finder else "",
        len(finder.tried) if finder else 0,
        finder is not None and finder.over,
        run.stopped,
    )
