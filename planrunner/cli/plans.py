"""From a plan's file name to a plan that can be run, or to everything that is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, field
from msgspec.structs import replace

from planrunner.cli.judging import Judging
from planrunner.cli.options import Inputs, variables_named
from planrunner.cli.reports import Wanted, planned
from planrunner.cli.summaries import planned_with
from planrunner.engine.checked import Checked, check
from planrunner.engine.program.build import Given
from planrunner.engine.program.override import Changes, override
from planrunner.engine.program.selection import select, unmeasured
from planrunner.errors import Place, PlanError, Problems, UsageError
from planrunner.outputs.choosing import Chosen, choose
from planrunner.plan.files import STDIN, folder_of
from planrunner.plan.load import load
from planrunner.plan.model import Load, Plan, Setting, SummaryMode, Threshold
from planrunner.result import Skipped
from planrunner.values import variables
from planrunner.values.mask import SHORTEST, Mask
from planrunner.values.masked import Masked
from planrunner.values.names import Names
from planrunner.values.rows import open_tables


class Options(Struct, frozen=True):
    """What `run` is told to do differently from the plan."""

    load: Changes = Changes()
    scenarios: tuple[str, ...] = ()  # which run; all when there are none
    seed: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    judging: Judging = Judging()
    summary_mode: SummaryMode | None = None
    out: tuple[str, ...] = ()  # outputs


class Opened(Struct, frozen=True):
    """A plan to run, the thresholds of it that cannot be judged, and its reports."""

    checked: Checked
    skipped: tuple[Skipped, ...]
    reports: Wanted  # that the plan asks for
    outputs: tuple[Chosen, ...] = ()


def open_plan(
    name: str,
    inputs: Inputs,
    problems: Problems,
    options: Options | None = None,
    content: bytes | None = None,
) -> Checked:
    """Read, validate and compile a plan (`-`: standard input); PlanError holds all its problems.

    Without `options` values may be missing: the plan is looked at, not run. `content` is there when the file
    was read already.
    """
    return open_to_run(name, inputs, problems, options, content).checked


@variables_named()
def open_to_run(
    name: str,
    inputs: Inputs,
    problems: Problems,
    options: Options | None = None,
    content: bytes | None = None,
) -> Opened:
    """Do as `open_plan` does; what `options` leave out of the plan is not compiled."""
    file = STDIN if name == "-" else name
    data = read(name, problems) if content is None else content
    aborting = options is not None and options.judging.abort_on_fail
    plan = load(data, file, problems, inputs.profiles, aborting=aborting)
    if plan is None:
        raise PlanError(problems)
    if inputs.target:
        plan = replace(plan, target=Setting(inputs.target, Place("--target"), inputs.target))
    if options:
        plan = planned_with(options.judging.applied(plan), options.summary_mode)
    environ = {**_env_file(inputs, file), **os.environ}
    own = _own(plan, inputs)
    values = variables.resolve(plan.variables, own, environ, problems, required=options is not None)
    outputs = choose(plan.outputs, options.out if options else (), environ, Names(values), problems)
    hidden = [secret for one in outputs for secret in one.secrets]
    given = _given(plan, values, problems, options or Options(), hidden)
    kept = select(plan, options.scenarios if options else ())
    idle = unmeasured(plan, kept, given)
    changed = override(kept, options.load if options else Changes())
    _warn_of_lost_loads(kept, changed, problems)
    rest = tuple(threshold for threshold in plan.thresholds if threshold not in idle)
    checked = check(replace(changed, thresholds=rest), given, problems)
    reports = planned(plan, values, problems)
    blame_options(problems)
    if problems.failed:
        raise PlanError(problems)
    skipped = tuple(_skipped(threshold, problems) for threshold in idle)
    if options is None:
        return Opened(checked, skipped, reports)
    checked, more = options.judging.settled(checked, problems)
    return Opened(checked, (*skipped, *more) if options.judging.thresholds else (), reports, outputs)


def _own(plan: Plan, inputs: Inputs) -> Mapping[str, str]:
    """Return what is given for this plan, where several have it in common."""
    if not inputs.shared:
        return inputs.given
    names = variables.known(plan.variables)
    return {name: text for name, text in inputs.given.items() if name in names}


def _skipped(threshold: Threshold, problems: Problems) -> Skipped:
    """Say which threshold is left out, before the run and in its reports."""
    metric, expression = problems.mask(threshold.metric), problems.mask(threshold.expression.text)
    message = (
        f"the threshold {metric!r} is skipped: only scenarios that --scenario leaves out have samples for it"
    )
    problems.warn(message, threshold.metric_place)
    reason = "--scenario leaves out the scenarios that have samples for it"
    place = threshold.place
    return Skipped(metric, expression, reason, place.file, place.line)


def _given(
    plan: Plan, values: Mapping[str, Any], problems: Problems, options: Options, more: Iterable[str]
) -> Given:
    """Read the data files, and know all secrets from here on, `more` of them from elsewhere."""
    folder = folder_of(plan.file)
    secrets = (*variables.secrets(plan.variables, values), *more)
    _hide(secrets, problems)
    _warn_of_short_secrets(plan, values, problems)
    tables = open_tables(plan.data, Names(values, runtime=False, folder=folder), problems)
    hidden = (*secrets, *(text for table in tables.values() for text in table.secrets()))
    _hide(hidden, problems)
    return Given(
        values,
        hidden,
        seed=options.seed or os.urandom(8).hex(),
        test_id=os.urandom(8).hex(),
        folder=folder,
        tables=tables,
        tags=options.tags,
    )


def _hide(secrets: Iterable[str], problems: Problems) -> None:
    """Mask secrets from here on: in problems, wherever they are shown, and in all that goes to stderr."""
    problems.mask = Mask(secrets)
    context = click.get_current_context(silent=True)
    if context and isinstance(context.obj, Masked):
        context.obj.hide(problems.mask)


def _env_file(inputs: Inputs, file: str) -> dict[str, str]:
    """Read the file of environment variables: the one that is named, else the one beside the plan."""
    path = Path(inputs.env_file) if inputs.env_file else Path(folder_of(file)) / ".env"
    if not inputs.env_file and not path.is_file():
        return {}
    from planrunner.values import envfile

    return envfile.read(path)


def _warn_of_lost_loads(plan: Plan, changed: Plan, problems: Problems) -> None:
    """Say where options took the place of a whole load: `--iterations 9` of a ramp are those of one VU."""
    for name, scenario in changed.scenarios.items():
        before, now = plan.scenarios[name].load, scenario.load
        lost = "stages" if before.stages else "rate" if "rate" in before.settings else ""
        options = [f"--{key}" for key in now.settings] if now.stages is None else ["--stage"]
        takes = f"{' and '.join(options)} {'takes' if len(options) == 1 else 'take'} the place of"
        whole, gone = f"{takes} the whole load of {name!r}", "stages are" if lost == "stages" else "rate is"
        if lost and not (now.stages or now.settings.keys() & {lost, "vus", "rate"}):
            hint = "it is 1 VU now; add --vus to say how many"
            problems.warn(f"{whole}: its {gone} gone", before.place, hint)
        elif _by_chance(before) and not _by_chance(now) and _arrives(now):
            hint = "iterations come evenly now; to keep poisson, change the load in the plan"
            problems.warn(f"{whole}: its {gone} gone, and so is arrival: poisson", before.place, hint)


def _by_chance(load: Load) -> bool:
    return "arrival" in load.settings and load.settings["arrival"].text != "even"


def _arrives(load: Load) -> bool:
    return "rate" in load.settings or any("/" in stage.target.text for stage in load.stages or ())


def blame_options(problems: Problems) -> None:
    """What only the command line's options make wrong is no fault of the plan (exit 2)."""
    wrong = [problem for problem in problems if not problem.warning]
    if wrong and all(problem.place.file.startswith("--") for problem in wrong):
        hints = [f" ({p.hint})" if p.hint else "" for p in wrong]
        raise UsageError("; ".join(f"{p.place}: {p.message}{h}" for p, h in zip(wrong, hints, strict=True)))


def _warn_of_short_secrets(plan: Plan, values: Mapping[str, Any], problems: Problems) -> None:
    """A secret of three characters cannot be masked: every report would be full of stars."""
    for name, variable in plan.variables.items():
        if Mask(variables.secrets({name: variable}, values)).short:
            hint = f"give it at least {SHORTEST} characters"
            problems.warn(f"the secret {name!r} is too short to be masked in reports", variable.place, hint)


def read(name: str, problems: Problems) -> bytes:
    """Read the file of a plan (`-`: standard input); PlanError when that cannot be."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except IsADirectoryError:
        problems.add("this is a directory", Place(name), "name a plan file in it")
    except FileNotFoundError:
        problems.add("there is no such file", Place(name), _near(name))
    except (OSError, ValueError) as error:
        problems.add(f"cannot be read: {getattr(error, 'strerror', None) or error}", Place(name))
    raise PlanError(problems)


def _near(name: str) -> str:
    """Name plans that stand where the missing one should."""
    folder = Path(name).parent
    plans = sorted(str(path) for kind in ("*.yml", "*.yaml") for path in folder.glob(kind))
    return f"there is: {', '.join(plans[:5])}" if plans else "check the path"
