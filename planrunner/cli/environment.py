"""Where and how a plan is run, for its result: this machine and Python, what was asked for, which CI job."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

import click
from click.core import ParameterSource

from planrunner.cli.reports import ALL
from planrunner.engine.fleet.agent import loop_factory
from planrunner.engine.fleet.processes import cores
from planrunner.engine.program.build import Given
from planrunner.result import Environment, Pipeline
from planrunner.values.mask import Mask

SERVICES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "GITHUB_ACTIONS": ("GitHub Actions", "GITHUB_SHA", ("GITHUB_HEAD_REF", "GITHUB_REF_NAME")),
    "GITLAB_CI": ("GitLab CI", "CI_COMMIT_SHA", ("CI_COMMIT_REF_NAME",)),
    "JENKINS_URL": ("Jenkins", "GIT_COMMIT", ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH")),
    "TF_BUILD": (
        "Azure Pipelines",
        "BUILD_SOURCEVERSION",
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCHNAME"),
    ),
    "CIRCLECI": ("CircleCI", "CIRCLE_SHA1", ("CIRCLE_BRANCH",)),
    "BITBUCKET_BUILD_NUMBER": ("Bitbucket Pipelines", "BITBUCKET_COMMIT", ("BITBUCKET_BRANCH",)),
    "BUILDKITE": ("Buildkite", "BUILDKITE_COMMIT", ("BUILDKITE_BRANCH",)),
    "TEAMCITY_VERSION": ("TeamCity", "BUILD_VCS_NUMBER", ()),
    "TRAVIS": ("Travis CI", "TRAVIS_COMMIT", ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH")),
    "DRONE": ("Drone", "DRONE_COMMIT_SHA", ("DRONE_SOURCE_BRANCH", "DRONE_BRANCH")),
    "CI": ("CI", "", ()),
}
"""By the variable that tells it: the service, and which variables hold the commit and the branch."""

ASIDE = frozenset(
    {
        "seed",
        "profiles",
        "tags",
        "quiet",
        "verbose",
        "no_color",
        "summary_mode",
        *ALL,
        "history",
        "history_keep",
    }
)
"""Options that have a field of their own, or change nothing of the run."""

CPUINFO = Path("/proc/cpuinfo")


def environment(
    given: Given, text: str, profiles: tuple[str, ...], environ: Mapping[str, str], mask: Mask
) -> Environment:
    """Find out where and how a plan is run whose text this is."""
    return Environment(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        cpu=cpu(CPUINFO),
        cpus=cores(),
        memory=memory(getattr(os, "sysconf", None)),
        loop="uvloop" if loop_factory() else "asyncio",
        seed=given.seed,
        test_id=given.test_id,
        plan_sha256=sha256(mask(text).encode()).hexdigest(),
        options={name: mask(value) for name, value in asked(click.get_current_context(), ASIDE).items()},
        profiles=profiles,
        tags={name: mask(value) for name, value in given.tags.items()},
        ci=pipeline(environ),
    )


def cpu(file: Path) -> str:
    """Name the model of the processor, as far as the system tells it."""
    text = file.read_text("utf-8", "replace") if file.exists() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor()


def memory(ask: Callable[[str], int] | None) -> int:
    """Return how many bytes this machine has; 0 where the system does not tell."""
    try:
        return ask("SC_PAGE_SIZE") * ask("SC_PHYS_PAGES") if ask else 0
    except (ValueError, OSError):
        return 0


def pipeline(environ: Mapping[str, str]) -> Pipeline | None:
    """Find the CI job that this is part of."""
    for variable, (service, commit, branches) in SERVICES.items():
        if environ.get(variable, "") not in {"", "false", "0"}:
            branch = next((environ[name] for name in branches if environ.get(name)), "")
            return Pipeline(service, environ.get(commit, ""), branch)
    return None


def asked(context: click.Context, aside: frozenset[str]) -> dict[str, str]:
    """Return the options that were given, on the command line or by their variables."""
    given = {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}
    return {
        max(option.opts, key=len): _shown(option, context.params[name])
        for option in context.command.params
        if isinstance(option, click.Option)
        and (name := option.name or "") not in aside
        and context.get_parameter_source(name) in given
    }


def _shown(option: click.Option, value: Any) -> str:
    """Write the value of an option as it may be given; a file is its name, wherever it lies."""
    if isinstance(option.type, click.Path):
        return PurePath(value).name
    if isinstance(value, dict):
        return ", ".join(f"{name}={text}" for name, text in value.items())
    if isinstance(value, tuple):
        return ", ".join(":".join(part) if isinstance(part, tuple) else part for part in value)
    return "yes" if value is True else str(value)
