"""What the page is told of a run: texts that are masked, made harmless and cut, and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec

from planrunner.engine.checked import target
from planrunner.engine.run import Tick
from planrunner.engine.verdict.timeline import joined, moment
from planrunner.live.board import WORDS, Board, figures, timed
from planrunner.reports.wording import MARKS, clip, measured, told
from planrunner.result import Error, Moment, Threshold
from planrunner.values.mask import Mask

MOST = 50  # rows of each table
LONGEST = 300  # characters of a text

Text = Callable[[str], str]
"""Makes a text that can be shown of any other."""


def event(name: str, data: Any) -> bytes:
    """Write an event as browsers read it: JSON has no line break of its own."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(data))


def text_of(mask: Mask) -> Text:
    """Return what makes texts of a run fit to be shown."""
    return lambda text: clip(mask(text), LONGEST)


class Telling:
    """Makes the events of a run."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._text = text_of(Mask(board.checked.given.secrets))

    def all(self) -> bytes:
        """Tell one who comes now everything so far."""
        board = self._board
        history = [*map(row, board.moments())]
        return b"".join(
            [event("begin", self._begin()), event("history", history), self.said(board.logs), self.stands()]
        )

    def second(self, tick: Tick) -> bytes:
        """Tell what the newest second brought."""
        newest = moment(*joined([tick.span]).numbers())
        return event("second", row(newest)) + self.stands()

    def said(self, lines: Iterable[str]) -> bytes:
        """Tell what was logged or said."""
        return event("said", [self._text(line) for line in lines])

    def stands(self) -> bytes:
        """Tell how the run stands."""
        view, most = self._board.view(), self._board.checked.max_vus
        standing = view.standing
        return event(
            "stands",
            {
                "state": view.state,
                "clock": timed(self._board.checked, view.at),
                "share": view.share,
                "figures": figures(view.tick, most),
                "level": standing.level,
                "window": view.tick.window,
                "acts": [[self._text(act.name), act.share, act.told] for act in view.acts[:MOST]],
                "limits": [self._limit(limit) for limit in standing.limits],
                "errors": [self._error(error) for error in islice(standing.errors, MOST)],
            },
        )

    def ended(self, sentence: str, outcome: str, *, report: bool, more: bool) -> bytes:
        """Tell that the run is over, whether its report can be had, and whether there is a next one."""
        told = {"verdict": self._text(sentence), "outcome": outcome, "report": report, "more": more}
        return event("ended", told)

    def _begin(self) -> dict[str, Any]:
        checked, text = self._board.checked, self._text
        plan = checked.plan
        return {
            "name": text(plan.name),
            "description": text(plan.description),
            "file": text(plan.file),
            "target": text(target(checked)),
            "scenarios": {text(one.name): text(one.work.description) for one in checked.program.scenarios},
        }

    def _limit(self, limit: Threshold) -> dict[str, Any]:
        upper = (
            limit.metric == "http_req_duration" and limit.operator in {"<", "<="} and limit.contains == "time"
        )
        return {
            "text": self._text(f"{limit.metric} {limit.expression}"),
            "verdict": limit.verdict,
            "mark": MARKS[limit.verdict],
            "word": WORDS[limit.verdict],
            "value": "" if limit.verdict == "no data" else self._text(measured(limit)),
            "place": self._text(f"{limit.file}:{limit.line}"),
            "upper": limit.limit if upper and limit.aggregate != "sum" else None,
        }

    def _error(self, error: Error) -> list[Any]:
        return [error.count, self._text(told(error)), self._text(error.request), self._text(error.fix)]


def row(moment: Moment) -> Sequence[Any]:
    """Return a span as the page knows it: when it began, how long it was, and what it brought."""
    times = moment.p50, moment.p95, moment.p99
    counts = moment.vus, moment.iterations, moment.requests, moment.failed
    return (round(moment.at, 3), round(moment.seconds, 3), *counts, *times, "p95" in moment.censored)
