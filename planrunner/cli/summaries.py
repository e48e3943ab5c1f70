"""How much of a result is printed: the option of commands that print a summary."""

from __future__ import annotations

import dataclasses
from typing import get_args

import click
from msgspec.structs import replace

from planrunner.cli.options import option
from planrunner.plan.model import Plan, SummaryMode
from planrunner.result import Mode, Result

summary_mode = option(
    "--summary-mode",
    type=click.Choice(get_args(SummaryMode)),
    help="Print the totals, all metrics of each scenario and group too, or the verdict alone.",
)


def planned_with(plan: Plan, mode: SummaryMode | None) -> Plan:
    """Return a plan whose summary is written as the option says, if it says anything."""
    return replace(plan, summary=replace(plan.summary, mode=mode)) if mode else plan


def shown_with(result: Result, mode: Mode | None) -> Result:
    """Do the same for a result."""
    if mode is None:
        return result
    return dataclasses.replace(result, summary=dataclasses.replace(result.summary, mode=mode))
