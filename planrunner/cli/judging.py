"""The options of `run` that say how it is judged: against what, and what fails it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast, get_args

import click
from msgspec import Struct
from msgspec.structs import replace

from planrunner.cli.earlier import earlier
from planrunner.cli.effects import effects
from planrunner.cli.options import F, option
from planrunner.engine.checked import Checked
from planrunner.engine.verdict.baseline import NEEDED, Baselines
from planrunner.engine.verdict.limits import Limit
from planrunner.errors import Place, Problems, suggestion
from planrunner.plan.model import FailOn, Plan
from planrunner.result import Effect, Skipped
from planrunner.result.comparison import EFFECT

NAMES = get_args(FailOn)
NO_THRESHOLDS = "--no-thresholds"


class Judging(Struct, frozen=True):
    """What the command line says of how a run is judged."""

    baseline: str = ""  # the file of a result, or a folder of them
    effect: Effect = EFFECT  # the least difference from it that is worth a word
    fail_on: tuple[FailOn, ...] | None = None  # None: as the plan says
    abort_on_fail: bool = False
    thresholds: bool = True
    versus: bool = False  # there is another side, which the run is compared with

    def applied(self, plan: Plan) -> Plan:
        """Return the plan with what the options say of its thresholds."""
        limits = plan.thresholds
        if self.abort_on_fail:
            limits = tuple(replace(limit, abort_on_fail=True) for limit in limits)
        fail_on = plan.fail_on if self.fail_on is None else self.fail_on
        return replace(plan, thresholds=limits, fail_on=fail_on)

    def settled(self, checked: Checked, problems: Problems) -> tuple[Checked, tuple[Skipped, ...]]:
        """Give a plan its baseline; returns too which thresholds are skipped for lack of one."""
        if not self.thresholds:
            return replace(checked, limits=(), unjudged=NO_THRESHOLDS), ()
        if self.baseline:
            return replace(checked, baselines=self._opened(checked.plan.name, problems.mask)), ()
        if "regression" in checked.plan.fail_on and not self.versus:
            message = "fail_on: regression does nothing without --baseline or --versus"
            problems.warn(message, Place(checked.plan.file))
        idle = [limit for limit in checked.limits if limit.rule.wants_baseline]
        kept = [limit for limit in checked.limits if not limit.rule.wants_baseline]
        return replace(checked, limits=kept), tuple(_skipped(limit, problems) for limit in idle)

    def _opened(self, plan: str, mask: Callable[[str], str]) -> Baselines:
        """Read what a plan of this name is held against."""
        *others, newest = earlier(self.baseline, "--baseline", mask(plan))
        return Baselines(newest, tuple(others), mask(self.baseline), self.effect)


def judging(function: F) -> F:
    """Declare the options; the function gets them as one `judging`."""

    @wraps(function)
    def gathered(
        *args: Any,
        baseline: str | None,
        effect: Effect,
        fail_on: tuple[FailOn, ...] | None,
        abort_on_fail: bool,
        no_thresholds: bool,
        **rest: Any,
    ) -> Any:
        given = Judging(baseline or "", effect, fail_on, abort_on_fail, not no_thresholds)
        return function(*args, judging=given, **rest)

    declared = effects(gathered)
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


def _skipped(limit: Limit, problems: Problems) -> Skipped:
    metric, expression = problems.mask(limit.metric), problems.mask(limit.text)
    message = f"the threshold {metric + ': ' + expression!r} is skipped: {NEEDED}"
    problems.warn(message, limit.place)
    return Skipped(metric, expression, NEEDED, limit.place.file, limit.place.line)


def _listed(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in NAMES:
            raise click.BadParameter(f"unknown word {name!r}: {suggestion(name, NAMES)}", context, parameter)
    return tuple(dict.fromkeys(names))


OPTIONS = (
    option(
        "--baseline",
        metavar="FILE",
        type=click.Path(),
        help="The result.json of an earlier run, which thresholds refer to as baseline and which the run is "
        "compared with; or a folder with several of them.",
    ),
    option(
        "--fail-on",
        metavar="LIST",
        callback=_listed,
        help=f"What fails the run, instead of what the plan says: {', '.join(NAMES)}; commas separate them.",
    ),
    option("--abort-on-fail", is_flag=True, help="Stop as soon as any threshold is broken."),
    option(NO_THRESHOLDS, is_flag=True, help="Judge no thresholds."),
)
