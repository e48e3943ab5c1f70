"""Whether two runs may be compared: the same plan and load, at the same target, from the same generator."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from planrunner.errors import Problems
from planrunner.plan.node import plain
from planrunner.plan.source import read
from planrunner.result import Result

Aspect = Literal["plan", "target", "load", "generator"]
ASPECTS: tuple[Aspect, ...] = ("plan", "target", "load", "generator")

JUDGING = frozenset(
    {"name", "description", "thresholds", "fail_on", "summary", "reports", "outputs", "profiles"}
)
"""Keys of a plan that change nothing of what it sends; a profile that is used shows in the load."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def differences(base: Result, head: Result, despite: Collection[Aspect] = ()) -> Iterator[str]:
    """Say what keeps two runs from being compared, in words; nothing where they can be."""
    if "plan" not in despite and _sends(base) != _sends(head):
        yield "the plan is another one"
    if "target" not in despite and _place(base.target) != _place(head.target):
        yield f"the target is another one: {base.target or 'none'} and {head.target or 'none'}"
    if "load" not in despite:
        yield from _loads(base, head)
    if "generator" not in despite:
        yield from _generators(base, head)
    for one, name in ((base, "base"), (head, "head")):
        if one.health.trust == "untrusted":
            yield f"the numbers of the {name} cannot be trusted"
        if one.stopped:
            yield f"the {name} did not run to its end"


def _sends(result: Result) -> Any:
    """Return what of a plan decides what is sent; its text where that is no plan any more."""
    text = result.plan.text
    node = read(text.encode(), result.plan.file, Problems())
    if node is None or not node.mapping:
        return text
    return {key: plain(value) for key, value in node.fields.items() if key not in JUDGING}


def _place(target: str) -> tuple[str, str, str]:
    """Return where a target is; a port of this machine is whatever was free."""
    url = urlsplit(target)
    here = url.hostname in LOOPBACK
    return url.scheme, "this machine" if here else url.netloc, url.path.rstrip("/")


def _loads(base: Result, head: Result) -> Iterator[str]:
    sides = [
        {scene.name: (scene.executor, scene.description, scene.max_vus) for scene in result.scenarios}
        for result in (base, head)
    ]
    for name in sorted(sides[0].keys() | sides[1].keys()):
        told = [side[name][1] if name in side else "none" for side in sides]
        if sides[0].get(name) != sides[1].get(name):
            yield f"the load of {name} is another one: {told[0]}; {told[1]}"


def _generators(base: Result, head: Result) -> Iterator[str]:
    was, now = base.environment, head.environment
    pairs = (
        ("planrunner", base.planrunner, head.planrunner),
        ("number of processes", base.processes, head.processes),
        ("processor", was.cpu, now.cpu),
        ("number of cores", was.cpus, now.cpus),
        ("event loop", was.loop, now.loop),
        ("Python", _minor(was.python), _minor(now.python)),
    )
    for name, before, after in pairs:
        if before != after:
            yield f"the {name} is another one: {before or 'unknown'} and {after or 'unknown'}"


def _minor(version: str) -> str:
    """Leave out the last part of a version, which changes no speed."""
    return re.sub(r"^(\D*\d+\.\d+).*", r"\1", version)
