"""Results of earlier runs, read from files and folders."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

from planrunner.errors import UsageError
from planrunner.result import Result, from_json

SUFFIXES = (".json", ".json.gz")
MOST_BYTES = 50_000_000  # of a result; ten times what a run writes
MOST_RUNS = 20
"""How many runs of a folder are used, the newest; what was months ago says little of today."""

WAY_OUT = "name a result.json, as `planrunner run PLAN --report-dir DIR` writes it, or a folder with some"


def read(path: Path, most: int = MOST_BYTES) -> Result:
    """Read a result; OSError, or ValueError that says what is wrong."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(str(error)) from None
    if len(data) > most:
        raise ValueError("it is too large")
    return from_json(data)


def earlier(name: str, what: str, plan: str = "") -> tuple[Result, ...]:
    """Read a result file, or those below a folder, the oldest first; UsageError says why there are none.

    Of a folder only results of the plan of this name are taken; without a name, all must be of one plan. What
    else is in it is somebody else's.
    """
    path = Path(name)
    try:
        found = (read(path),) if not path.is_dir() else _of_plan(_below(path), plan, name, what)
    except OSError as error:
        raise UsageError(f"{what}: cannot read {name}: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{what}: {name} is no result.json of planrunner: {error}; {WAY_OUT}") from None
    return found


def _below(folder: Path) -> Iterable[Result]:
    """Yield all results; the same run may be there twice, as a report and in the history."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(SUFFIXES) and path.is_file():
            try:
                result = read(path)
            except (OSError, ValueError):
                continue
            if (result.started, result.duration) not in seen:
                seen.add((result.started, result.duration))
                yield result


def _of_plan(results: Iterable[Result], plan: str, name: str, what: str) -> tuple[Result, ...]:
    known = list(results)
    if not known:
        raise UsageError(f"{what}: there is no result of planrunner below {name}")
    plans = sorted({result.plan.name for result in known})
    if not plan and len(plans) > 1:
        several = ", ".join(plans)
        raise UsageError(f"{what}: {name} has results of several plans: {several}; name one folder for each")
    kept = [result for result in known if not plan or result.plan.name == plan]
    if not kept:
        raise UsageError(f"{what}: {name} has no result of the plan {plan}, only of {', '.join(plans)}")
    return tuple(sorted(kept, key=lambda result: result.started)[-MOST_RUNS:])
