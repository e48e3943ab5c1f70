"""Where a plan's requests go, and whether that is this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from planrunner.engine.program.build import DEMO, is_demo
from planrunner.engine.program.walk import every, whole
from planrunner.errors import Problems
from planrunner.explain.words import told
from planrunner.plan import model
from planrunner.plan.model import Plan, Request, Setting, Step
from planrunner.protocols.http.urls.routes import compile_routes
from planrunner.protocols.http.urls.url import absolute
from planrunner.values.names import Names


def targets(plan: Plan, names: Names) -> dict[str, bool]:
    """List where requests go, as the plan says it, and whether each is this machine.

    What depends on values that are not known is not.
    """
    found: dict[str, bool] = {}
    for request, target in _sent(plan):
        setting = _leading(request, target)
        if is_demo(setting, names.variables):
            found[DEMO] = True
            continue
        text = told(setting, names)
        found[_origin(text)] = _is_here(text, request, names)
    return found


def _sent(plan: Plan) -> Iterator[tuple[Request, Setting | None]]:
    """Yield each request with all its layers, and the target that is meant where it names none."""
    probes = [probe.step for probe in plan.preflight]
    for steps in (probes, plan.setup, plan.teardown):
        yield from _of(plan, steps, plan.target, None)
    for scenario in plan.scenarios.values():
        steps = (*scenario.vu_setup, *scenario.steps)
        yield from _of(plan, steps, scenario.target or plan.target, scenario.http)


def _of(
    plan: Plan, steps: Sequence[Step], target: Setting | None, http: Request | None
) -> Iterator[tuple[Request, Setting | None]]:
    for step in every(steps, plan.flows):
        if isinstance(step.does, model.Send):
            yield whole(plan, step.does, http), target


def _leading(request: Request, target: Setting | None) -> Setting:
    """Return what says where a request goes: its URL when that is a whole one, else its target."""
    assert request.url
    leads = request.target or target
    return request.url if leads is None or absolute(request.url.text) else leads


def _origin(text: str) -> str:
    """Return scheme, host and port of a URL; a target's path is none of where it is."""
    scheme, sign, rest = text.partition("://")
    return f"{scheme}{sign}{rest.partition('/')[0]}" if sign else text


def _is_here(text: str, request: Request, names: Names) -> bool:
    try:
        host = compile_routes(request, names, Problems()).of(text).dial.host
    except ValueError:  # a `${...}` whose value is not known
        return False
    return is_local(host)


def is_local(host: str) -> bool:
    """Tell whether a host is this machine, by its name alone: nothing is looked up."""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
