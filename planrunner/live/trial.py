"""A trial on the terminal: each step with what was sent, what came back, and what became of its checks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TextIO

from msgspec import Struct

from planrunner.engine.trial import Asking, Began, Ended, Event, Exchanged, Over, Part
from planrunner.errors import Problem, quote, visible
from planrunner.plan.model import Group, Send, Think
from planrunner.protocols import Reply
from planrunner.units import show_duration, show_size
from planrunner.values.data import shown

BODY = 2000  # characters of a body that are shown; `full` shows all
VALUE = 100  # characters of a saved value
TEXT = re.compile(rb"text/|json|xml|javascript|x-www-form-urlencoded|graphql", re.IGNORECASE)
CREDENTIALS = re.compile(r"^((?:Proxy-)?Authorization: \S+) .*$", re.IGNORECASE)


class Counts(Struct):
    """What a trial came to."""

    requests: int = 0
    held: int = 0
    failed: int = 0
    errors: int = 0
    over: int = 0  # parts that ended before their end

    @property
    def well(self) -> bool:
        """Whether everything went as the plan wants it."""
        return not (self.failed or self.errors or self.over)


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
        self._stream, self._lines, self._mask, self._color, self._full = stream, lines, mask, color, full
        self.counts = Counts()
        self._depth = 0

    def tell(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Part():
                self._write(["", f"── {event.title} ──"], "bold")
            case Over():
                self.counts.over += 1
                self._write([f"! {event.reason}"], "red")
            case Began():
                self._depth = event.depth
                self._began(event)
            case Exchanged():
                self._exchanged(event)
            case Ended():
                self._depth = event.depth
                self._ended(event)

    def summary(self) -> str:
        """Say in a sentence how it went."""
        counts = self.counts
        told = [f"{counts.requests} requests", f"{counts.held} checks hold", f"{counts.failed} failed"]
        if counts.errors:
            told.append(f"{counts.errors} values could not be computed")
        mark = "✓" if counts.well else "✗"
        return f"{mark} {', '.join(told)}"

    def _began(self, event: Began) -> None:
        step = event.step
        what = title(event)
        place = step.place
        self._write(["", f"{place.file}:{place.line}  {what}"], "bold")

    def _exchanged(self, event: Exchanged) -> None:
        self.counts.requests += 1
        self._write((f"> {line}" for line in self._sent(event.request)), "dim")
        self._write(f"< {line}" for line in self._answered(event.reply))

    def _ended(self, event: Ended) -> None:
        for name, value in event.values.items():
            self._write([f"  {name} = {shown(value, VALUE)}"])
        self._write(f"  log: {line}" for line in event.logs)
        for asking in event.checks:
            self._asked(asking)
        self.counts.errors += len(event.errors)
        self._write((f"✗ {line}" for line in event.errors), "red")

    def _asked(self, asking: Asking) -> None:
        if not asking.complaint:
            self.counts.held += 1
            self._write([f"✓ {asking.name}"], "green")
            return
        self.counts.failed += 1
        problem = Problem(asking.name, asking.place, asking.complaint)
        self._write([f"✗ {asking.name}", *quote(problem, self._lines)], "red")

    def _sent(self, request: bytes) -> Iterator[str]:
        head, _, body = request.partition(b"\r\n\r\n")
        for line in head.decode("utf-8", "replace").split("\r\n"):
            yield CREDENTIALS.sub(r"\1 ***", line)
        yield from self._body(body, head)

    def _answered(self, reply: Reply) -> Iterator[str]:
        took = show_duration(reply.duration)
        if not reply.status:
            yield f"no reply: {reply.error} ({took})"
            return
        yield f"{reply.protocol} {reply.status}  ({took}, {show_size(len(reply.body))})"
        for name, value in reply.headers:
            yield f"{name.decode('latin-1')}: {value.decode('latin-1')}"
        if reply.error:
            yield f"(then: {reply.error})"
        yield from self._body(reply.body, b"\r\n".join(value for _, value in reply.headers))

    def _body(self, body: bytes, head: bytes) -> Iterator[str]:
        """Show a body as text, cut; one that is no text by its size."""
        if not body:
            return
        yield ""
        if b"\0" in body[:BODY] or not (TEXT.search(head) or _is_text(body)):
            yield f"({show_size(len(body))} that are no text)"
            return
        text = body.decode("utf-8", "replace")
        yield from (text if self._full else text[:BODY]).splitlines()
        if len(text) > BODY and not self._full:
            yield f"… ({len(text) - BODY} more characters; --full shows them)"

    def _write(self, lines: Iterable[str], style: str = "") -> None:
        indent = "  " * self._depth
        for line in lines:
            text = visible(self._mask(line))
            painted = f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self._color and style and text else text
            try:
                self._stream.write(f"{indent}{painted}".rstrip() + "\n")
            except BrokenPipeError:  # a reader who leaves changes nothing
                self._stream = io.StringIO()


STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32"}


def title(event: Began) -> str:
    """Say what a step is."""
    step = event.step
    match step.does:
        case Send() as does:
            method, url = does.request.method, does.request.url
            told = f"{method} {url.text}" if url else f"request {does.endpoint}"
        case Group() as does:
            told = f"group {does.name}"
        case Think():
            told = "think (left out)"
        case None:
            told = "set" if step.sets else "record" if step.records else "log"
        case other:
            told = type(other).__name__.lower()
    return f"{told} ({step.name})" if step.name else told


def _is_text(body: bytes) -> bool:
    try:
        body[:BODY].decode()
    except UnicodeDecodeError as error:
        return error.start > BODY - 4  # a character that was cut
    return True
