"""Requests whose bodies are discarded: what is asked of those bodies is found before the run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planrunner.errors import Place, Problems
from planrunner.plan.model import Check, Request, Tree

CHECKS = frozenset({"body", "html", "json", "json_schema", "size"})
SAVES = frozenset({"html", "json", "regex"})

_HINT = "write `discard_bodies: false` at this request"
_NAMES = re.compile(r"\$\{[^}]*\b(body|json)\b")


def complain(request: Request, problems: Problems) -> None:
    """Say which checks, saves and records of a request can never work without the body."""
    for what, place in _askers(request):
        problems.add(f"{what} needs the body, which `discard_bodies` leaves out", place, _HINT)


def _askers(request: Request) -> Iterator[tuple[str, Place]]:
    for check in request.checks or ():
        if check.kind in CHECKS or (check.kind == "expr" and _asks(check)):
            yield f"the check {check.name!r}", check.place
    for save in request.saves or ():
        if save.source in SAVES or (save.source == "expr" and _NAMES.search(save.path.text)):
            yield f"the saved value {save.name!r}", save.place
    for record in request.records or ():
        if _NAMES.search(record.value.text):
            yield f"the sample for {record.metric!r}", record.place


def _asks(check: Check) -> bool:
    wanted: list[Tree | None] = [condition.wanted for condition in check.conditions]
    return any(_NAMES.search(getattr(one, "text", "")) for one in wanted)
