"""`planrunner run`: a plan goes in; load goes out; summary, reports and exit code come back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import click

from planrunner.cli.files import Files
from planrunner.cli.options import duration, option, variables
from planrunner.cli.plans import open_plan
from planrunner.engine.run import Checked, Run, carry_out, target
from planrunner.errors import Exit, Problems, SetupError
from planrunner.live.terminal import Terminal
from planrunner.reports.summary import summary
from planrunner.result import Result
from planrunner.units import show_duration
from planrunner.values.mask import Mask


@click.command("run", short_help="Run a plan and judge it.")
@click.argument("plan", metavar="PLAN")
@variables
@option("--vus", type=click.IntRange(1), help="Number of VUs, instead of the plan's.")
@duration("--duration", help="How long to run, for example 30s, instead of the plan's.")
@option("-i", "--iterations", type=click.IntRange(1), help="Number of iterations, instead of the plan's.")
@option("--seed", default="", help="Make every random choice repeatable.")
@option("--report-dir", type=click.Path(file_okay=False), help="Write all reports into this folder.")
@option("--html", type=click.Path(dir_okay=False), help="Write the HTML report to this file.")
@option("--markdown", type=click.Path(dir_okay=False), help="Write the Markdown report to this file.")
@option("--junit", type=click.Path(dir_okay=False), help="Write the JUnit report to this file.")
@option("--summary-export", type=click.Path(dir_okay=False), help="Write k6's summary JSON to this file.")
@option("--quiet", is_flag=True, help="Show no progress; the plan's logs and the summary stay.")
def command(plan: str, given: dict[str, str], seed: str, quiet: bool, **rest: str | int | None) -> int:  # noqa: FBT001 (click gives it)
    """Run a plan (`-`: standard input) and exit with its verdict.

    0: passed; 99: a threshold failed; 104: the plan has problems; 105: interrupted. Ctrl-C once ends the
    run gracefully, with all reports; twice quits.
    """
    options = {name: str(rest[name]) for name in ("vus", "duration", "iterations") if rest[name] is not None}
    problems = Problems()
    checked = open_plan(plan, given, problems, options, seed)
    files = Files({name: str(path) for name, path in rest.items() if name not in OVERRIDES and path})
    files.prepare(plan)
    for problem in problems:  # only warnings are left
        click.echo(problems.render(problem) + "\n", err=True)
    result = _run(checked, quiet=quiet)
    if result is None:
        return Exit.INTERRUPTED
    written, complaints = files.write(result)  # before the summary, whose reader may leave early
    _tell(result, written)
    if complaints:
        raise SetupError("\n".join(complaints))
    return result.exit_code


OVERRIDES = ("vus", "duration", "iterations")


def _tell(result: Result, written: list[Path]) -> None:
    """Print the summary; a reader who leaves (`| head`) does not change the verdict."""
    try:
        click.echo(summary(result, color=sys.stdout.isatty()))
        for path in written:
            click.echo(f"  report: {path}")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at exit


def _run(checked: Checked, *, quiet: bool) -> Result | None:
    with ExitStack() as stack:
        if checked.needs_demo:
            from planrunner.demo.start import start

            url = stack.enter_context(start())
            checked = replace(checked, given=replace(checked.given, demo=url))
        terminal = Terminal(checked, sys.stderr, redraw=sys.stderr.isatty(), width=_width, quiet=quiet)
        if not quiet:
            terminal.say([*header(checked).splitlines(), ""])
        runner = stack.enter_context(asyncio.Runner(loop_factory=_loop_factory()))
        try:
            return runner.run(_under_way(checked, terminal))
        except asyncio.CancelledError:
            click.echo("planrunner: quit without a report", err=True)
            return None
        finally:
            terminal.clear()


async def _under_way(checked: Checked, terminal: Terminal) -> Result:
    task = asyncio.current_task()
    assert task is not None

    def listen(run: Run) -> None:
        asked = count(1)
        stack.enter_context(_signals(lambda: _interrupt(run, task, terminal, next(asked))))

    with ExitStack() as stack:
        return await carry_out(checked, [terminal], listen)


def _interrupt(run: Run, task: asyncio.Task[Result], terminal: Terminal, time: int) -> None:
    if time > 1:
        task.cancel()
        return
    run.interrupt()
    terminal.say(["stopping: running iterations may end, then comes the report (Ctrl-C again: quit at once)"])


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on Ctrl-C and on a polite request to end."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        previous = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _width() -> int:
    return shutil.get_terminal_size().columns


def header(checked: Checked) -> str:
    """Write what will be run, as k6 does above its progress."""
    scenarios = checked.program.scenarios
    longest = max(
        (s.start_after + s.work.schedule.seconds + s.work.graceful_stop for s in scenarios), default=0
    )
    count = "1 scenario" if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
    lines = [
        f"       plan: {checked.plan.file} ({checked.plan.name})",
        f"     target: {target(checked) or 'each URL says so itself'}",
        f"  scenarios: {count}, {checked.max_vus} max VUs, {show_duration(longest)} max with graceful stop:",
        *(f"             * {scenario.name}: {scenario.work.description}" for scenario in scenarios),
    ]
    return Mask(checked.given.secrets)("\n".join([*lines, ""]))
