"""`planrunner run`: a plan goes in; load goes out; summary, reports and exit code come back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import click
from msgspec.structs import replace

from planrunner.cli.batch import Batch, Ready
from planrunner.cli.environment import environment
from planrunner.cli.journals import done, keep
from planrunner.cli.judging import Judging, judging
from planrunner.cli.keeping import KEPT
from planrunner.cli.keeping import wanted as kept_in
from planrunner.cli.loads import Loads, loads
from planrunner.cli.options import Inputs, inputs, option, tags
from planrunner.cli.outputs import keep_apart, outputs
from planrunner.cli.page import Page
from planrunner.cli.plans import Opened, Options
from planrunner.cli.problems import HUMAN, show
from planrunner.cli.processes import processes
from planrunner.cli.reports import Wanted, reports
from planrunner.cli.running import run as carried_out
from planrunner.cli.several import listed, open_all, refuse, reserved
from planrunner.cli.showing import Shown, Shows, shows
from planrunner.cli.signals import Asked, heard, leave
from planrunner.cli.summaries import summary_mode
from planrunner.cli.telling import printed, tell
from planrunner.cli.versus import Versus, versus
from planrunner.engine import machine
from planrunner.engine.fleet.fleet import Spread
from planrunner.engine.run import How
from planrunner.engine.start import sharing
from planrunner.engine.versus.contest import Contest
from planrunner.errors import Exit, Problems, UsageError
from planrunner.outputs.choosing import demand
from planrunner.result import fit


@click.command("run", cls=Shown, short_help="Run plans and judge them.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@inputs
@loads
@option("--seed", default="", help="Make every random choice repeatable.")
@tags
@judging
@versus
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
@outputs
@summary_mode
@option("--history", is_flag=True, help="Keep the result in .planrunner/runs, for `planrunner history`.")
@option(
    "--history-keep",
    metavar="N",
    type=click.IntRange(min=1),
    default=KEPT,
    help="How many results are kept there; the oldest make room.",
)
@shows
def command(
    plans: tuple[str, ...],
    inputs: Inputs,
    given: Loads,
    judging: Judging,
    wanted: Wanted,
    shows: Shows,
    **rest: Any,
) -> int:
    """Run plans (`-`: standard input) one after the other, and exit with their verdict.

    0: passed; 99: a threshold failed, or what else `fail_on` names; 100, 101: setup or teardown took too
    long; 104: a plan has problems; 105: interrupted; 106: the target is not ready; 107: setup failed; 108:
    a plan stopped the test; where `fail_on` asks for it, 120: clearly worse than the baseline or the base,
    and 121: the numbers cannot be trusted; 122: an agent was lost. Ctrl-C once ends the run gracefully, with
    all reports; twice quits. Several plans are all checked before the first of them runs.
    """
    refuse(plans, wanted)
    other: Versus = replace(rest["versus"], effect=judging.effect)
    other.refuse(plans, judging, given.changes)
    judged = replace(judging, versus=bool(other.url))
    opened = open_all(plans, inputs, _options(given, judged, rest))
    keep_apart(output for one, _ in opened for output in one.outputs)
    batch = listed(opened, wanted)
    files = reserved(opened, batch, wanted, inputs.env_file, judging.baseline)
    spread = Spread(rest["processes"], rest["on_agent_loss"])
    contests = [_ready(one, problems, spread, shows, other) for one, problems in opened]
    skipped = frozenset(part for part in ("setup", "teardown") if rest[f"no_{part}"])

    def how(run: Ready, stack: ExitStack) -> How:
        plan, checked = run.opened.checked.plan, run.opened.checked
        where = partial(environment, checked.given, plan.text, inputs.profiles, os.environ)
        opened, journal = run.opened, keep(run.files, stack)
        return How(skipped, spread, None, journal, where, opened.skipped, outputs=opened.outputs)

    history = kept_in(rest)
    together = zip(opened, files, contests, strict=True)
    runs = [Ready(one, its, p.mask, history, two) for (one, p), its, two in together]
    with heard() as asked:
        return _carry_out(runs, how, shows, batch, asked)


def _ready(one: Opened, problems: Problems, spread: Spread, shows: Shows, other: Versus) -> Contest | None:
    """Make ready what a plan needs, its other side as well, and show what is warned of."""
    if shows.verbose and sharing(one.checked, spread) > 1:
        raise UsageError("--verbose shows the requests of one process: leave --processes out")
    demand(one.outputs)
    machine.prepare(one.checked, problems, spread.processes)
    contest = other.contest(one, problems)
    show(problems, HUMAN)  # only warnings are left
    return contest


def _options(given: Loads, judging: Judging, rest: Mapping[str, Any]) -> Options:
    changed = given.changes, given.scenarios, rest["seed"], rest["tags"]
    return Options(*changed, judging, rest["summary_mode"], rest["out"])


def _carry_out(
    runs: Sequence[Ready], how: Callable[[Ready, ExitStack], How], shows: Shows, batch: Batch, asked: Asked
) -> int:
    """Run the plans in their order; who wants it to end gets no further ones."""
    page = Page(shows.live)
    for number, run in enumerate(runs):
        if not shows.none:
            click.echo("".join(f"{line}\n" for line in batch.heading(number)), err=True, nl=False)
        with ExitStack() as stack:
            result = carried_out(run.work, how(run, stack), asked, stack, shows, page)
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
            more = run is not runs[-1] and result.stopped != "interrupted"  # by its page, too
            page.close(result, more=more and not asked.times)
            if asked.times or not more:
                tell(*batch.ending())
                batch.settle()
                return asked.leave_soon(batch.exit_code)
        asked.act = leave  # nothing of the next plan has begun
    raise AssertionError("there is no plan")
