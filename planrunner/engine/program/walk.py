"""What can be told of steps without compiling them: what they hold, what they make, whether they wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from planrunner.plan import model
from planrunner.plan.model import Plan, Request, Step

Flows: TypeAlias = Mapping[str, Sequence[Step]]


def inside(step: Step, flows: Flows) -> Iterator[Step]:
    """Yield the steps right within a step; those for a failed check too."""
    if isinstance(step.does, model.Flow):
        yield from flows.get(step.does.name, ())
    yield from model.held(step)


def every(steps: Sequence[Step], flows: Flows, known: frozenset[str] = frozenset()) -> Iterator[Step]:
    """Yield steps and all that they hold, at any depth; a flow within itself is left out."""
    for step in steps:
        yield step
        if isinstance(step.does, model.Flow):
            if step.does.name in known:
                continue
            yield from every(tuple(inside(step, flows)), flows, known | {step.does.name})
        else:
            yield from every(tuple(inside(step, flows)), flows, known)


def whole(plan: Plan, send: model.Send, http: Request | None) -> Request:
    """Lay the layers of a request over each other: step, endpoint, scenario's http, plan's http."""
    endpoint = plan.endpoints.get(send.endpoint)
    request = send.request
    for layer in (endpoint and endpoint.request, http, plan.http):
        request = request.over(layer) if layer else request
    return request


def names_made(steps: Sequence[Step], flows: Flows, whole: Callable[[model.Send], Request]) -> Iterator[str]:
    """Yield the names that steps save or set; `whole` gives a request with all its layers."""
    for step in every(steps, flows):
        saves = (whole(step.does).saves or ()) if isinstance(step.does, model.Send) else step.saves
        yield from (save.name for save in saves)
        yield from step.sets


def waits(steps: Sequence[Step], flows: Flows, known: frozenset[str] = frozenset()) -> bool:
    """Whether taking these steps surely lets others run in between."""
    for step in steps:
        does = step.does
        if step.condition is not None:
            continue
        if isinstance(does, model.Send | model.Think | model.Parallel):
            return True
        if isinstance(does, model.Group) and waits(does.steps, flows, known):
            return True
        flow = does.name if isinstance(does, model.Flow) else ""
        if flow and flow not in known and waits(flows.get(flow, ()), flows, known | {flow}):
            return True
    return False
