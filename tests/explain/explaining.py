"""Plans made ready to be explained."""

from __future__ import annotations

import re
from textwrap import dedent

from running import checked_plan

from planrunner.engine.checked import Checked
from planrunner.explain.loads import Scale
from planrunner.explain.page import Page, scales
from planrunner.values.names import Names


def whole(text: str) -> str:
    """Add what a plan needs beside the part that a test is about."""
    part = dedent(text).lstrip("\n")
    keys = set(re.findall(r"^(\w+):", part, re.MULTILINE))
    usual = {"target": "http://localhost:3333", "load": "{vus: 2, duration: 10s}", "steps": "[{get: /}]"}
    if "scenarios" in keys:
        usual = {"target": usual["target"]}
    return "name: Shop\n" + "".join(f"{key}: {usual[key]}\n" for key in usual if key not in keys) + part


def checked(text: str, **given: str) -> Checked:
    """Check a plan of which the text is a part."""
    return checked_plan(whole(text), None, **given)


def section(text: str, title: str, **given: str) -> list[str]:
    """Return the lines of one section of the page, unbroken and without their indentation."""
    ready = checked(text, **given)
    names = Names(ready.given.variables, runtime=False)
    lines = [*Page(ready, (), names, scales(ready, names)).lines(), ""]
    begin = lines.index(title) + 1
    return [line.removeprefix("  ") for line in lines[begin : lines.index("", begin)]]


def outline(steps: str) -> list[str]:
    """Return what the page says of one iteration's steps."""
    lines = section(steps, "SCENARIO default")
    return [line.removeprefix("  ") for line in lines[lines.index("each iteration:") + 1 :]]


def scale(text: str) -> Scale:
    """Return how much the only scenario of a plan does."""
    ready = checked(text)
    (only,) = scales(ready, Names(ready.given.variables, runtime=False))
    return only
