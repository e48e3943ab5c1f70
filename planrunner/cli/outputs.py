"""`--out`: where the numbers of a run go while it runs."""

from __future__ import annotations

from planrunner.cli.options import F, option


def outputs(function: F) -> F:
    """Declare the option; the function gets what was asked for as `out`."""
    return option(
        "--out",
        metavar="KIND[=ARG]",
        multiple=True,
        help="Send or write the numbers while the plan runs, for example prometheus=http://host:9090/api/v1/"
        "write, instead of what the plan says under `outputs`; none: nowhere.",
    )(function)
