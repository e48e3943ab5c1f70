"""`use: [files]`: what a plan takes from other files, merged into it with the places kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from planrunner.errors import Problems
from planrunner.plan import schema, source
from planrunner.plan.files import find, folder_of
from planrunner.plan.merge import added, overlay, with_field, yielding
from planrunner.plan.names import whereabouts
from planrunner.plan.node import Node, setting

NAMED: Mapping[str, str] = {
    "endpoints": "an endpoint",
    "flows": "a flow",
    "data": "a data set",
    "profiles": "a profile",
}
"""Sections whose names must differ in all files, and what each of their names stands for."""

LAYERED = ("http", "thresholds")
"""Sections of which the plan's own are laid over those of its files."""


MOST = 50
"""So many files a plan may use: each is opened and read before the plan is checked."""


class Used(Struct, frozen=True):
    """A plan with what it uses; not `complete` when part of that could not be read."""

    root: Node
    complete: bool = True


def use(root: Node, file: str, problems: Problems) -> Used:
    """Merge the files that a plan uses into it, in their order; the plan's own words count more."""
    listed = root.fields.get("use")
    items = listed.items if listed else []
    if len(items) > MOST:
        problems.add(f"a plan uses at most {MOST} files", items[MOST].place, "put some of them together")
    known = {Path(file).resolve(): "this is the plan itself"}
    found = [fragment(item, file, known, problems) for item in items[:MOST]]
    lost = len(items) > MOST or ("use" in root.keys and (listed is None or listed.damaged))
    fragments = [one for one in found if one]
    for one in fragments:
        lost = lost or any(section in one.keys and section not in one.fields for section in NAMED)
        for section in NAMED:
            root = with_names(root, one, section, problems)
    for section in LAYERED:
        root = with_layers(root, fragments, section)
    return Used(root, complete=not lost and None not in found)


def fragment(node: Node, file: str, known: dict[Path, str], problems: Problems) -> Node | None:
    """Read one file; None, and a problem, when there is nothing usable."""
    name = setting(node).text
    try:
        path = find(name, node.place, folder_of(file))
        if path in known:
            raise ValueError(known[path])
        with path.open("rb") as stream:
            data = stream.read(source.BYTES + 1)
    except (ValueError, OSError) as error:
        hint = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        problems.add(f"cannot use the file {name!r}", node.place, hint)
        return None
    known[path] = f"it is used already on line {node.place.line}"
    read = source.read(data, str(Path(folder_of(file)) / name), problems, "fragment")
    if read is None:
        return None
    fitting = schema.check(read, problems, "fragment")
    return fitting if read.mapping else None


def with_names(root: Node, theirs: Node, section: str, problems: Problems) -> Node:
    """Add what has names in a file; none of them may be there already."""
    more, own = theirs.fields.get(section), root.fields.get(section)
    if more is None or (own is None and section in root.keys):
        return root
    if own is None:
        return with_field(root, section, more, theirs.keys[section])
    for name, place in more.keys.items():
        if name in own.keys:
            hint = f"the first is {whereabouts(own.keys[name], place)}; rename one of them"
            problems.add(f"{name!r} is already the name of {NAMED[section]}", place, hint)
    fields = {name: child for name, child in more.fields.items() if name not in own.keys}
    places = {name: place for name, place in more.keys.items() if name not in own.keys}
    return with_field(root, section, added(own, fields, places), root.keys[section])


def with_layers(root: Node, fragments: Sequence[Node], section: str) -> Node:
    """Lay a section of the plan over that of its files, of which later ones count more."""
    layers = [one for one in (*fragments, root) if section in one.fields]
    if not layers or (section in root.keys and section not in root.fields):
        return root
    merged = layers[0].fields[section]
    for layer in layers[1:]:
        above = layer.fields[section]
        merged = defaults(above, merged) if section == "http" else added(merged, above.fields, above.keys)
    return with_field(root, section, merged, layers[-1].keys[section])


def defaults(above: Node, below: Node) -> Node:
    """Lay `http` over another as all layers of requests: headers and cookies merge, the rest replaces."""
    below = yielding(below, above, ("http",))
    fields = dict(above.fields)
    for key in ("headers", "cookies"):
        if key in fields and key in below.fields:
            fields[key] = overlay(fields[key], below.fields[key], ("http", key))
    return added(below, fields, above.keys)
