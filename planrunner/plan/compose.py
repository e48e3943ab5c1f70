"""From YAML events to nodes: limits are enforced and duplicates refused, and what is usable is kept.

The limits hold against plans that are small on disk and huge in memory ("billion laughs"), and against
nesting that would exhaust the stack of whoever walks the tree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace
from yaml.error import Mark
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from planrunner.errors import Place, Problems
from planrunner.plan.events import Events, end_of, start_of
from planrunner.plan.fault import (
    NO_SPACE_BEHIND_DASH,
    cut_by_comment,
    quoted,
    spaced_dash,
    value_at,
)
from planrunner.plan.model import Scalar
from planrunner.plan.node import Node
from planrunner.plan.scalars import resolve

DEPTH = 64
NODES = 100_000
ALIASES = 1_000

BEGINNINGS: Mapping[str, str] = {
    "plan": "a plan begins like this: `name: My first test`",
    "fragment": "what plans share begins like this: `endpoints:`",
}
"""How files begin, for those who do not know it yet."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class LimitError(Exception):
    """The text asks for more than a plan may hold."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(message)
        self.mark = mark


class Anchor(Struct, frozen=True):
    """What `&name` stands for; no node where it was left out as wrong."""

    node: Node | None
    nodes: int
    height: int


class Composer(Struct):
    """Builds the nodes of one document."""

    events: Events
    file: str
    problems: Problems
    lines: list[str]
    what: str = "plan"  # that the file holds: a plan or a fragment of one
    anchors: dict[str, Anchor | None] = field(default_factory=dict)  # None: still being built
    nodes: int = 0
    aliases: int = 0
    deepest: int = 0

    def document(self) -> Node | None:
        """Build the only document of the stream; None when it is empty or was left out."""
        self.events.take()  # the stream's start
        if self.events.check_event(StreamEndEvent):
            self.empty()
            return None
        self.events.take()  # the document's start
        root = self.node(1)
        self.events.take()  # the document's end
        if self.events.check_event(DocumentStartEvent):
            place = self.place(start_of(self.events.coming()), None)
            hint = "remove the `---`, or put the second plan into a file of its own"
            self.problems.add("a file holds one plan; here a second one begins", place, hint)
            while not self.events.check_event(StreamEndEvent):
                self.events.take()  # what follows may be no YAML at all, which is then said too
        if root and root.value is None:
            self.empty()
            return None
        return root

    def empty(self) -> None:
        """Say that there is no plan."""
        self.problems.add(f"the {self.what} is empty", Place(self.file), BEGINNINGS[self.what])

    def node(self, depth: int) -> Node | None:
        """Build the next node; None when it is wrong and was left out."""
        event = self.events.take()
        if isinstance(event, AliasEvent):
            return self.alias(event, depth)
        if not event.anchor:
            return self.fresh(event, depth)
        self.anchors[event.anchor] = None
        outer, self.deepest, nodes = self.deepest, depth, self.nodes
        built = self.fresh(event, depth)
        self.anchors[event.anchor] = Anchor(built, self.nodes - nodes, self.deepest - depth)
        self.deepest = max(outer, self.deepest)
        return built

    def fresh(self, event: NodeEvent, depth: int) -> Node | None:
        """Build a node that stands here and not elsewhere."""
        self.count(1, depth, event)
        if isinstance(event, ScalarEvent):
            return self.scalar(event)
        tagged = self.tagged(event)
        built = (
            self.mapping(event, depth) if isinstance(event, MappingStartEvent) else self.list(event, depth)
        )
        return None if tagged else built

    def count(self, nodes: int, depth: int, event: NodeEvent) -> None:
        """Hold the limits."""
        self.nodes += nodes
        self.deepest = max(self.deepest, depth)
        if depth > DEPTH:
            raise LimitError(f"the plan is nested more than {DEPTH} levels deep", start_of(event))
        if self.nodes > NODES:
            raise LimitError(f"the plan has more than {NODES:,} values", start_of(event))

    def alias(self, event: AliasEvent, depth: int) -> Node | None:
        """Build what `*name` stands for, placed where the name is used."""
        name, place = event.anchor or "", self.place(start_of(event), end_of(event))
        self.aliases += 1
        if self.aliases > ALIASES:
            raise LimitError(f"the plan has more than {ALIASES:,} aliases", start_of(event))
        if name not in self.anchors:
            written = value_at(self.lines, start_of(event), flow=self.in_flow())
            hint = f"if it is meant as text, write {quoted(written)}"
            self.problems.add(f"`*{name}` refers to an anchor `&{name}` that is not above", place, hint)
            return None
        anchor = self.anchors[name]
        if anchor is None:
            self.problems.add(f"`&{name}` contains itself", place, "remove the alias")
            return None
        self.count(anchor.nodes, depth + anchor.height, event)
        return replace(anchor.node, place=place) if anchor.node else None

    def scalar(self, event: ScalarEvent) -> Node | None:
        """Build text, a number, true, false or null."""
        place = self.place(start_of(event), end_of(event))
        if self.tagged(event):
            return None
        if event.style is None:
            self.warn_of_comment(event, place)
        try:
            value = resolve(event.value) if event.style is None else whole_characters(event.value)
        except ValueError as error:
            text = quoted(event.value[:40])
            hint = "write the character itself" if event.style else f"if it is meant as text, write {text}"
            self.problems.add(str(error), place, hint)
            return None
        return Node(value, place, value if isinstance(value, str) else event.value)

    def warn_of_comment(self, event: ScalarEvent, place: Place) -> None:
        """Warn of `pass #1`, which YAML silently cuts to `pass`."""
        end = end_of(event)
        cut = cut_by_comment(self.lines[end.line][end.column :])
        if cut:
            whole = quoted(f"{event.value}{cut}".strip())
            spot = replace(place, line=end.line + 1, column=end.column + 1 + cut.index("#"), width=1)
            self.problems.warn("a `#` after a space begins a comment", spot, f"if it is text, write {whole}")

    def tagged(self, event: NodeEvent) -> bool:
        """Refuse tags: a plan has no types of its own, and Python's would run code."""
        tag = getattr(event, "tag", None)
        if not tag:
            return False
        written = value_at(self.lines, start_of(event), flow=self.in_flow())
        hint = f"leave the tag out; if it is meant as text, write {quoted(written)}"
        place = self.place(start_of(event), None)
        width = len(written.split(" ")[0])
        self.problems.add("a plan has no YAML tags", replace(place, width=max(1, width)), hint)
        return True

    def list(self, start: NodeEvent, depth: int) -> Node:
        """Build a list of the items that are right."""
        items, damaged = [], False
        while not self.events.check_event(CollectionEndEvent):
            item = self.node(depth + 1)
            damaged = damaged or item is None
            if item:
                items.append(item)
        self.events.take()
        return Node(items, self.place(start_of(start), None), damaged=damaged)

    def mapping(self, start: NodeEvent, depth: int) -> Node:
        """Build a mapping; its first word counts where a key stands twice."""
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        damaged = False
        while not self.events.check_event(CollectionEndEvent):
            key = self.key(keys, depth + 1)
            value = self.node(depth + 1)
            damaged = damaged or key is None or value is None
            if key:
                keys[key.raw] = key.place
            if key and value:
                values[key.raw] = value
        self.events.take()
        return Node(values, self.place(start_of(start), None), "", keys, damaged)

    def key(self, keys: Mapping[str, Place], depth: int) -> Node | None:
        """Build the key of a mapping; None when it is not one."""
        opening = self.events.coming()
        key = self.node(depth)
        if key is None:
            return None
        if isinstance(key.value, dict | list):
            self.refuse_nested_key(key, opening)
        elif not isinstance(key.value, str):
            hint = f"write {quoted(key.raw)}" if key.raw else "write a name before the `:`"
            self.problems.add(f"a key must be text, not {shown(key.value)}", key.place, hint)
        elif key.value == "<<" and getattr(opening, "style", "'") is None:
            hint = "write the keys out; an endpoint can be used many times"
            self.problems.add("merge keys (`<<`) are not part of YAML 1.2", key.place, hint)
        elif key.value in keys and (fixed := spaced_dash(self.lines[key.place.line - 1])):
            self.problems.add(NO_SPACE_BEHIND_DASH, replace(key.place, width=1), f"write {fixed}")
        elif key.value in keys:
            hint = f"first on line {keys[key.value].line}; keep one of them"
            self.problems.add(f"the key {key.value!r} stands here twice", key.place, hint)
        else:
            return replace(key, raw=key.value)
        return None

    def refuse_nested_key(self, key: Node, opening: NodeEvent) -> None:
        """Explain a mapping or list in the place of a key, which `{{name}}` of other tools makes."""
        start, inner = start_of(opening), list(key.keys)
        before = self.lines[start.line][: start.column]
        if before.endswith("{") and len(inner) == 1:
            place = replace(key.place, column=key.place.column - 1, width=2)
            self.problems.add("`{{` does not insert a value", place, f"write {quoted('${' + inner[0] + '}')}")
        elif not key.damaged:  # else the key inside it was the mistake, as in `{{name}}: 1`
            self.problems.add("a key must be text", key.place, "write a name before the `:`")

    def in_flow(self) -> bool:
        """Say whether the innermost open mapping or list is one of `{}` or `[]`."""
        marks = self.events.marks  # the scanner's own flow level may be ahead of the event
        return bool(marks) and self.lines[marks[-1].line][marks[-1].column :][:1] in ("{", "[")

    def place(self, start: Mark, end: Mark | None) -> Place:
        """Return where something stands, and how far it reaches on its first line."""
        stop = end.column if end and end.line == start.line else len(self.lines[start.line])
        width = max(1, stop - start.column) if end else 1
        return Place(self.file, start.line + 1, start.column + 1, width)


def shown(value: Scalar) -> str:
    """Name a value that is not text."""
    return (
        "nothing"
        if value is None
        else f"the {'word' if isinstance(value, bool) else 'number'} {str(value).lower()}"
    )


def whole_characters(text: str) -> str:
    r"""Join surrogate pairs, which JSON writes as `\ud83c\udf55`; ValueError when one half is missing."""
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise ValueError("an escape here is only half a character") from None
