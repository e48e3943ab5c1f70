"""What the tests of this folder share: reading plans that are written in the test."""

from textwrap import dedent

from planrunner.errors import Place, Problems
from planrunner.plan.load import load
from planrunner.plan.model import Check, Plan, Request, Send, Setting, Step
from planrunner.plan.node import Node
from planrunner.plan.source import read

FILE = "plan.yml"


def at(line: int, column: int, width: int = 1) -> Place:
    return Place(FILE, line, column, width)


def complaints(problems: Problems) -> list[str]:
    """Return all messages with line and column."""
    return [f"{p.place.line}:{p.place.column} {p.message}" for p in problems]


def node_of(text: str) -> Node:
    """Read YAML that has nothing wrong with it."""
    problems = Problems()
    node = read(text.encode(), FILE, problems)
    assert complaints(problems) == []
    assert node is not None
    return node


def plan_of(text: str) -> Plan:
    """Load a plan that has nothing wrong with it."""
    problems = Problems()
    plan = load(dedent(text).encode(), FILE, problems)
    assert complaints(problems) == []
    assert plan is not None
    return plan


def wrong(text: str) -> tuple[Plan | None, list[str]]:
    """Load a plan that has something wrong with it."""
    problems = Problems()
    plan = load(dedent(text).encode(), FILE, problems)
    return plan, complaints(problems)


def request_of(text: str) -> Request:
    """Load the request of a step, written in `{}`."""
    return sent(plan_of(f"name: x\nsteps: [{text}]\n").scenarios["default"].steps[0])


def sent(step: Step) -> Request:
    """Return the request of a step that sends one."""
    assert isinstance(step.does, Send)
    return step.does.request


def checks_of(text: str) -> tuple[Check, ...]:
    """Load checks, written in `[]`."""
    checks = request_of(f"{{get: /, checks: {text}}}").checks
    assert checks is not None
    return checks


def value(setting: object) -> object:
    """Return what is in a setting."""
    assert isinstance(setting, Setting)
    return setting.value
