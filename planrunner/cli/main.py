"""The `planrunner` command: finds the subcommand, and turns errors into messages and exit codes."""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr
from importlib import import_module
from typing import TextIO, cast

import click

from planrunner import __version__
from planrunner.cli import problems
from planrunner.cli.signals import as_usual
from planrunner.errors import Exit, PlanError, SetupError, UsageError, harmless, suggestion
from planrunner.values.masked import Masked, mask_stderr

COMMANDS: Mapping[str, str] = {
    "compare": "planrunner.cli.compare",
    "demo": "planrunner.cli.demo",
    "explain": "planrunner.cli.explain",
    "github": "planrunner.cli.github",
    "history": "planrunner.cli.history",
    "init": "planrunner.cli.init",
    "report": "planrunner.cli.report",
    "run": "planrunner.cli.run",
    "schema": "planrunner.cli.schema",
    "try": "planrunner.cli.trial",
    "validate": "planrunner.cli.validate",
}
"""Each command, and the module whose `command` it is."""


class Commands(click.Group):
    """Imports a command when it is used, so that `validate` does not wait for the engine's libraries."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Name all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; where there is none of that name, say which one was probably meant."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            ctx.fail(f"No such command {cmd_name!r}: {_meant(cmd_name)}")
        if cmd_name != "run":  # which says itself what Ctrl-C does
            as_usual()
        gc.disable()  # modules make no garbage, and looking for it takes a tenth of the time
        try:
            command = import_module(module).command
        finally:
            gc.enable()
        assert isinstance(command, click.Command)
        return command


def _meant(name: str) -> str:
    if name.endswith((".yml", ".yaml")):
        return f"to run a plan, write: planrunner run {name}"
    return suggestion(name, COMMANDS)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="planrunner %(version)s")
def cli() -> None:
    """Load tests as YAML plans: checked before they run, judged when they end."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows code page has no check mark
    sys.exit(outcome(arguments, mask_stderr()))


def outcome(arguments: list[str] | None, stderr: Masked | None = None) -> int:
    """Run the command line; all that is said on stderr meanwhile is masked, once secrets are known."""
    stderr = stderr or Masked(sys.stderr)
    with redirect_stderr(cast("TextIO", stderr)):
        return _outcome(arguments, stderr)


def _outcome(arguments: list[str] | None, stderr: Masked) -> int:
    """Run the command line; the one place where exceptions become exit codes."""
    try:
        code = cli.main(arguments, prog_name="planrunner", standalone_mode=False, obj=stderr)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        problems.keep(stderr.masked(problems.told(error.format_message())))
        error.show()
        return error.exit_code
    except UsageError as error:
        return _fail(str(error), Exit.USAGE, stderr)
    except PlanError as error:
        return _invalid(error)
    except SetupError as error:
        return _fail(str(error), Exit.INVALID, stderr)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", Exit.INTERRUPTED, stderr)
    except Exception as error:  # noqa: BLE001 (the boundary: what nobody expected is told, not dumped)
        return _internal(error)
    return int(code or Exit.PASSED)


def _fail(message: str, code: Exit, stderr: Masked) -> int:
    problems.keep(stderr.masked(problems.told(message)))
    click.echo(harmless(f"planrunner: {message}"), err=True)
    return code


def _invalid(error: PlanError) -> int:
    problems.show(error.problems, problems.HUMAN)
    count = sum(not problem.warning for problem in error.problems)
    what = "1 problem" if count == 1 else f"{count} problems"
    click.echo(f"planrunner: {what}; no request was sent", err=True)
    return Exit.INVALID


def _internal(error: Exception) -> int:
    if os.environ.get("PLANRUNNER_TRACEBACK"):
        traceback.print_exception(error)
    while isinstance(error, ExceptionGroup):  # tasks that ended together: the first says it
        error = error.exceptions[0]
    click.echo(
        f"planrunner: internal error: {type(error).__name__}: {harmless(str(error))}\n"
        "This is a fault of planrunner, not of your plan. Please report it with the output of the same\n"
        "command with PLANRUNNER_TRACEBACK=1 in the environment.",
        err=True,
    )
    return Exit.INTERNAL
