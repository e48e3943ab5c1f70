"""Two sides are held against each other: how much each number changed, how sure that is, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from msgspec import Struct

from planrunner.compare.estimate import Estimate, apart, discoveries, paired
from planrunner.compare.measures import KINDS, named
from planrunner.compare.observe import ALL, Observation, Seen
from planrunner.result.comparison import BETTER, EFFECT, WORSE, Change, Difference, Effect, Measure

FALSE_ALARMS = 0.02
"""How often any request is called changed where none is."""

TIMES: tuple[Measure, ...] = ("p(50)", "p(95)")
DECIDES: tuple[Measure, ...] = (*TIMES, "failed")
"""p(99) rests on too few requests, and the rate is either given or follows from the times."""


class Sides(Struct, frozen=True):
    """What was observed: by run, or by window."""

    base: Sequence[Observation]
    head: Sequence[Observation]
    side_by_side: bool  # the n-th of both were measured next to each other
    arriving: bool = False  # requests come when they are due: a lower rate is a target that cannot keep up
    effect: Effect = EFFECT

    @property
    def decisive(self) -> tuple[Measure, ...]:
        """What the verdict rests on."""
        return (*DECIDES, "rate") if self.arriving else DECIDES


class Held(Struct, frozen=True):
    """A change, and how likely such a one is where there is none."""

    change: Change
    chance: float


def changes(sides: Sides) -> tuple[Change, ...]:
    """Compare all numbers of all requests: those of all together first, then by the names of requests."""
    rows = sorted({row for one in (*sides.base, *sides.head) for row in one})
    held = [found for row in rows for measure in KINDS if (found := _held(sides, row, measure))]
    whole = [one.change for one in held if not one.change.request]
    return (*whole, *_sifted([one for one in held if one.change.request], sides.decisive))


def verdict(found: Sequence[Change], sides: Sides) -> Difference:
    """Put what decides into one word; worse goes before better, and either before nothing."""
    decisive = [change for change in found if change.measure in sides.decisive]
    said = {change.verdict for change in decisive}
    for word in (*WORSE, *BETTER):
        if word in said:
            return word
    overall = {change.measure: change.verdict for change in decisive if not change.request}
    known = all(overall.get(measure, "not enough data") == "no clear change" for measure in TIMES)
    return "no clear change" if known else "not enough data"


def _held(sides: Sides, row: tuple[str, str], measure: Measure) -> Held | None:
    """Compare one number; None where neither side has it."""
    scale = KINDS[measure].scale
    base, head = (_values(side, row, measure) for side in (sides.base, sides.head))
    if not base and not head:
        return None
    before, after = scale.middle(base), scale.middle(head)
    made = Change(*row, measure, before, after, None, None, None, "not enough data")
    if row == ALL:
        made = replace(made, bases=tuple(base), heads=tuple(head))
    if before is None or after is None:
        return Held(made, 1.0)
    made = replace(made, change=scale.change(scale.to(after) - scale.to(before)))
    estimate = _estimate(sides, scale.numbers(base), scale.numbers(head))
    if estimate is None:
        return Held(made, 1.0)
    made = replace(made, low=scale.change(estimate.low), high=scale.change(estimate.high))
    if _enough(sides, row, measure):
        made = replace(made, verdict=named(measure, before, after, estimate, sides.effect))
    return Held(made, estimate.chance)


def _values(side: Sequence[Observation], row: tuple[str, str], measure: Measure) -> list[float]:
    seen = (one[row].values.get(measure) for one in side if row in one)
    return [value for value in seen if value is not None]


def _estimate(sides: Sides, base: Sequence[float], head: Sequence[float]) -> Estimate | None:
    """Estimate how far numbers are apart; a pair of which one is missing would pair the others wrongly."""
    if not sides.side_by_side:
        return apart(base, head)
    if len(base) != len(sides.base) or len(head) != len(sides.head):
        return None
    return paired([after - before for before, after in zip(base, head, strict=True)])


def _enough(sides: Sides, row: tuple[str, str], measure: Measure) -> bool:
    """Whether each run or window has as many samples as a number takes."""
    least = KINDS[measure].samples(measure)
    each = [_samples(one.get(row), measure) for one in (*sides.base, *sides.head)]
    return min(each) >= least


def _samples(seen: Seen | None, measure: Measure) -> int:
    if seen is None:
        return 0
    return seen.count if measure in ("failed", "rate") else seen.replies


def _sifted(held: Sequence[Held], decisive: Sequence[Measure]) -> Iterator[Change]:
    """Yield the changes of requests; of many, some seem changed by chance, and these are not called so."""
    judged = [one for one in held if one.change.measure in decisive]
    real = discoveries([one.chance for one in judged], FALSE_ALARMS)
    doubtful = {id(one) for one, holds in zip(judged, real, strict=True) if not holds}
    for one in held:
        word = one.change.verdict
        if id(one) in doubtful and word in (*WORSE, *BETTER):
            yield replace(one.change, verdict="no clear change")
        else:
            yield one.change
