"""The plans of one run: all are opened before the first request, and each has a folder for its reports."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

import click
from msgspec.structs import replace

from planrunner.cli.batch import Batch
from planrunner.cli.files import Files
from planrunner.cli.files import taken as taken_by
from planrunner.cli.options import Inputs, variables_named
from planrunner.cli.plans import Opened, Options, open_to_run
from planrunner.cli.problems import HUMAN, show
from planrunner.cli.reports import Wanted
from planrunner.cli.writing import prepare
from planrunner.errors import Exit, PlanError, Problems, UsageError, suggestion
from planrunner.reports import INDEX, Flavor
from planrunner.reports.entries import Entry
from planrunner.values import variables

LONGEST = 80  # characters of a folder's name
Opening = tuple[Opened, Problems]

ONE_FILE = ("html", "markdown", "junit", "summary_export")


def slugs(files: Sequence[str]) -> list[str]:
    """Name a folder for each plan: after its file, with the folders before it where two are called alike.

    The names hold nothing but a-z, 0-9, dot, underscore and hyphen, and no two are equal.
    """
    short = [_slug(PurePath(file).name) for file in files]
    counts = Counter(short)
    wanted = [_slug(file) if counts[name] > 1 else name for file, name in zip(files, short, strict=True)]
    used = set(INDEX)
    for number, name in enumerate(wanted):
        unique, count = name, 1
        while unique in used:
            count += 1
            unique = f"{name[: LONGEST - len(f'-{count}')]}-{count}"
        used.add(unique)
        wanted[number] = unique
    return wanted


def _slug(file: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"\.ya?ml$", "", file)).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^a-z0-9._]+", "-", plain.lower().replace("..", "")).strip("-._")
    return kept[-LONGEST:].strip("-._") or "plan"


@variables_named()
def refuse(plans: Sequence[str], wanted: Wanted) -> None:
    """Raise UsageError for what cannot be with several plans."""
    if plans.count("-") > 1:
        raise UsageError("standard input (-) can be read as one plan only")
    one_file = [f"--{name.replace('_', '-')}" for name in ONE_FILE if name in wanted.paths]
    one_file += [f"--text {text.template}={text.file}" for text in wanted.texts if text.file]
    for option in one_file:
        if len(plans) > 1:
            raise UsageError(
                f"{option} names one file, and there are {len(plans)} plans: use --report-dir, which gets a "
                "folder for each plan and an index"
            )


def open_all(plans: Sequence[str], inputs: Inputs, options: Options) -> list[Opening]:
    """Open all plans before the first of them runs; PlanError, or Exit, when one has problems.

    A value that is given may be that of a variable of some of them.
    """
    if len(plans) == 1:
        problems = Problems()
        return [(open_to_run(plans[0], inputs, problems, options), problems)]
    found = []
    wrong = []
    for name in plans:
        problems = Problems()
        try:
            found.append((open_to_run(name, replace(inputs, shared=True), problems, options), problems))
        except PlanError:
            wrong.append(problems)
        except UsageError as error:
            raise UsageError(f"{name}: {error}") from None
    if wrong:
        _tell(wrong, len(plans))
        raise click.exceptions.Exit(Exit.INVALID)
    _demand([opened for opened, _ in found], inputs)
    return found


def _tell(wrong: Sequence[Problems], plans: int) -> None:
    """Show what is wrong with some of the plans."""
    for problems in wrong:
        show(problems, HUMAN)
    count = sum(not problem.warning for problems in wrong for problem in problems)
    what = "1 problem" if count == 1 else f"{count} problems"
    click.echo(f"planrunner: {what} in {len(wrong)} of {plans} plans; no request was sent", err=True)


def _demand(opened: Sequence[Opened], inputs: Inputs) -> None:
    """Raise UsageError when a value is given that is none of any plan."""
    known = {name for one in opened for name in variables.known(one.checked.plan.variables)}
    for name in inputs.given:
        if name not in known:
            hint = suggestion(name, known)
            raise UsageError(
                f"-e {name}: none of the plans has such a variable" + (f"; {hint}" if hint else "")
            )


def listed(opened: Sequence[Opening], wanted: Wanted) -> Batch:
    """List the plans, none of which was run yet."""
    plans = [one.checked.plan for one, _ in opened]
    names = [problems.mask(plan.name) for plan, (_, problems) in zip(plans, opened, strict=True)]
    folders = slugs([plan.file for plan in plans])
    entries = [Entry(n, p.file, folder) for n, p, folder in zip(names, plans, folders, strict=True)]
    flavors = (wanted.flavor, *(one.reports.flavor for one, _ in opened))
    flavor: Flavor = next((one for one in flavors if one), "jenkins")
    return Batch(entries, index_paths(wanted) if len(plans) > 1 else (), flavor)


def index_paths(wanted: Wanted) -> list[Path]:
    """Name the files that tell of all plans."""
    folder = wanted.paths.get("report_dir")
    return [Path(folder) / name for name in INDEX] if folder else []


def reserved(
    opened: Sequence[Opening], batch: Batch, wanted: Wanted, env_file: str | None, baseline: str
) -> list[Files]:
    """Say which files each plan gets, and see that they can be written; none overwrites what another has."""
    taken: dict[Path, str] = {}
    for one, problems in opened:
        taken |= taken_by(one.checked, problems.lines, env_file, baseline)
        taken |= {text.template: "a template" for text in (*wanted.texts, *one.reports.texts)}
    prepare(batch.index, taken)
    taken |= dict.fromkeys(batch.index, "the index of all plans")
    found = []
    for (one, _), entry in zip(opened, batch.entries, strict=True):
        files = _files(one, entry, batch, wanted)
        files.prepare(taken)
        taken |= {path: f"a report of {entry.file}" for path, _ in files.paths()}
        found.append(files)
    return found


def _files(one: Opened, entry: Entry, batch: Batch, wanted: Wanted) -> Files:
    own = wanted.paths
    if batch.index:
        own = {**own, "report_dir": str(Path(own["report_dir"]) / entry.slug)}
    whole = replace(wanted, paths=own).over(one.reports)
    without = frozenset(INDEX) if batch.index else frozenset[str]()
    return Files(whole.paths, None, without, whole.flavor or "jenkins", whole.texts)
