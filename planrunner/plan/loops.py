"""Loops within loops: the items of each need a name of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from planrunner.errors import Place, Problems
from planrunner.plan.model import Flow, ForEach, Plan, Step, held
from planrunner.plan.names import whereabouts


def check_loops(plan: Plan, problems: Problems) -> None:
    """Refuse a `for_each` within another whose items have the same name, also where a flow brings it in."""
    lists = [plan.setup, plan.teardown, *plan.flows.values()]
    for scenario in plan.scenarios.values():
        lists += [scenario.vu_setup, scenario.steps]
    search = Search(plan.flows, problems)
    for taken in lists:
        search.follow(taken, {})


class Search(Struct):
    """Looks for items whose name hides that of the items of a loop around them."""

    flows: Mapping[str, tuple[Step, ...]]
    problems: Problems
    brought: dict[str, dict[str, Place]] = field(default_factory=dict)  # the names of loops in each flow

    def follow(self, steps: Iterable[Step], around: Mapping[str, Place]) -> dict[str, Place]:
        """Hold steps against the names of the loops around them; return the names of their own loops."""
        names: dict[str, Place] = {}
        for step in steps:
            does = step.does
            if isinstance(does, ForEach):
                own = {does.name: does.name_place}
                self.compare(own, around)
                within = self.follow(does.steps, {**around, **own})
                names |= {**self.follow(step.on_fail, around), **within, **own}  # no longer in the loop
                continue
            if isinstance(does, Flow):
                names |= self.enter(does.name, around)
            names |= self.follow(held(step), around)
        return names

    def enter(self, flow: str, around: Mapping[str, Place]) -> dict[str, Place]:
        """Hold the names of a flow's loops against those around it; a flow is looked through once."""
        if flow not in self.brought:
            self.brought[flow] = self.follow(self.flows.get(flow, ()), {})
        self.compare(self.brought[flow], around)
        return self.brought[flow]

    def compare(self, inner: Mapping[str, Place], around: Mapping[str, Place]) -> None:
        """Say which names are those of a loop around."""
        for name in inner.keys() & around.keys():
            message = f"{name!r} is already the name of the items of the loop around this one"
            where = whereabouts(around[name], inner[name])
            self.problems.add(message, inner[name], f"that loop is {where}; rename one of them")
