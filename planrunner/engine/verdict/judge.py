"""The judge: hears each snapshot, and says what the thresholds say of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from planrunner.engine.verdict.baseline import Baselines
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.outcomes import without_outcomes
from planrunner.metrics.hidden import NOTHING, Fates, Hidden, hides
from planrunner.metrics.selector import Selector
from planrunner.metrics.series import Counter, Metric, Sink
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.threshold.judge import Judgement, judge, measurable, measure, worse
from planrunner.metrics.threshold.rule import Baseline, NoDataError, Source
from planrunner.metrics.threshold.window import Window
from planrunner.metrics.watch import Watch

SLACK = 0.05  # seconds; snapshots are a little early or late, and a delay of 3s means the third


class Judge:
    """Keeps what each threshold needs, up to the newest snapshot, and the worst of all windows."""

    def __init__(
        self,
        limits: Sequence[Limit],
        metrics: Mapping[str, Metric],
        arriving: Collection[str] = (),
        baselines: Baselines | None = None,
        begin: float = 0.0,  # when it is over that all scenarios warm up, in seconds
    ) -> None:
        self.limits = limits
        self._metrics, self._baselines, self._begin = metrics, baselines, begin
        self._watch = Watch(picked for limit in limits for picked in self._needed(limit))
        self._windows = _windows((limit.rule.over, [*self._needed(limit)]) for limit in limits)
        longest = max((limit.rule.over for limit in limits), default=0.0)
        self._fates = Fates(arriving, 2 * int(longest))
        self._worst: list[Judgement | None] = [None] * len(limits)  # of windows
        self._void = [""] * len(limits)  # why the newest window without data had none

    def take(self, snapshot: Snapshot) -> None:
        """Hear what a second brought; the snapshot stays as it is."""
        newest = self._watch.take(snapshot.sinks)
        self._fates.take(snapshot.sinks)
        seconds = min(snapshot.seconds, self._measured(snapshot.at))
        if not seconds:
            return
        for (picked, _), window in self._windows.items():
            window.push(seconds, newest.get(picked))
        for number, limit in enumerate(self.limits):
            if limit.rule.over and self._windows[limit.selector, limit.rule.over].full:
                self._look(number, limit, snapshot.at)

    def take_aside(self, snapshot: Snapshot) -> None:
        """Hear what setup or teardown brought: it counts in the totals, but belongs to no second."""
        self._watch.take(snapshot.sinks)
        self._fates.take(snapshot.sinks, second=False)

    def broken(self, at: float) -> tuple[Limit, Judgement] | None:
        """Find a threshold that stops the run now; one without samples waits for some."""
        for number, limit in enumerate(self.limits):
            if limit.abort_on_fail and at + SLACK >= limit.delay:
                judgement = self._worst[number] if limit.rule.over else self._whole(limit, at)
                if judgement and judgement.verdict == "failed":
                    return limit, judgement
        return None

    def verdicts(self, at: float) -> Iterator[tuple[Limit, Judgement]]:
        """Yield what each threshold says at the end, in that second of the run."""
        for number, limit in enumerate(self.limits):
            if not limit.rule.over:
                yield limit, self._whole(limit, at)
            elif not self._windows[limit.selector, limit.rule.over].full and not self._worst[number]:
                yield limit, self._sliding(limit)  # the run was shorter: it is judged whole
            else:
                yield limit, self._worst[number] or self._nothing(number, limit)

    def standing(self, at: float) -> Iterator[tuple[Limit, Judgement]]:
        """Yield what each threshold says so far, in that second of the run.

        A window that is not over says nothing yet: only at the end is a short run judged whole.
        """
        for number, limit in enumerate(self.limits):
            if not limit.rule.over:
                yield limit, self._whole(limit, at)
            elif worst := self._worst[number]:
                yield limit, worst
            elif self._windows[limit.selector, limit.rule.over].full:
                yield limit, self._nothing(number, limit)
            else:
                yield limit, Judgement("no data", None, 0, f"no window of {limit.rule.span} is over yet")

    def _measured(self, at: float) -> float:
        """Return how long has been measured at some second of the run."""
        return max(0.0, at - self._begin)

    def _look(self, number: int, limit: Limit, at: float) -> None:
        """Judge the newest window, and keep the worst."""
        judgement, worst = replace(self._sliding(limit), at=at), self._worst[number]
        if judgement.verdict == "no data":
            self._void[number] = judgement.reason
        elif worst is None or worse(limit.rule, judgement, worst):
            self._worst[number] = judgement

    def _nothing(self, number: int, limit: Limit) -> Judgement:
        reason = f"no window of {limit.rule.span} could be judged: {self._void[number]}"
        return Judgement("no data", None, 0, reason)

    def _whole(self, limit: Limit, at: float) -> Judgement:
        """Judge all that was measured."""
        return self._judge(limit, self._measured(at), self._watch.totals, None)

    def _sliding(self, limit: Limit) -> Judgement:
        """Judge the newest window."""
        over = limit.rule.over
        needed = {picked: self._windows[picked, over] for picked in self._needed(limit)}
        sinks = {picked: sink for picked, window in needed.items() if (sink := window.total())}
        window = needed[limit.selector]
        return self._judge(limit, window.seconds, sinks, len(window))

    def _judge(
        self, limit: Limit, seconds: float, sinks: Mapping[Selector, Sink], newest: int | None
    ) -> Judgement:
        def of(source: Source) -> float:
            if isinstance(source, Baseline):
                assert self._baselines  # without one, the threshold is not judged at all
                return self._baselines.value(limit.selector, limit.rule.aggregate)
            sink = self._found(source.selector, sinks)
            if sink is None or not measurable(sink):
                raise NoDataError(f"no samples of {source.selector}, which the limit refers to")
            return measure(source.aggregate, sink, seconds)

        sink = self._found(limit.selector, sinks)
        return judge(limit.rule, sink, seconds, limit.min_samples, self._hidden(limit, newest), of)

    def _hidden(self, limit: Limit, newest: int | None) -> Hidden:
        if not hides(limit.selector.metric, self._metrics):
            return NOTHING
        return self._fates.among(self._watch.scenarios[limit.selector], newest)

    def _found(self, picked: Selector, sinks: Mapping[Selector, Sink]) -> Sink | None:
        """Find the samples; where requests were counted and none had this outcome, their number is 0."""
        found = sinks.get(picked)
        if found is None and self._counts(picked) and sinks.get(without_outcomes(picked)) is not None:
            return Counter(0)
        return found

    def _counts(self, picked: Selector) -> bool:
        return self._metrics[picked.metric].kind == "counter"

    def _needed(self, limit: Limit) -> Iterator[Selector]:
        """Yield what must be known to judge a threshold."""
        for picked in (limit.selector, *(one.selector for one in limit.rule.references)):
            yield picked
            if self._counts(picked):
                yield without_outcomes(picked)


def _windows(wanted: Iterator[tuple[float, list[Selector]]]) -> dict[tuple[Selector, float], Window]:
    """Make a window for each selector and width, none of which does its work in the second of another."""
    keys = dict.fromkeys((picked, over) for over, needed in wanted if over for picked in needed)
    return {key: Window(key[1], 1 + number % int(key[1])) for number, key in enumerate(keys)}
