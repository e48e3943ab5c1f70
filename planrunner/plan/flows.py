"""Flows: steps with a name; none may run itself, and none may grow beyond what a run can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from planrunner.errors import Problems
from planrunner.plan.model import Flow, Plan, Step, held
from planrunner.plan.names import Declared
from planrunner.plan.node import Node
from planrunner.plan.steps import steps

MOST = 10_000
"""So many steps a scenario may have with all its flows: more is a mistake, or an attack on the memory."""

DEPTH = 64
"""So many levels of steps a flow may have with all that it runs: they are followed by recursion."""

Flows: TypeAlias = dict[str, tuple[Step, ...]]


def flows(root: Node, declared: Declared) -> Flows:
    """Read all flows; one that runs itself is an error, and left empty so that nobody follows it."""
    node = root.fields.get("flows")
    if node is None:
        return {}
    found = {name: steps(child, declared) for name, child in node.fields.items()}
    search = Search(found, declared.problems)
    for name in found:
        search.follow(name)
    return {name: () if name in search.refused else inner for name, inner in found.items()}


class Search(Struct):
    """Looks for flows that run themselves, directly or through others, and for those that go too deep."""

    flows: Flows
    problems: Problems
    path: list[str] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)  # of steps within steps, other flows' included
    refused: set[str] = field(default_factory=set)

    def follow(self, name: str) -> int:
        """Follow a flow into those that it runs; return how many levels of steps there are."""
        if name in self.levels:
            return self.levels[name]
        self.path.append(name)
        deepest = 1
        for level, step in every_step(self.flows[name]):
            deepest = max(
                deepest, level + (self.into(step.does, level) if isinstance(step.does, Flow) else 0)
            )
        self.path.pop()
        self.levels[name] = 1 if name in self.refused else deepest
        return self.levels[name]

    def into(self, flow: Flow, level: int) -> int:
        """Follow one use of a flow; no levels where that is refused."""
        if flow.name in self.path:
            circle = [*self.path[self.path.index(flow.name) :], flow.name]
            self.refused.update(circle)
            hint = "a flow cannot run itself; to repeat steps, write `repeat`, `while` or `until`"
            self.problems.add(f"flows run in a circle: {' -> '.join(circle)}", flow.place, hint)
        elif flow.name in self.flows:
            levels = self.follow(flow.name) if len(self.path) < DEPTH else DEPTH
            if level + levels <= DEPTH:
                return levels
            self.refused.add(self.path[-1])
            message = f"with its flows this is nested more than {DEPTH} levels deep"
            self.problems.add(message, flow.place, "put the steps of some flows together")
        return 0


def every_step(taken: Iterable[Step], level: int = 1) -> Iterator[tuple[int, Step]]:
    """Go through steps and all that they hold, in order, with their levels; not into flows."""
    for step in taken:
        yield level, step
        yield from every_step(held(step), level + 1)


def limit(plan: Plan, problems: Problems) -> None:
    """Refuse lists of steps that flows within flows make huge."""
    sizes: dict[str, int] = {}
    lists = {scenario.place: (*scenario.vu_setup, *scenario.steps) for scenario in plan.scenarios.values()}
    for place, taken in ((plan.place, (*plan.setup, *plan.teardown)), *lists.items()):
        if size(taken, plan.flows, sizes) > MOST:
            hint = "flows that run flows multiply; take them in a loop: `repeat`"
            problems.add(f"with all flows these are more than {MOST:,} steps", place, hint)


def size(taken: tuple[Step, ...], found: Mapping[str, tuple[Step, ...]], sizes: dict[str, int]) -> int:
    """Count steps with those of the flows that they run; `sizes` keeps what is known of flows."""
    count = 0
    for _, step in every_step(taken):
        count += 1
        if isinstance(step.does, Flow):
            name = step.does.name
            if name not in sizes:
                sizes[name] = size(found.get(name, ()), found, sizes)
            count += sizes[name]
    return count
