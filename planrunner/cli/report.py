"""`planrunner report`: makes reports again from the result of a run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from planrunner.cli.files import Files
from planrunner.cli.options import option
from planrunner.cli.reports import Wanted, reports
from planrunner.cli.summaries import shown_with, summary_mode
from planrunner.cli.telling import printed, tell
from planrunner.errors import SetupError
from planrunner.outputs.journal import is_journal
from planrunner.result import Mode, Result, fit, from_json


@click.command("report", short_help="Make reports again from a result file.")
@click.argument("result", metavar="RESULT")
@reports
@summary_mode
@option("--no-color", is_flag=True, help="Print without colours, as where NO_COLOR is set.")
def command(result: str, wanted: Wanted, *, summary_mode: Mode | None, no_color: bool) -> None:
    """Make reports again from a result file (`-`: standard input), as the run made them.

    A result file is the result.json that --report-dir writes. Of a run that was killed, there is a
    run.journal instead, with all but its last second. Without options, the summary is printed.
    Nothing is judged: 0 when the reports were made, whatever the verdict was; 104 when the file is no
    result, or a report cannot be written.
    """
    found = opened(result)
    if not wanted:
        tell(printed(shown_with(found, summary_mode), no_color=no_color))
        return
    source = Path(result).resolve()
    files = Files(wanted.paths, source, frozenset(), wanted.flavor or "jenkins", wanted.texts)
    files.prepare({source: "the result", **{text.template: "a template" for text in wanted.texts}})
    written = files.write(found)
    tell(*written.told(), *written.said)
    written.settle()


def opened(name: str) -> Result:
    """Read a result; SetupError says why it cannot be."""
    called = "standard input" if name == "-" else name
    try:
        if name != "-" and is_journal(Path(name)):
            from planrunner.engine.journal import replay  # the engine, which results do not need

            return fit(replay(Path(name)))
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise SetupError(
            f"cannot read {called}: {getattr(error, 'strerror', None) or error}; {WAY_OUT}"
        ) from None
    try:
        return from_json(data)
    except ValueError as error:
        way_out = f"to run a plan, write: planrunner run {name}" if name.endswith(PLANS) else WAY_OUT
        raise SetupError(f"{called} is no result that can be read: {error}; {way_out}") from None


WAY_OUT = "name a result.json or a run.journal, as `planrunner run PLAN --report-dir DIR` writes them"
PLANS = (".yml", ".yaml")
