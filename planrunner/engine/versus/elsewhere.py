"""Requests that go to one place whichever side has its window: those do not compare anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner.engine.program.walk import every, whole
from planrunner.errors import Place, Problems
from planrunner.plan import model
from planrunner.plan.model import Plan, Request, Setting, Step
from planrunner.protocols.http.urls.url import absolute
from planrunner.values.expressions import compile_text
from planrunner.values.names import Names

MOST = 5  # places that are named


def complain(plan: Plan, names: Names, problems: Problems) -> None:
    """Warn of requests that do not go to the plan's target, which alone differs between the sides."""
    places = list(dict.fromkeys(elsewhere(plan, names)))
    if not places:
        return
    count = "1 request goes" if len(places) == 1 else f"{len(places)} requests go"
    lines = ", ".join(f"{place.file}:{place.line}" for place in places[1:MOST])
    also = f" (also {lines}{', ...' if len(places) > MOST else ''})" if lines else ""
    problems.warn(
        f"{count} to the same place on both sides: --versus is instead of the plan's `target` alone{also}",
        places[0],
        "leave the URL's host, or the `target` of its own, out where both sides have the request",
    )


def elsewhere(plan: Plan, names: Names) -> Iterator[Place]:
    """Yield where requests stand whose URL is absolute, or that have a target of their own."""
    beside = (*(one.step for one in plan.preflight), *plan.setup, *plan.teardown)
    yield from _all(plan, beside, None, names)
    for scenario in plan.scenarios.values():
        if scenario.target is not None:
            yield scenario.target.place
        else:
            yield from _all(plan, (*scenario.vu_setup, *scenario.steps), scenario.http, names)


def _all(plan: Plan, steps: Sequence[Step], http: Request | None, names: Names) -> Iterator[Place]:
    for step in every(steps, plan.flows):
        if isinstance(step.does, model.Send):
            request = whole(plan, step.does, http)
            if request.target is not None:
                yield request.target.place
            elif request.url is not None and absolute(_text(request.url, names)):
                yield request.url.place


def _text(setting: Setting, names: Names) -> str:
    """Return a URL as far as the plan says it."""
    problems = Problems()
    value = compile_text(setting, names, problems)
    return str(value.value) if value.constant and not problems.failed else setting.text
