"""Steps: what an iteration does, in order; a step may hold steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.errors import Place
from planrunner.plan.model.request import Check, Record, Request, Save, Values
from planrunner.plan.model.values import Setting, Tree


class Send(Struct, frozen=True):
    """Send a request: one of the plan's endpoints with changes, or one written in place."""

    request: Request  # with the step's checks, saves and records
    endpoint: str = ""  # "" for a request written in place


class Flow(Struct, frozen=True):
    """Take the steps of one of the plan's flows."""

    name: str
    place: Place  # of the name


class Group(Struct, frozen=True):
    """Steps under a name; how long they take together is `group_duration`."""

    name: str
    steps: tuple[Step, ...]


class If(Struct, frozen=True):
    """Steps to take when a condition holds, and others when it does not."""

    condition: Setting
    steps: tuple[Step, ...]
    otherwise: tuple[Step, ...] = ()


class Repeat(Struct, frozen=True):
    """Steps to take a number of times."""

    times: Setting
    steps: tuple[Step, ...]


class ForEach(Struct, frozen=True):
    """Steps to take for each item of a list, which they know by a name."""

    items: Tree  # a list, or a `${...}` that gives one
    name: str
    name_place: Place
    steps: tuple[Step, ...]


class While(Struct, frozen=True):
    """Steps to take while a condition holds, or (`until`, asked after the steps) until it does."""

    condition: Setting
    until: bool
    max: Setting  # so many times at most; reaching it is a failed check
    steps: tuple[Step, ...]
    every: Setting | None = None  # pause between two passes


class Parallel(Struct, frozen=True):
    """Requests that are sent at the same time; it goes on when all have been answered."""

    steps: tuple[Step, ...]  # each of them does Send


class Branch(Struct, frozen=True):
    """One way to go; the greater its weight beside that of the others, the more often it is taken."""

    steps: tuple[Step, ...]
    place: Place
    weight: Setting | None = None  # 1


class Choose(Struct, frozen=True):
    """One of several branches, drawn at random each time."""

    branches: tuple[Branch, ...]


class Think(Struct, frozen=True):
    """Wait as a person would: `1s`, `1s-5s` (uniform), or a mean with a spread (normal, never below 0)."""

    range: Setting | None = None  # the written form "1s" or "1s-5s"
    mean: Setting | None = None
    spread: Setting | None = None


class Stop(Struct, frozen=True):
    """End the iteration, the VU or the whole test."""

    what: Literal["iteration", "vu", "test"]


Doing: TypeAlias = Send | Flow | Group | If | Repeat | ForEach | While | Parallel | Choose | Think | Stop


class Step(Struct, frozen=True):
    """One step: what it does, and what any step may have beside it.

    In this order: `condition`, `does`, `saves`, `sets`, `checks`, `records`, `log`, `on_fail`. The checks,
    saves and records of a request are in its Request, since an endpoint may say them too.
    """

    place: Place
    does: Doing | None = None  # None: only what stands beside it
    name: str = ""
    tags: Values = {}  # also for the steps within
    condition: Setting | None = None  # `if`: the step is left out unless it holds
    saves: tuple[Save, ...] = ()
    sets: Mapping[str, Tree] = {}
    checks: tuple[Check, ...] = ()
    records: tuple[Record, ...] = ()
    log: Setting | None = None
    on_fail: tuple[Step, ...] = ()  # what to do when one of its checks failed


def held(step: Step) -> Iterator[Step]:
    """Yield the steps right within a step, those for a failed check last; not those of its flow."""
    match step.does:
        case Group() | Repeat() | ForEach() | While() | Parallel() as does:
            yield from does.steps
        case If() as does:
            yield from (*does.steps, *does.otherwise)
        case Choose() as does:
            for branch in does.branches:
                yield from branch.steps
    yield from step.on_fail


class Preflight(Struct, frozen=True):
    """A request that must succeed before the run starts; it is tried again until its time is over."""

    step: Step
    within: Setting | None = None  # 30s
