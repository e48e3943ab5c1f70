"""`planrunner github`: the steps of the GitHub Action, which action.yml runs."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from planrunner.cli.several import slugs
from planrunner.github.child import start
from planrunner.github.runner import Runner


@click.group("github", short_help="The steps of the GitHub Action.")
def command() -> None:
    """Carry out the steps of the GitHub Action; what they need, the runner says by environment variables."""


@command.command("run")
def run() -> None:
    """Run the plans as the inputs say; writes outputs, summary and annotations.

    The exit code is 0 whatever became of the plans: a later step decides by the outputs.
    """
    from planrunner.github.run import run as carried_out

    carried_out(_runner(), start, slugs)


@command.command("comment")
def comment() -> None:
    """Write what the plans came to into the pull request, or say in a notice why not."""
    from planrunner.github.comment import comment as written

    written(_runner(), datetime.now(UTC))


def _runner() -> Runner:
    return Runner(dict(os.environ), click.echo)
