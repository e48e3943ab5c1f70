"""One plan under way: what is started for it, what is shown of it, and how it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TypeAlias

import click
from msgspec.structs import replace

from planrunner.cli.page import Page
from planrunner.cli.showing import EACH, Shows, repeated
from planrunner.cli.signals import Asked, finish
from planrunner.cli.versus import lines
from planrunner.engine.checked import Checked, target
from planrunner.engine.fleet.agent import loop_factory
from planrunner.engine.journal import SECOND
from planrunner.engine.run import How, Run
from planrunner.engine.start import carry_out, sharing
from planrunner.engine.versus.contest import Contest
from planrunner.engine.versus.start import carry_out as duel
from planrunner.live.board import Board
from planrunner.live.terminal import Terminal
from planrunner.live.wire import Wire
from planrunner.outputs.journal import Journal
from planrunner.protocols import Heard
from planrunner.result import Result
from planrunner.units import show_duration
from planrunner.values.mask import Mask

Work: TypeAlias = Checked | Contest
"""What can be run: a plan against its target, or against two."""


def run(work: Work, how: How, asked: Asked, stack: ExitStack, shows: Shows, page: Page) -> Result | None:
    """Run a plan, or both of its sides; what was started for it is ended by `stack`, which may take a while.

    None when somebody quit it without a report.
    """
    work = _with_demo(work, stack)
    checked = work.shown if isinstance(work, Contest) else work
    board = Board(checked)
    terminal = shows.terminal(board)
    if not shows.none:
        also = [f"     output: {one.kind} {one.where}".rstrip() for one in how.outputs]
        also += lines(work) if isinstance(work, Contest) else []
        terminal.say([*header(checked, sharing(checked, how.spread), also).splitlines(), ""])
    runner = stack.enter_context(asyncio.Runner(loop_factory=loop_factory()))
    try:
        heard = _overhearing(checked, terminal) if shows.verbose else None
        return runner.run(_under_way(work, board, terminal, replace(how, heard=heard), asked, page))
    except asyncio.CancelledError:
        terminal.clear()
        click.echo(f"planrunner: quit without a report{_left(how.journal)}", err=True)
        page.close(None)
        return None
    finally:
        terminal.clear()


def _with_demo(work: Work, stack: ExitStack) -> Work:
    """Start the embedded target, where the work goes to it."""
    sides = (work.base, work.head) if isinstance(work, Contest) else (work,)
    if not any(side.program.needs_demo for side in sides):
        return work
    from planrunner.demo.start import start

    url = stack.enter_context(start())
    if isinstance(work, Contest):
        return work.at_demo(url)
    return replace(work, given=replace(work.given, demo=url))


def _left(journal: Journal | None) -> str:
    """Say what is left of a run that was quit."""
    if journal is None or SECOND not in journal.kinds:
        return ""
    return f"; planrunner report {journal.path} shows what was measured"


async def _under_way(
    work: Work, board: Board, terminal: Terminal, how: How, asked: Asked, page: Page
) -> Result:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def listen(run: Run) -> None:
        board.follow(run)
        asked.act = lambda times: loop.call_soon_threadsafe(_interrupt, run, task, terminal, times)

    asked.act = lambda _: loop.call_soon_threadsafe(task.cancel)
    try:
        pages = await page.open(board, asked.once, terminal.say)
        with repeated(terminal.draw, EACH):
            watchers = [board, terminal, *pages]
            if isinstance(work, Contest):
                return await duel(work, watchers, listen, how)
            return await carry_out(work, watchers, listen, how)
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


def header(checked: Checked, processes: int = 1, also: Sequence[str] = ()) -> str:
    """Write what will be run, as k6 does above its progress."""
    scenarios = checked.program.scenarios
    longest = max(
        (s.start_after + s.work.schedule.seconds + s.work.graceful_stop for s in scenarios), default=0
    )
    count = "1 scenario" if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
    lines = [
        f"       plan: {checked.plan.file} ({checked.plan.name})",
        f"     target: {target(checked) or 'each URL says so itself'}",
        *also,
        f"  scenarios: {count}, {checked.max_vus} max VUs, {show_duration(longest)} max with graceful stop:",
        *(f"             * {scenario.name}: {scenario.work.description}" for scenario in scenarios),
    ]
    if processes > 1:
        lines.append(f"  processes: {processes}")
    return Mask(checked.given.secrets)("\n".join([*lines, ""]))
