"""`planrunner try`: one VU, one iteration, everything shown."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack

import click
from msgspec.structs import replace

from planrunner.cli.judging import Judging
from planrunner.cli.options import Inputs, inputs, option
from planrunner.cli.plans import Options, open_plan
from planrunner.cli.problems import HUMAN, show
from planrunner.engine.checked import Checked
from planrunner.engine.trial import Trial
from planrunner.errors import Exit, Problems
from planrunner.live.trial import View
from planrunner.values.mask import Mask


@click.command("try", short_help="Take each scenario once and show every request.")
@click.argument("plan", metavar="PLAN")
@inputs
@option("--full", is_flag=True, help="Show bodies whole, however long they are.")
@option("--seed", default="", help="Make every random choice repeatable.")
def command(plan: str, inputs: Inputs, full: bool, seed: str) -> int:  # noqa: FBT001  (click gives it)
    """Take each scenario once with one VU; show requests, answers, saved values and checks.

    Secrets are masked; think times are left out. Exits with 0 when every check holds, otherwise with 99.
    """
    problems = Problems()
    checked = open_plan(plan, inputs, problems, Options(seed=seed, judging=Judging(thresholds=False)))
    show(problems, HUMAN)
    with ExitStack() as stack:
        if checked.program.needs_demo:
            from planrunner.demo.start import start

            url = stack.enter_context(start())
            checked = replace(checked, given=replace(checked.given, demo=url))
        return _carry_out(checked, problems, full=full)


def _carry_out(checked: Checked, problems: Problems, *, full: bool) -> int:
    mask = Mask(checked.given.secrets)
    view = View(sys.stdout, problems.lines, mask, color=sys.stdout.isatty(), full=full)

    async def main() -> None:
        await Trial(checked, view.tell).carry_out()

    asyncio.run(main())
    click.echo(f"\n{view.summary()}")
    return Exit.PASSED if view.counts.well else Exit.THRESHOLDS
