"""`planrunner validate`: everything that is wrong with plans, without a single request."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import click
from msgspec.structs import replace

from planrunner.cli import problems as written
from planrunner.cli.options import Inputs, inputs, option
from planrunner.cli.plans import open_plan, read
from planrunner.engine.checked import Checked
from planrunner.errors import Exit, PlanError, Problems
from planrunner.pacing.executors import Quota, Searched
from planrunner.plan.files import STDIN
from planrunner.plan.load import load
from planrunner.units import show_duration


@click.command("validate", short_help="Check plans without sending a request.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@inputs
@option(
    "--format",
    "form",
    type=click.Choice([*written.FORMATS]),
    default=written.HUMAN,
    help="How problems are written: for people, as JSON lines, or as GitHub annotations.",
)
def command(plans: tuple[str, ...], inputs: Inputs, form: str) -> int:
    """Check plans without sending a request; `-` reads one from standard input.

    A plan is checked as it stands and with each of its profiles, unless `--profile` chooses some. Exits with
    104 when a plan has problems, and shows all of them.
    """
    return max(_validate(name, inputs, form) for name in plans)


def _validate(name: str, inputs: Inputs, form: str) -> int:
    problems = Problems()
    checked = _check(name, inputs, problems)
    written.show(problems, form)
    if checked is None:
        count = sum(not problem.warning for problem in problems)
        _say(f"{name}: not valid, {count} {'problem' if count == 1 else 'problems'}", form)
        return Exit.INVALID
    _say(f"{name}: valid ({_size(checked)})", form)
    return Exit.PASSED


def _check(name: str, inputs: Inputs, problems: Problems) -> Checked | None:
    """Check a plan, and each profile of it; None when there is any problem."""
    try:
        content = read(name, problems)
    except PlanError:
        return None
    plan = load(content, STDIN if name == "-" else name, Problems())  # only for the names of its profiles
    profiles = plan.profiles if plan and not inputs.profiles else ()
    found: list[Checked | None] = []
    masks: list[Callable[[str], str]] = []
    for chosen in (inputs.profiles, *((profile,) for profile in profiles)):
        found.append(_open(name, replace(inputs, profiles=chosen), problems, content))
        masks.append(problems.mask)
    # A profile may have secrets of its own, and what is shown at the end holds words of them all.
    problems.mask = lambda text: reduce(lambda shown, mask: mask(shown), masks, text)
    return None if None in found else found[0]


def _open(name: str, inputs: Inputs, problems: Problems, content: bytes) -> Checked | None:
    try:
        return open_plan(name, inputs, problems, content=content)
    except PlanError:
        return None


def _say(text: str, form: str) -> None:
    """Say how it ended; a program that reads JSON has the exit code."""
    click.echo(text, err=form == "json")


def _size(checked: Checked) -> str:
    count = len(checked.program.scenarios)
    scenarios = "1 scenario" if count == 1 else f"{count} scenarios"
    open_ended = any(isinstance(s.work.schedule, Quota | Searched) for s in checked.program.scenarios)
    most = "at most " if open_ended else ""
    return f"{scenarios}, up to {checked.max_vus} VUs, {most}{show_duration(checked.seconds)}"
