"""Options that several commands share, each with its environment variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource
from msgspec import Struct

from planrunner import units
from planrunner.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option; `--report-dir` is read from PLANRUNNER_REPORT_DIR too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "PLANRUNNER_" + long.strip("-").split("/")[0].upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def duration(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option that takes a duration with its unit, passed on as written."""
    return option(*names, metavar="TIME", callback=_duration, **settings)


def _duration(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        units.duration(value or "0s")
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None
    return value


@contextmanager
def variables_named() -> Iterator[None]:
    """Have a UsageError name the environment variable instead of the option where that is what was given."""
    try:
        yield
    except UsageError as error:
        raise UsageError(_as_given(str(error))) from None


def _as_given(message: str) -> str:
    context = click.get_current_context(silent=True)
    for parameter in context.command.params if context else ():
        if context and context.get_parameter_source(parameter.name or "") is ParameterSource.ENVIRONMENT:
            long = next(name for name in parameter.opts if name.startswith("--"))
            variable = str(parameter.envvar)
            message = re.sub(rf"(?<![\w'-]){long}(?![\w-])", variable, message)
    return message


class Inputs(Struct, frozen=True):
    """What the commands that read plans are given beside them."""

    given: Mapping[str, str]  # by -e
    env_file: str | None  # instead of the `.env` beside the plan
    profiles: tuple[str, ...]
    target: str = ""  # instead of the plan's
    shared: bool = False  # with other plans: what is given may be theirs


def inputs(function: F) -> F:
    """Declare `-e`, `--env-file`, `--profile` and `--target`; the function gets them as one `inputs`."""

    @wraps(function)
    def gathered(
        *args: Any,
        given: dict[str, str],
        env_file: str | None,
        profiles: tuple[str, ...],
        target: str | None,
        **rest: Any,
    ) -> Any:
        return function(*args, inputs=Inputs(given, env_file, profiles, target or ""), **rest)

    declared = click.option(
        "-e",
        "--env",
        "given",
        metavar="NAME=VALUE",
        multiple=True,
        help="Set a variable of the plan, by its `env` name or its own.",
        callback=_pairs,
    )(gathered)
    declared = option(
        "--env-file",
        type=click.Path(dir_okay=False),
        help="Read environment variables from this file, instead of the .env beside the plan.",
    )(declared)
    aimed = option("--target", metavar="URL", help="Where the load goes, instead of the plan's `target`.")(
        declared
    )
    chosen = option(
        "--profile", "profiles", multiple=True, help="Run this profile of the plan; a later one wins."
    )(aimed)
    return cast("F", chosen)


def tags(function: F) -> F:
    """Declare `--tag NAME=VALUE`."""
    return click.option(
        "--tag",
        "tags",
        metavar="NAME=VALUE",
        multiple=True,
        help="Tag every sample of the run.",
        callback=_pairs,
    )(function)


def _pairs(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        pairs[name] = value
    return pairs
