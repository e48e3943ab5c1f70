"""The options of `run` that hold a plan's target against another one, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, cast

import click
from msgspec import Struct
from msgspec.structs import replace

from planrunner import units
from planrunner.cli.judging import Judging
from planrunner.cli.options import F, duration, option, variables_named
from planrunner.cli.plans import Opened, blame_options
from planrunner.engine.checked import target
from planrunner.engine.program.override import Changes
from planrunner.engine.versus import elsewhere, enough
from planrunner.engine.versus.contest import Contest, contest
from planrunner.engine.versus.schedule import LEAST, ROUNDS, SECONDS
from planrunner.errors import PlanError, Problems, UsageError
from planrunner.outputs.kinds import OUTPUTS
from planrunner.result import Effect
from planrunner.result.comparison import EFFECT
from planrunner.units import show_duration
from planrunner.values.names import Names

NAMES = ("versus", "versus_rounds", "versus_window")


class Versus(Struct, frozen=True):
    """What the command line says of the other side; without a URL there is none."""

    url: str = ""
    rounds: int = ROUNDS
    seconds: float = SECONDS
    effect: Effect = EFFECT  # the least difference that is worth a word

    @variables_named()
    def refuse(self, plans: Sequence[str], judging: Judging, changes: Changes) -> None:
        """Raise UsageError for what cannot be with two sides."""
        if not self.url:
            return
        if len(plans) > 1:
            raise UsageError(f"--versus holds one plan against another target, and here are {len(plans)}")
        if judging.baseline:
            raise UsageError("--versus measures the base itself: leave --baseline out")
        if changes.once:
            raise UsageError("--once takes a scenario once, and --versus holds its load: leave one out")

    @variables_named()
    def contest(self, opened: Opened, problems: Problems) -> Contest | None:
        """Compile both sides of a plan; None where there is one only. Warnings go to `problems`.

        UsageError for a plan or a URL that cannot be held against anything.
        """
        checked = opened.checked
        if not self.url:
            return None
        for output in opened.outputs:
            if OUTPUTS[output.kind].samples:
                raise UsageError(
                    "--versus sends to two targets in turn, whose samples would mix in the output "
                    f"{output.kind}: leave it out, or say --out none"
                )
        if checked.plan.target is None:
            raise UsageError(
                "--versus takes the place of the plan's `target`, and it has none: write one, or name the "
                "head with --target URL"
            )
        found = Problems(lines=problems.lines, mask=problems.mask)
        made = contest(checked, self.url, self.rounds, self.seconds, found)
        blame_options(found)
        if found.failed:
            raise PlanError(found)
        elsewhere.complain(checked.plan, Names(checked.given.variables, runtime=False), problems)
        enough.complain(made, problems)
        return replace(made, effect=self.effect)


def versus(function: F) -> F:
    """Declare the options; the function gets them as one `versus`."""

    @wraps(function)
    def gathered(*args: Any, **rest: Any) -> Any:
        return function(*args, versus=_read({name: rest.pop(name) for name in NAMES}), **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


@variables_named()
def _read(given: Mapping[str, Any]) -> Versus:
    url, rounds, window = (given[name] for name in NAMES)
    for name in ("versus_rounds", "versus_window"):
        if not url and given[name] is not None:
            raise UsageError(f"--{name.replace('_', '-')} goes with --versus URL, which is missing")
    seconds = SECONDS if window is None else units.duration(window)
    if seconds < LEAST:
        raise UsageError(f"--versus-window: a window takes at least {show_duration(LEAST)}; 15s is usual")
    return Versus(url or "", ROUNDS if rounds is None else rounds, seconds)


def lines(contest: Contest) -> Iterator[str]:
    """Say what is held against what, and what each window does; for the header of a run."""
    window, warm_up = show_duration(contest.seconds), show_duration(contest.warm_up)
    count = 2 * (contest.rounds + 1)
    yield f"     versus: {target(contest.base)} (the base)"
    yield (
        f"    windows: {count} of {window}, base and head in turn, about {show_duration(contest.total)}; "
        f"the first two and the first {warm_up} of each do not count"
    )


OPTIONS = (
    option(
        "--versus",
        metavar="URL",
        help="Hold the target against this one, the base: both get the load in windows that alternate.",
    ),
    option(
        "--versus-rounds",
        metavar="N",
        type=click.IntRange(1, 1000),
        help=f"How many pairs of windows count, instead of {ROUNDS}.",
    ),
    duration("--versus-window", help=f"How long each window is, instead of {show_duration(SECONDS)}."),
)
