"""`--out`: where the numbers of a run go while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from planrunner.cli.options import F, option
from planrunner.errors import UsageError
from planrunner.outputs.choosing import Chosen


def outputs(function: F) -> F:
    """Declare the option; the function gets what was asked for as `out`."""
    return option(
        "--out",
        metavar="KIND[=ARG]",
        multiple=True,
        help="Send or write the numbers while the plan runs, for example prometheus=http://host:9090/api/v1/"
        "write, instead of what the plan says under `outputs`; none: nowhere.",
    )(function)


def keep_apart(outputs: Iterable[Chosen]) -> None:
    """Raise UsageError where two outputs, of one plan or of several, would write the same file."""
    taken = set()
    for one in outputs:
        file = one.settings.get("file")
        if file is None or file == os.devnull:
            continue
        place = Path(file).resolve()
        if place in taken:
            raise UsageError(f"--out: {file} would be written twice; each plan can name its own in `outputs`")
        taken.add(place)
