"""`python -m benchmarks.rendering`: what `${...}` in a request cost, against the same request without."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from time import process_time
from timeit import repeat
from typing import Any

import msgspec

from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.plan.model import JsonBody, Plan, Tree
from planrunner.protocols.http.request.prepare import prepare
from planrunner.values.expressions import compile_tree
from planrunner.values.json import compile_json
from planrunner.values.names import Names
from planrunner.values.scope import Scope

TARGET = 10.0  # microseconds that three expressions may add: one core makes a request in some 11
ROUNDS = 40
TIMES = 2_000

PLAN = """\
name: Rendering
target: http://127.0.0.1:8000
endpoints:
  constant:
    post: /api/pizza
    json: {maxCaloriesPerSlice: 500, mustBeVegetarian: false, excludedTools: [knife, scissors],
      wish: thin crust, customer: Ann, note: VU 3 in its round 5}
  rendered:
    post: /api/pizza
    json:
      maxCaloriesPerSlice: 500
      mustBeVegetarian: false
      excludedTools: [knife, scissors]
      wish: ${wish}
      customer: ${customer.name}
      note: VU 3 in its round ${vu.iteration + 1}
steps:
  - set: {wish: thin crust, customer: {name: Ann}}
  - request: constant
  - request: rendered
"""


def main() -> int:
    """Measure and print; 1 when rendering costs more than it may."""
    plan, names, scope = read()
    tree = body(plan)
    constant = cost(writing(plan, "constant", names), scope)
    rendered = cost(writing(plan, "rendered", names), scope)
    print("a request with a JSON body, microseconds to have its bytes:")
    show("without ${...}", constant, constant)
    show("with three ${...}", rendered, constant)
    print("the body with three ${...} alone:")
    whole = cost(encoding(tree, names), scope)
    show("made as a whole, then encoded", whole, whole)
    show("joined from encoded pieces", cost(compile_json(tree, names, Problems()).of, scope), whole)
    more = rendered - constant
    print(f"three expressions cost {more:.2f} microseconds; they may cost {TARGET:g}")
    return int(more > TARGET)


def read() -> tuple[Plan, Names, Scope]:
    """Read the plan; with it, the names it may use and their values."""
    problems = Problems()
    plan = load(PLAN.encode(), "rendering.yml", problems)
    assert plan is not None
    sound(problems)
    scope = Scope(3, "one", "t-1", Random(1))
    scope.iteration = 4
    scope.values = {"wish": "thin crust", "customer": {"name": "Ann"}}
    return plan, Names({}, frozenset(scope.values)), scope


def sound(problems: Problems) -> None:
    """Insist that the plan above is free of problems."""
    assert not problems.found, "\n".join(map(problems.render, problems))


def writing(plan: Plan, endpoint: str, names: Names) -> Callable[[Scope], Any]:
    """Make what the engine asks for the bytes of a request."""
    problems = Problems()
    call = prepare(plan.endpoints[endpoint].request, plan.target, names, problems)
    sound(problems)
    return lambda scope: call.constant or call.render(scope)


def body(plan: Plan) -> Tree:
    """Return the body that holds expressions."""
    found = plan.endpoints["rendered"].request.body
    assert isinstance(found, JsonBody)
    return found.tree


def encoding(tree: Tree, names: Names) -> Callable[[Scope], Any]:
    """Make what computes all of a body and then encodes it."""
    compiled = compile_tree(tree, names, Problems())
    return lambda scope: msgspec.json.encode(compiled.of(scope))


def cost(make: Callable[[Scope], Any], scope: Scope) -> float:
    """Return the microseconds of one call, in the fastest of short rounds: all else only adds to it."""
    return min(repeat(lambda: make(scope), timer=process_time, number=TIMES, repeat=ROUNDS)) / TIMES * 1e6


def show(what: str, microseconds: float, against: float) -> None:
    """Print a line of the table."""
    print(f"  {what:<32} {microseconds:8.2f}  x {microseconds / against:.2f}")


if __name__ == "__main__":
    sys.exit(main())
