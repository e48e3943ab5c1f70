"""`planrunner run`: a plan goes in; load goes out; summary, reports and exit code come back."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from planrunner.cli.batch import Batch, Ready
from planrunner.cli.environment import environment
from planrunner.cli.journals import done, keep
from planrunner.cli.judging import Judging, judging
from planrunner.cli.keeping import KEPT
from planrunner.cli.keeping import wanted as kept_in
from planrunner.cli.loads import Loads, loads
from planrunner.cli.options import Inputs, inputs, option, tags
from planrunner.cli.plans import Options
from planrunner.cli.problems import HUMAN, show
from planrunner.cli.processes import processes
from planrunner.cli.reports import Wanted, reports
from planrunner.cli.several import listed, open_all, refuse, reserved
from planrunner.cli.signals import Asked, finish, heard, leave
from planrunner.cli.summaries import summary_mode
from planrunner.cli.telling import printed, tell, width
from planrunner.engine import machine
from planrunner.engine.checked import Checked, target
from planrunner.engine.fleet.agent import loop_factory
from planrunner.engine.fleet.fleet import Spread
from planrunner.engine.run import How, Run
from planrunner.engine.start import carry_out, sharing
from planrunner.errors import Exit, UsageError
from planrunner.live.terminal import Terminal
from planrunner.live.wire import Wire
from planrunner.protocols import Heard
from planrunner.result import Result, fit
from planrunner.units import show_duration
from planrunner.values.mask import Mask


@click.command("run", short_help="Run plans and judge them.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
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
@option("--history", is_flag=True, help="Keep the result in .planrunner/runs, for `planrunner history`.")
@option(
    "--history-keep",
    metavar="N",
    type=click.IntRange(min=1),
    default=KEPT,
    help="How many results are kept there; the oldest make room.",
)
@option("--quiet", is_flag=True, help="Show no progress; the plan's logs and the summary stay.")
@option("--verbose", is_flag=True, help="Show every request and answer, secrets masked; for small loads.")
@option("--no-color", is_flag=True, help="Print without colours, as where NO_COLOR is set.")
def command(
    plans: tuple[str, ...],
    inputs: Inputs,
    tags: dict[str, str],
    given: Loads,
    judging: Judging,
    wanted: Wanted,
    **rest: Any,
) -> int:
    """Run plans (`-`: standard input) one after the other, and exit with their verdict.

    0: passed; 99: a threshold failed, or what else `fail_on` names; 100, 101: setup or teardown took too
    long; 104: a plan has problems; 105: interrupted; 106: the target is not ready; 107: setup failed; 108:
    a plan stopped the test; 121: the numbers cannot be trusted, where `fail_on` asks for it; 122: an agent
    was lost. Ctrl-C once ends the run gracefully, with all reports; twice quits. Several plans are all
    checked before the first of them runs.
    """
    refuse(plans, wanted)
    options = Options(given.changes, given.scenarios, rest["seed"], tags, judging, rest["summary_mode"])
    opened = open_all(plans, inputs, options)
    batch = listed(opened, wanted)
    files = reserved(opened, batch, wanted, inputs.env_file, judging.baseline)
    spread = Spread(rest["processes"], rest["on_agent_loss"])
    for one, problems in opened:
        if rest["verbose"] and sharing(one.checked, spread) > 1:
            raise UsageError("--verbose shows the requests of one process: leave --processes out")
        machine.prepare(one.checked, problems, spread.processes)
        show(problems, HUMAN)  # only warnings are left
    skipped = frozenset(part for part in ("setup", "teardown") if rest[f"no_{part}"])

    def how(run: Ready, stack: ExitStack) -> How:
        plan, checked = run.opened.checked.plan, run.opened.checked
        where = partial(environment, checked.given, plan.text, inputs.profiles, os.environ)
        return How(skipped, spread, None, keep(run.files, stack), where, run.opened.skipped)

    shows = Shows(quiet=rest["quiet"], verbose=rest["verbose"], no_color=rest["no_color"])
    history = kept_in(rest)
    runs = [Ready(one, its, p.mask, history) for (one, p), its in zip(opened, files, strict=True)]
    with heard() as asked:
        return _carry_out(runs, how, shows, batch, asked)


class Shows(Struct, frozen=True):
    """What is shown while the plan runs."""

    quiet: bool
    verbose: bool
    no_color: bool


def _carry_out(
    runs: Sequence[Ready], how: Callable[[Ready, ExitStack], How], shows: Shows, batch: Batch, asked: Asked
) -> int:
    """Run the plans in their order; who wants it to end gets no further ones."""
    for number, run in enumerate(runs):
        if not shows.quiet:
            click.echo("".join(f"{line}\n" for line in batch.heading(number)), err=True, nl=False)
        with ExitStack() as stack:
            result = _run(run.opened.checked, how(run, stack), asked, stack, shows)
            if result is None:
                return asked.leave_soon(Exit.INTERRUPTED)
            result = fit(result)
            written = run.files.write(result)  # before the summary, whose reader may leave early
            kept = run.kept(result, batch.entries[number].slug)
            batch.ended(number, result, written, kept)
            summary = printed(result, no_color=shows.no_color)
            paths = *written.told(run.mask), *(f"  history: {path}" for path in kept.paths)
            tell(*batch.heading(number), summary, *paths, *written.said)
            done(run.files, written)
            if run is runs[-1] or asked.times:
                tell(*batch.ending())
                batch.settle()
                return asked.leave_soon(batch.exit_code)
        asked.act = leave  # nothing of the next plan has begun
    raise AssertionError("there is no plan")


def _run(checked: Checked, how: How, asked: Asked, stack: ExitStack, shows: Shows) -> Result | None:
    """Run the plan; what was started for it is ended by `stack`, which may take a while."""
    if checked.program.needs_demo:
        from planrunner.demo.start import start

        url = stack.enter_context(start())
        checked = replace(checked, given=replace(checked.given, demo=url))
    terminal = Terminal(checked, sys.stderr, redraw=sys.stderr.isatty(), width=width, quiet=shows.quiet)
    if not shows.quiet:
        terminal.say([*header(checked, sharing(checked, how.spread)).splitlines(), ""])
    runner = stack.enter_context(asyncio.Runner(loop_factory=loop_factory()))
    try:
        heard = _overhearing(checked, terminal) if shows.verbose else None
        return runner.run(_under_way(checked, terminal, replace(how, heard=heard), asked))
    except asyncio.CancelledError:
        rest = f"; planrunner report {how.journal.path} shows what was measured" if how.journal else ""
        click.echo(f"planrunner: quit without a report{rest}", err=True)
        return None
    finally:
        terminal.clear()


async def _under_way(checked: Checked, terminal: Terminal, how: How, asked: Asked) -> Result:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def listen(run: Run) -> None:
        asked.act = lambda times: loop.call_soon_threadsafe(_interrupt, run, task, terminal, times)

    asked.act = lambda _: loop.call_soon_threadsafe(task.cancel)
    try:
        return await carry_out(checked, [terminal], listen, how)
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
