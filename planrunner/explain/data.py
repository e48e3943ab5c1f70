"""The data sets of a plan in words: how many rows there are, how many are needed, and who gets which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planrunner.engine.program import rows
from planrunner.explain.loads import Scale
from planrunner.explain.words import count, figure, listed, time, told
from planrunner.plan.model import AtEnd, Dataset, Pick
from planrunner.values.dealing import Table
from planrunner.values.names import Names

PICKS: Mapping[Pick, str] = {
    "sequential": "each iteration takes the next one",
    "unique": "each iteration takes one that no other has had",
    "random": "each iteration takes any one",
    "per_vu": "each VU has one and keeps it",
}
ENDS: Mapping[AtEnd, str] = {
    "recycle": "after the last one it begins anew",
    "stop": "when there is none left the scenario ends",
    "error": "when there is none left the test stops (exit code 108)",
}


def dataset(data: Dataset, table: Table, scales: Sequence[Scale], names: Names) -> Iterator[str]:
    """Yield the lines of one data set; `scales` are those of all scenarios."""
    source = f" of {told(data.file, names)}" if data.file else ""
    ends = f"; {ENDS[data.at_end]}" if data.pick != "random" else ""
    yield f"- {data.name}: {count(table.size, 'row')}{source}; {PICKS[data.pick]}{ends}"
    using = [scale for scale in scales if data.name in scale.scenario.data]
    if using:
        yield f"    taken by {listed([scale.scenario.name for scale in using])}; {_need(data, table, using)}"
    else:
        yield "    no scenario takes any"


def _need(data: Dataset, table: Table, using: Sequence[Scale]) -> str:
    """Say how many rows are needed, and whether they are there."""
    if data.pick == "random":
        return "one is enough"
    need = needed(data, using)
    loops = [scale.iteration for scale in using if not (scale.exact or scale.by_chance)]
    if data.pick == "per_vu":
        told = f"{figure(need)} needed, one for each VU"
    else:
        most = "" if all(data.name in scale.scenario.each_time for scale in using) else "up to "
        about = "" if all(scale.exact for scale in using) else "about "
        long = f" of {time(max(loops))}" if loops else ""
        told = f"{most}{about}{figure(need)} needed, one for each iteration{long}"
    if need <= table.size:
        return f"{told}: enough"
    return (
        f"{told}: {'they come again' if data.at_end == 'recycle' else f'{figure(need - table.size)} too few'}"
    )


def needed(data: Dataset, using: Sequence[Scale]) -> int:
    """Return how many rows scenarios take at most; an estimate where the target decides it."""
    if data.pick == "per_vu":
        return rows.needed(data.name, data.pick, [scale.scenario for scale in using])
    return sum(scale.iterations for scale in using)
