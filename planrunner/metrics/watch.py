"""What some selectors pick of each snapshot, and of all of them: kept up as they come, never counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planrunner.metrics.adding import added, copied
from planrunner.metrics.selector import Selector
from planrunner.metrics.series import Key, Sink

NOBODY = 0  # the group of series that nobody asks about


class Watch:
    """The totals of some selectors.

    A series is looked up once: whoever is picked by the same selectors is in one group, and a group is added
    up once before its sum goes to each of them. So a snapshot costs about one addition for each of its
    series, however many selectors there are.
    """

    def __init__(self, selectors: Iterable[Selector]) -> None:
        self._selectors = tuple(dict.fromkeys(selectors))
        self.totals: dict[Selector, Sink] = {}
        self.scenarios: dict[Selector, set[str]] = {picked: set() for picked in self._selectors}
        self._group_of: dict[Key, int] = {}
        self._wanting: list[tuple[Selector, ...]] = [()]  # by group: who picks its series
        self._numbers: dict[tuple[Selector, ...], int] = {(): NOBODY}

    def take(self, sinks: Mapping[Key, Sink]) -> dict[Selector, Sink]:
        """Add a snapshot; returns what it brought to each selector, to be looked at only."""
        groups: dict[int, list[Sink]] = {}
        group_of = self._group_of
        for key, sink in sinks.items():
            number = group_of.get(key)
            if number is None:
                number = self._placed(key)
            if number:
                groups.setdefault(number, []).append(sink)
        parts: dict[Selector, list[Sink]] = {}
        for number, found in groups.items():
            whole = added(found) if len(found) > 1 else copied(found[0])  # the snapshot's own will change
            for picked in self._wanting[number]:
                parts.setdefault(picked, []).append(whole)
        newest = {picked: added(found) for picked, found in parts.items()}
        for picked, sink in newest.items():
            if picked in self.totals:
                self.totals[picked].merge(sink)  # type: ignore[arg-type]  # a metric has one kind of sink
            else:
                self.totals[picked] = copied(sink)
        return newest

    def _placed(self, key: Key) -> int:
        """Find out who picks a series that was not there before."""
        wanting = tuple(picked for picked in self._selectors if picked.picks(key))
        number = self._numbers.setdefault(wanting, len(self._wanting))
        if number == len(self._wanting):
            self._wanting.append(wanting)
        self._group_of[key] = number
        scenario = dict(key.tags).get("scenario", "")
        for picked in wanting:
            self.scenarios[picked].add(scenario)
        return number
