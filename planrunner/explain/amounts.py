"""How much one iteration does, when nothing fails: how many requests, how many seconds of thinking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from planrunner import units
from planrunner.engine.program.compile import positive, span
from planrunner.errors import Problems
from planrunner.plan import model
from planrunner.plan.model import Setting, Step
from planrunner.values.expressions import compile_tree
from planrunner.values.names import Names
from planrunner.values.settings import resolve

Ends: TypeAlias = Literal["never", "maybe", "always"]


class Amount(Struct, frozen=True):
    """At least `low`, at most `high`; the mean where it is known before the run."""

    low: float = 0.0
    high: float = 0.0
    mean: float | None = 0.0
    ends: Ends = "never"  # whether the iteration is over with it, by a `stop`

    @property
    def typical(self) -> float:
        """One number to reckon with: the mean, else the middle, else the least."""
        if self.mean is not None:
            return self.mean
        return (self.low + self.high) / 2 if self.high < inf else self.low


NOTHING = Amount()
UNKNOWN = Amount(0.0, inf, None)


def exactly(number: float) -> Amount:
    """Return an amount that is known."""
    return Amount(number, number, number)


def then(first: Amount, second: Amount) -> Amount:
    """Return what two steps do, one after the other; the second one may never come."""
    if first.ends == "always":
        return first
    if first.ends == "maybe":
        ends: Ends = "always" if second.ends == "always" else "maybe"
        mean = first.mean if second.high == 0 else None
        return Amount(first.low, first.high + second.high, mean, ends)
    known = first.mean is not None and second.mean is not None
    mean = (first.mean or 0.0) + (second.mean or 0.0) if known else None
    return Amount(first.low + second.low, first.high + second.high, mean, second.ends)


def either(ways: Sequence[Amount], weights: Sequence[float] = ()) -> Amount:
    """Return what one of several ways does; without weights nobody knows how often each is taken."""
    low, high = min(way.low for way in ways), max(way.high for way in ways)
    means = [way.mean for way in ways if way.mean is not None]
    mean = low if low == high else None
    if weights and len(means) == len(ways):
        mean = sum(weight * part for weight, part in zip(weights, means, strict=True)) / sum(weights)
    return Amount(low, high, mean, _ends([way.ends for way in ways]))


def _ends(ways: Sequence[Ends]) -> Ends:
    return ways[0] if len(set(ways)) == 1 else "maybe"


def times(once: Amount, least: float, most: float) -> Amount:
    """Return what is done so many times; `most` may be infinite."""
    if most == 0:
        return NOTHING
    if once.ends == "always":  # so there is no second time
        return once if least else either([once, NOTHING])
    low = once.low * (least if once.ends == "never" else min(least, 1))
    high = once.high * most if once.high else 0.0  # infinity times nothing would be no number
    if once.mean is not None and least == most and once.ends == "never":
        return Amount(low, high, once.mean * least)
    return Amount(low, high, low if low == high else None, once.ends)


class Measure(Struct, frozen=True):
    """Adds up what steps do, at any depth; `worth` says it of a step that holds none."""

    flows: Mapping[str, Sequence[Step]]
    names: Names  # the variables
    worth: Callable[[Step, Names], Amount]

    def of(self, steps: Sequence[Step]) -> Amount:
        """Add up steps in their order."""
        whole = NOTHING
        for step in steps:
            whole = then(whole, self._step(step))
        return whole

    def _step(self, step: Step) -> Amount:
        done = self._does(step)
        return done if step.condition is None else either([done, NOTHING])

    def _does(self, step: Step) -> Amount:
        match step.does:
            case model.Stop():
                return replace(NOTHING, ends="always")
            case model.Flow(name):
                return self.of(self.flows.get(name, ()))
            case model.Group() | model.Parallel() as does:
                return self.of(does.steps)
            case model.If() as does:
                return either([self.of(does.steps), self.of(does.otherwise)])
            case model.Choose() as does:
                weights = [weight(branch, self.names) for branch in does.branches]
                return either([self.of(branch.steps) for branch in does.branches], weights)
            case model.Repeat() as does:
                return times(self.of(does.steps), *_known(does.times, self.names))
            case model.ForEach() as does:
                return times(self.of(does.steps), *self._items(does))
            case model.While() as does:
                _, most = _known(does.max, self.names)
                return times(self.of(does.steps), min(1.0 if does.until else 0.0, most), most)
        return self.worth(step, self.names)

    def _items(self, does: model.ForEach) -> tuple[float, float]:
        if isinstance(does.items, tuple):
            return len(does.items), len(does.items)
        value = compile_tree(does.items, Names(self.names.variables, runtime=False), Problems())
        if value.constant and isinstance(value.value, list):
            return len(value.value), len(value.value)
        return 0.0, inf


def _known(setting: Setting, names: Names) -> tuple[float, float]:
    """Return least and most of a number that may depend on the run."""
    found = resolve(setting, names, units.whole, Problems())
    return (0.0, inf) if found is None else (found, found)


def weight(branch: model.Branch, names: Names) -> float:
    """Return the weight of a branch of `choose`."""
    found = resolve(branch.weight, names, positive, Problems()) if branch.weight else None
    return 1.0 if found is None else found


def requests(step: Step, _: Names) -> Amount:
    """Count the requests of a step; what redirects add is the target's business."""
    return exactly(1.0) if isinstance(step.does, model.Send) else NOTHING


def pauses(step: Step, names: Names) -> Amount:
    """Return how many seconds a step thinks."""
    does = step.does
    if not isinstance(does, model.Think):
        return NOTHING
    if does.range is not None:
        found = resolve(does.range, names, span, Problems())
        return UNKNOWN if found is None else Amount(*found, mean=sum(found) / 2)
    assert does.mean
    mean = resolve(does.mean, names, units.duration, Problems())
    return UNKNOWN if mean is None else exactly(mean)
