"""`planrunner explain`: what a plan will do, in plain words, without a single request."""

from __future__ import annotations

import click

from planrunner.cli.options import Inputs, inputs
from planrunner.cli.plans import open_plan
from planrunner.cli.problems import HUMAN, show
from planrunner.errors import Exit, Problems


@click.command("explain", short_help="Say in words what a plan does.")
@click.argument("plan", metavar="PLAN")
@inputs
def command(plan: str, inputs: Inputs) -> int:
    """Say in plain words what a plan (`-`: standard input) does, and send nothing.

    Where the load goes, what each scenario does, how many requests that makes, which data it needs, what the
    thresholds ask for, how long it takes, the load over time as a drawing, and how dangerous it is.
    """
    from planrunner.explain.page import explain

    problems = Problems()
    checked = open_plan(plan, inputs, problems)
    show(problems, HUMAN)  # only warnings are left
    click.echo(explain(checked, inputs.profiles))
    return Exit.PASSED
