"""`planrunner validate`: everything that is wrong with plans, without a single request."""

from __future__ import annotations

import click

from planrunner.cli.options import variables
from planrunner.cli.plans import open_plan
from planrunner.engine.run import Checked
from planrunner.errors import Exit, PlanError, Problems
from planrunner.pacing.executors import Quota
from planrunner.units import show_duration


@click.command("validate", short_help="Check plans without sending a request.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@variables
def command(plans: tuple[str, ...], given: dict[str, str]) -> int:
    """Check plans without sending a request; `-` reads one from standard input.

    Exits with 104 when a plan has problems, and shows all of them.
    """
    return max(_validate(name, given) for name in plans)


def _validate(name: str, given: dict[str, str]) -> int:
    problems = Problems()
    try:
        checked = open_plan(name, given, problems)
    except PlanError:
        count = sum(not problem.warning for problem in problems)
        _show(problems)
        click.echo(f"{name}: not valid, {count} {'problem' if count == 1 else 'problems'}")
        return Exit.INVALID
    _show(problems)
    click.echo(f"{name}: valid ({_size(checked)})")
    return Exit.PASSED


def _show(problems: Problems) -> None:
    for problem in problems:
        click.echo(problems.render(problem) + "\n", err=True)


def _size(checked: Checked) -> str:
    count = len(checked.program.scenarios)
    scenarios = "1 scenario" if count == 1 else f"{count} scenarios"
    quota = any(isinstance(s.work.schedule, Quota) for s in checked.program.scenarios)
    most = "at most " if quota else ""
    return f"{scenarios}, up to {checked.max_vus} VUs, {most}{show_duration(checked.seconds)}"
