"""`planrunner run`: a plan goes in; load goes out; summary, reports and exit code come back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import click
from msgspec.structs import replace

from planrunner.cli.environment import environment
from planrunner.cli.files import Files, taken
from planrunner.cli.journals import done, keep
from planrunner.cli.judging import Judging, judging
from planrunner.cli.loads import Loads, loads
from planrunner.cli.options import Inputs, inputs, option, tags
from planrunner.cli.page import Page
from planrunner.cli.plans import Options, open_to_run
from planrunner.cli.problems import HUMAN, show
from planrunner.cli.processes import processes
from planrunner.cli.reports import reports, together
from planrunner.cli.showing import EACH, Shown, Shows, repeated, shows
from planrunner.cli.signals import Asked, finish, heard
from planrunner.cli.summaries import summary_mode
from planrunner.cli.telling import printed, tell
from planrunner.engine import machine
from planrunner.engine.checked import Checked, target
from planrunner.engine.fleet.agent import loop_factory
from planrunner.engine.fleet.fleet import Spread
from planrunner.engine.run import How, Run
from planrunner.engine.start import carry_out, sharing
from planrunner.errors import Exit, Problems, UsageError
from planrunner.live.board import Board
from planrunner.live.terminal import Terminal
from planrunner.live.wire import Wire
from planrunner.protocols import Heard
from planrunner.result import Result, fit
from planrunner.units import show_duration
from planrunner.values.mask import Mask


@click.command("run", cls=Shown, short_help="Run a plan and judge it.")
@click.argument("plan", metavar="PLAN")
@inputs
@loads
@option("--seed", default="", help="Make every random choice repeatable.")
@tags
@judging
@option("--no-setup", is_flag=True, help="Leave out the plan's setup.")
@option("--no-teardown", is_flag=True, help="Leave out the plan's teardown.")
@option(
    "--processes",
    metavar="N|auto",
    default="1",
    callback=processes,
    help="How many processes share the load; auto: one for each core.",
)
@option(
    "--on-agent-loss",
    type=click.Choice(["fail", "continue"]),
    default="fail",
    help="End the run when one of the processes is lost, or go on with the others.",
)
@reports
@summary_mode
@shows
def command(
    plan: str,
    inputs: Inputs,
    given: Loads,
    judging: Judging,
    paths: dict[str, str],
    shows: Shows,
    **rest: Any,
) -> int:
    """Run a plan (`-`: standard input) and exit with its verdict.

    0: passed; 99: a threshold failed, or what else `fail_on` names; 100, 101: setup or teardown took too
    long; 104: the plan has problems; 105: interrupted; 106: the target is not ready; 107: setup failed; 108:
    the plan stopped the test; 121: the numbers cannot be trusted, where `fail_on` asks for it; 122: an agent
    was lost. Ctrl-C once ends the run gracefully, with all reports; twice quits.
    """
    problems = Problems()
    opened = open_to_run(plan, inputs, problems, _options(given, judging, rest))
    checked = opened.checked
    skipped = {part for part in ("setup", "teardown") if rest[f"no_{part}"]}
    files = Files(together(opened.reports, paths))
    files.prepare(taken(checked, problems.lines, inputs.env_file, judging.baseline))
    spread = Spread(rest["processes"], rest["on_agent_loss"])
    if shows.verbose and sharing(checked, spread) > 1:
        raise UsageError("--verbose shows the requests of one process: leave --processes out")
    machine.prepare(checked, problems, spread.processes)
    show(problems, HUMAN)  # only warnings are left
    with heard() as asked, ExitStack() as stack:
        where = partial(environment, checked.given, checked.plan.text, inputs.profiles, os.environ)
        how = How(skipped, spread, None, keep(files, stack), where, opened.skipped)
        page = Page(shows.live)
        result = _run(checked, how, asked, stack, shows, page)
        if result is None:
            return asked.leave_soon(Exit.INTERRUPTED)
        written = files.write(result := fit(result))  # before the summary, whose reader may leave early
        tell(printed(result, no_color=shows.no_color), *written.told(problems.mask))
        done(files, written)
        page.close(result)
        written.settle()
        return asked.leave_soon(result.exit_code)


def _options(given: Loads, judging: Judging, rest: Mapping[str, Any]) -> Options:
    changed = given.changes, given.scenarios, rest["seed"], rest["tags"]
    return Options(*changed, judging, rest["summary_mode"])


def _run(
    checked: Checked, how: How, asked: Asked, stack: ExitStack, shows: Shows, page: Page
) -> Result | None:
    """Run the plan; what was started for it is ended by `stack`, which may take a while."""
    if checked.program.needs_demo:
        from planrunner.demo.start import start

        url = stack.enter_context(start())
        checked = replace(checked, given=replace(checked.given, demo=url))
    board = Board(checked)
    terminal = shows.terminal(board)
    if not shows.none:
        terminal.say([*header(checked, sharing(checked, how.spread)).splitlines(), ""])
    runner = stack.enter_context(asyncio.Runner(loop_factory=loop_factory()))
    try:
        heard = _overhearing(checked, terminal) if shows.verbose else None
        return runner.run(_under_way(board, terminal, replace(how, heard=heard), asked, page))
    except asyncio.CancelledError:
        terminal.clear()
        rest = f"; planrunner report {how.journal.path} shows what was measured" if how.journal else ""
        click.echo(f"planrunner: quit without a report{rest}", err=True)
        page.close(None)
        return None
    finally:
        terminal.clear()


async def _under_way(board: Board, terminal: Terminal, how: How, asked: Asked, page: Page) -> Result:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def listen(run: Run) -> None:
        board.follow(run)
        asked.act = lambda times: loop.call_soon_threadsafe(_interrupt, run, task, terminal, times)

    asked.act = lambda _: loop.call_soon_threadsafe(task.cancel)
    try:
        pages = await page.open(board, lambda: asked.act(1), terminal.say)
        with repeated(terminal.draw, EACH):
            return await carry_out(board.checked, [board, terminal, *pages], listen, how)
    finally:
        asked.act = finish


def _overhearing(checked: Checked, terminal: Terminal) -> Heard:
    """Make what shows every request with its answer, above the progress."""
    wire = Wire(Mask(checked.given.secrets))
    return lambda request, reply: terminal.say([*wire.exchange(request, reply), ""])


def _interrupt(run: Run, task: asyncio.Task[Result], terminal: Terminal, times: int) -> None:
    if times > 1:
        task.cancel()
        return
    run.interrupt()
    terminal.say(["stopping: running iterations may end, then comes the report (Ctrl-C again: quit at once)"])


def header(checked: Checked, processes: int = 1) -> str:
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
    if processes > 1:
        lines.append(f"  processes: {processes}")
    return Mask(checked.given.secrets)("\n".join([*lines, ""]))
