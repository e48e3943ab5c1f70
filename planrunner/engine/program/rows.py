"""The rows of data sets within a program: which are used, and whether there are enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING

from planrunner.errors import Problems
from planrunner.pacing.executors import Arrivals, Quota, Shard, Users
from planrunner.plan.model import Plan
from planrunner.values.dealing import Deal, Table, deal

if TYPE_CHECKING:
    from planrunner.engine.program.build import ScenarioProgram


class Deals(Mapping[str, Deal]):
    """A worker's share of each data set, as some steps see it: notes which of them their expressions use.

    `perhaps` is for steps within, which may be left out: what they use, nobody can count beforehand.
    """

    def __init__(self, deals: Mapping[str, Deal]) -> None:
        self._deals = deals
        self.used: set[str] = set()
        self._perhaps: Deals | None = None

    @property
    def perhaps(self) -> Deals:
        """The same shares for steps that are not taken in each iteration."""
        if self._perhaps is None:
            self._perhaps = Deals(self._deals)
        return self._perhaps

    @property
    def everything(self) -> frozenset[str]:
        """What is used at all."""
        return frozenset(self.used | (self._perhaps.everything if self._perhaps else frozenset()))

    def __getitem__(self, name: str) -> Deal:
        found = self._deals[name]
        self.used.add(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._deals

    def __iter__(self) -> Iterator[str]:
        return iter(self._deals)

    def __len__(self) -> int:
        return len(self._deals)


def shares(tables: Mapping[str, Table], shard: Shard) -> dict[str, Deal]:
    """Make a worker's share of each data set; all its scenarios take rows from the same ones."""
    return {name: deal(table, shard.index, shard.count) for name, table in tables.items()}


def number_rows(deals: Mapping[str, Deal], scenarios: Sequence[ScenarioProgram]) -> None:
    """Let the VUs that use a data set count from its first row, whatever scenarios there are before them."""
    for name, dealt in deals.items():
        users = [scenario for scenario in scenarios if name in scenario.data]
        taken, shifts = 0, {}
        for scenario in users:
            shifts[scenario.name] = scenario.first_vu - taken
            taken += scenario.work.schedule.max_vus
        dealt.shifts = shifts
        workers = in_turn(name, users, dealt)
        if workers:
            dealt.give(workers)


def in_turn(name: str, users: Sequence[ScenarioProgram], dealt: Deal) -> list[int]:
    """Return the workers that take rows, each as often in a turn as it needs one.

    Where the rows suffice for all that is planned, they must suffice for each worker, too.
    """
    if sum(planned(name, one) for one in users) <= dealt.table.size:
        return [worker for one in users for worker in receivers(name, one, dealt.count)]
    # Where nobody knows how many it takes, each VU takes as many.
    return [user % dealt.count for one in users for user in range(one.work.schedule.max_vus)]


def planned(name: str, scenario: ScenarioProgram) -> float:
    """Return how many rows of a data set a scenario takes as planned; infinity where nobody knows."""
    times = iterations(scenario) if in_iterations(name, scenario) else 0
    begin = scenario.work.schedule.max_vus if name in scenario.at_first else 0
    return inf if times is None else times + begin


def in_iterations(name: str, scenario: ScenarioProgram) -> bool:
    """Whether iterations take rows, and not `vu_setup` alone."""
    return name in scenario.each_time or name not in scenario.at_first


def receivers(name: str, scenario: ScenarioProgram, count: int) -> Iterator[int]:
    """Yield the worker of each row that a scenario takes, where it is planned how many those are."""
    users = scenario.work.schedule.max_vus
    if name in scenario.at_first:
        yield from (user % count for user in range(users))
    if in_iterations(name, scenario):
        yield from (number % users % count for number in range(iterations(scenario) or 0))


def enough(
    tables: Mapping[str, Table], scenarios: Sequence[ScenarioProgram], plan: Plan, problems: Problems
) -> None:
    """Complain where rows may not run out and are sure to, as far as the number of iterations is known."""
    for name, table in tables.items():
        dataset = plan.data[name]
        if dataset.at_end != "error" or dataset.pick == "random":
            continue
        users = [scenario for scenario in scenarios if name in scenario.data]
        need = needed(name, dataset.pick, users)
        if need > table.size:
            what = "one for each VU" if dataset.pick == "per_vu" else "one for each iteration"
            if any(name in scenario.at_first for scenario in users) and dataset.pick != "per_vu":
                what += " and one for each VU's `vu_setup`"
            least = "at least " if any(fewest(one) != (iterations(one) or 0) for one in users) else ""
            message = f"{name!r} has {table.size} rows and the plan needs {least}{need}, {what}"
            instead = "`at_end: stop`" if dataset.pick == "unique" else "`at_end: stop` or `recycle`"
            hint = f"add rows, run fewer iterations, or say {instead}"
            problems.add(message, dataset.place, hint)


def needed(name: str, pick: str, scenarios: Sequence[ScenarioProgram]) -> int:
    """Return how many rows of a data set scenarios take at least, as far as that is known beforehand.

    Steps that may be left out count for nothing. `vu_setup` takes a row of its own for each VU.
    """
    if pick == "per_vu":
        return sum(one.work.schedule.max_vus for one in scenarios)
    each_time = sum(fewest(one) for one in scenarios if name in one.each_time)
    return each_time + sum(beginners(one) for one in scenarios if name in one.at_first)


def beginners(scenario: ScenarioProgram) -> int:
    """Return how many VUs surely begin: with arrivals, that depends on how fast the target answers."""
    match scenario.work.schedule:
        case Users() as schedule:
            return schedule.max_vus
        case Quota() as schedule:
            return schedule.max_vus if schedule.each else min(schedule.max_vus, schedule.iterations)
    return 0


def fewest(scenario: ScenarioProgram) -> int:
    """Return how many iterations a scenario has at least, as planned."""
    schedule = scenario.work.schedule
    return schedule.fewest if isinstance(schedule, Arrivals) else iterations(scenario) or 0


def iterations(scenario: ScenarioProgram) -> int | None:
    """Return how many iterations a scenario has as planned; None when the target or chance decides."""
    match scenario.work.schedule:
        case Quota() as schedule:
            return schedule.total
        case Arrivals(poisson=False) as schedule:
            return schedule.curve.count
    return None
