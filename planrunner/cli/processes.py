"""The value of `--processes`: a number, or as many as this machine has cores for."""

from __future__ import annotations

import click


def processes(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """Read the number of processes; `auto` is found out when it is asked for."""
    if value == "auto":
        from planrunner.engine.fleet.processes import cores

        return cores()
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is neither a number from 1 nor auto", context, parameter)
    return int(value)
