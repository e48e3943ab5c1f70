"""PyYAML's parser with its scanner corrected: `?` is legal inside plain text in `{}` and `[]`.

PyYAML follows YAML 1.1 and takes `?` there for an indicator, which breaks `{get: /search?q=1}`. In YAML 1.2
only a `?` before a space is one (https://yaml.org/spec/1.2.2/#733-plain-style).
"""

from __future__ import annotations

import re
from typing import Any, cast

from yaml.error import Mark
from yaml.events import NodeEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner
from yaml.tokens import ScalarToken

_SPACE = "\0 \t\r\n\x85\u2028\u2029"
_BLOCK = re.compile(rf"(?:[^{_SPACE}:]|:(?![{_SPACE}]))+")
_FLOW = re.compile(rf"(?:[^{_SPACE}:,\[\]{{}}]|:(?![{_SPACE},\[\]{{}}]))+")


class Events(Reader, Scanner, Parser):
    """A stream of YAML events; inheritance because PyYAML is built of mixins."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def take(self) -> NodeEvent:
        """Return the next event and go on; typed as what is built of, the others are only counted."""
        return cast("NodeEvent", self.get_event())  # type: ignore[no-untyped-call]  # PyYAML's parser has no types

    def coming(self) -> NodeEvent:
        """Return the next event and stay."""
        return cast("NodeEvent", self.peek_event())  # type: ignore[no-untyped-call]  # as above

    def check_key(self) -> bool:
        """Say whether a `?` here announces a key."""
        return self.peek(1) in _SPACE

    def check_plain(self) -> bool:
        """Say whether plain text begins here."""
        if self.flow_level and self.peek() == "?":
            return self.peek(1) not in _SPACE
        return bool(super().check_plain())

    def scan_plain(self) -> ScalarToken:
        """Read plain text, which may go on over several lines."""
        chunks: list[str] = []
        start = end = self.get_mark()
        pattern = _FLOW if self.flow_level else _BLOCK
        spaces: Any = []
        while found := pattern.match(self.buffer, self.pointer):
            self.allow_simple_key = False
            chunks += [*spaces, found[0]]
            self.forward(len(found[0]))
            end = self.get_mark()
            spaces = self.scan_plain_spaces(self.indent + 1, start)
            below = not self.flow_level and self.column < self.indent + 1
            if not spaces or self.peek() == "#" or below:
                break
        return ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003  (PyYAML's order)


def start_of(event: NodeEvent) -> Mark:
    """Return where an event begins; PyYAML's own parser marks every event."""
    return cast("Mark", event.start_mark)


def end_of(event: NodeEvent) -> Mark:
    """Return where an event ends."""
    return cast("Mark", event.end_mark)
