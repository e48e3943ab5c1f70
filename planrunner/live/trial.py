"""A trial on the terminal: each step with what was sent, what came back, and what became of its checks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

from msgspec import Struct

from planrunner.engine.program.compile import word
from planrunner.engine.trial import Asking, Began, Event, Exchanged, Over, Part, Settled
from planrunner.errors import Problem, quote, uncommanding, visible
from planrunner.live.wire import Wire
from planrunner.plan.model import Send, Think
from planrunner.values.data import shown

VALUE = 100  # characters of a saved value


class Counts(Struct):
    """What a trial came to."""

    requests: int = 0
    unexpected: int = 0  # requests that failed
    held: int = 0
    failed: int = 0  # checks
    errors: int = 0
    over: int = 0  # parts that ended before their end, and were not meant to

    @property
    def well(self) -> bool:
        """Whether everything went as the plan wants it."""
        return not (self.failed or self.errors or self.unexpected or self.over)


class View:
    """Writes events to a stream; what a target sent does no harm, and secrets are masked."""

    def __init__(
        self,
        stream: TextIO,
        lines: Mapping[str, list[str]],
        mask: Callable[[str], str],
        *,
        color: bool,
        full: bool,
    ) -> None:
        self._stream, self._lines, self._mask, self._color = stream, lines, mask, color
        self._wire = Wire(mask, full=full)
        self.counts = Counts()

    def tell(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Part():
                self._write(0, ["", f"── {event.title} ──"], "bold")
            case Over():
                self.counts.over += not event.meant
                self._write(0, [f"! {event.reason}"], "" if event.meant else "red")
            case Began():
                place = event.step.place
                self._write(event.depth, ["", f"{place.file}:{place.line}  {title(event)}"], "bold")
            case Exchanged():
                self._exchanged(event)
            case Settled():
                self._settled(event)

    def summary(self) -> str:
        """Say in a sentence how it went."""
        counts = self.counts
        told = [
            _count(counts.requests, "request"),
            *([f"{counts.unexpected} of them failed"] if counts.unexpected else []),
            f"{_count(counts.held, 'check')} passed, {counts.failed} failed",
            *([f"{_count(counts.errors, 'value')} could not be computed"] if counts.errors else []),
            *([f"{_count(counts.over, 'part')} ended early"] if counts.over else []),
        ]
        mark = "✓" if counts.well else "✗"
        return f"{mark} {', '.join(told)}"

    def _exchanged(self, event: Exchanged) -> None:
        self.counts.requests += 1
        self._write(
            event.depth, (f"> {line}" for line in self._wire.sent(event.request, event.reply.protocol)), "dim"
        )
        self._write(event.depth, (f"< {line}" for line in self._wire.answered(event.reply)))

    def _settled(self, event: Settled) -> None:
        depth, counts = event.depth, self.counts
        counts.unexpected += event.failed
        if event.failed:
            self._write(depth, ["✗ the reply is not what the plan expects"], "red")
        self._write(depth, (f"  {name} = {shown(value, VALUE)}" for name, value in event.values.items()))
        for log in event.logs:
            first, *rest = self._mask(log).splitlines() or [""]
            self._write(depth, [f"  log: {first}", *(f"       {line}" for line in rest)])
        for asking in event.checks:
            self._asked(asking, depth)
        counts.errors += len(event.errors)
        self._write(depth, (f"✗ {line}" for line in event.errors), "red")

    def _asked(self, asking: Asking, depth: int) -> None:
        if not asking.complaint:
            self.counts.held += 1
            self._write(depth, [f"✓ {asking.name}"], "green")
            return
        self.counts.failed += 1
        problem = Problem(asking.name, asking.place, asking.complaint)
        self._write(depth, [f"✗ {asking.name}", *quote(problem, self._lines)], "red")

    def _write(self, depth: int, lines: Iterable[str], style: str = "") -> None:
        indent = "  " * depth
        for line in lines:
            text = uncommanding(visible(self._mask(line)))
            painted = f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self._color and style and text else text
            try:
                self._stream.write(f"{indent}{painted}".rstrip() + "\n")
            except BrokenPipeError:  # a reader who leaves changes nothing
                self._stream = io.StringIO()


STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32"}


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def title(event: Began) -> str:
    """Say what a step is."""
    step = event.step
    match step.does:
        case Send() as does:
            method, url = does.request.method, does.request.url
            told = f"{method} {url.text}" if url else f"request {does.endpoint}"
        case Think():
            told = "think (left out)"
        case _:
            told = word(step)
    return f"{told} ({step.name})" if step.name else told
