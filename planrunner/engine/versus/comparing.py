"""From the windows of both sides to a comparison, and whether it is sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planrunner.compare.compare import PAIRS, shortened
from planrunner.compare.judge import Sides, changes, verdict
from planrunner.engine.versus.contest import Contest
from planrunner.engine.versus.party import Party
from planrunner.engine.versus.schedule import Name
from planrunner.result import Comparison, Result, Side


def comparison(
    contest: Contest, parties: Mapping[Name, Party], base: Result, head: Result
) -> Comparison | None:
    """Hold the windows against each other, pair by pair; None where no pair was measured."""
    seen = {name: parties[name].seen for name in parties}
    pairs = sorted(seen["base"].keys() & seen["head"].keys())
    if not pairs:
        return None
    observed = ([seen["base"][pair] for pair in pairs], [seen["head"][pair] for pair in pairs])
    arriving = all(scene.arrives for scene in head.scenarios)
    sides = Sides(*observed, side_by_side=True, arriving=arriving, effect=contest.effect)
    found, more = shortened(changes(sides))
    reasons = tuple(_reasons(contest, len(pairs), base, head))
    return Comparison(
        how="side by side",
        base=_side("base", base, len(pairs)),
        head=_side("head", head, len(pairs)),
        verdict=verdict(found, sides),
        sound=not reasons,
        reasons=reasons,
        changes=found,
        effect=contest.effect,
        more=more,
    )


def _side(name: Name, result: Result, pairs: int) -> Side:
    """Describe a side; the commit that a CI job tells is the head's."""
    job = result.environment.ci if name == "head" else None
    return Side(name, result.target, result.started, result.planrunner, pairs, job.commit if job else "")


def _reasons(contest: Contest, pairs: int, base: Result, head: Result) -> Iterator[str]:
    """Say what keeps the comparison from being sound."""
    if head.stopped:
        yield "the run was stopped before all of its windows were measured"
    elif pairs < contest.rounds:
        missing = contest.rounds - pairs
        were = "was not measured to its end" if missing == 1 else "were not measured to their end"
        yield f"{missing} of {contest.rounds} pairs of windows {were}"
    if pairs < PAIRS:
        yield (
            f"so few windows differ by chance: {PAIRS} pairs of them carry a verdict, and there "
            f"{'is' if pairs == 1 else 'are'} {pairs}{' (--versus-rounds)' if contest.rounds < PAIRS else ''}"
        )
    for name, result in (("base", base), ("head", head)):
        if result.health.trust == "untrusted":
            yield f"the numbers of the {name} cannot be trusted"
