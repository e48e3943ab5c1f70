"""From a plan's file name to a plan that can be run, or to everything that is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

from planrunner.engine.override import override
from planrunner.engine.program import Given
from planrunner.engine.run import Checked, check
from planrunner.errors import Place, PlanError, Problems, UsageError
from planrunner.plan.load import load
from planrunner.plan.model import Plan
from planrunner.values import variables
from planrunner.values.mask import SHORTEST, Mask


def open_plan(
    name: str,
    given: Mapping[str, str],
    problems: Problems,
    options: Mapping[str, str] | None = None,
    seed: str = "",
) -> Checked:
    """Read, validate and compile a plan (`-`: standard input); PlanError holds all its problems.

    Without `options` values may be missing: the plan is looked at, not run.
    """
    plan = load(_read(name, problems), "<stdin>" if name == "-" else name, problems)
    if plan is None:
        raise PlanError(problems)
    values = variables.resolve(plan.variables, given, os.environ, problems, required=options is not None)
    secrets = variables.secrets(plan.variables, values)
    problems.mask = Mask(secrets)
    _warn_of_short_secrets(plan, values, problems)
    entry = Given(values, secrets, seed=seed or token_hex(8), test_id=token_hex(8))
    checked = check(override(plan, options or {}), entry, problems)
    _blame_options(problems)
    if problems.failed:
        raise PlanError(problems)
    return checked


def _blame_options(problems: Problems) -> None:
    """What only the command line's options make wrong is no fault of the plan (exit 2)."""
    wrong = [problem for problem in problems if not problem.warning]
    if wrong and all(problem.place.file.startswith("--") for problem in wrong):
        raise UsageError("; ".join(f"{p.place}: {p.message} ({p.hint})" for p in wrong))


def _warn_of_short_secrets(plan: Plan, values: Mapping[str, Any], problems: Problems) -> None:
    """A secret of three characters cannot be masked: every report would be full of stars."""
    for name, variable in plan.variables.items():
        if Mask(variables.secrets({name: variable}, values)).short:
            hint = f"give it at least {SHORTEST} characters"
            problems.warn(f"the secret {name!r} is too short to be masked in reports", variable.place, hint)


def _read(name: str, problems: Problems) -> bytes:
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
