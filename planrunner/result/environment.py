"""Where and how a plan was run: what explains why two results differ. It names no host, user or folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The CI job that ran the plan, as its environment says."""

    service: Annotated[str, Meta(description="for example GitHub Actions")]
    commit: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where and how a plan was run; what could not be found out is empty, or 0."""

    python: Annotated[str, Meta(description="implementation and version")] = ""
    system: Annotated[str, Meta(description="operating system and kernel")] = ""
    machine: Annotated[str, Meta(description="for example x86_64")] = ""
    cpu: Annotated[str, Meta(description="model")] = ""
    cpus: Annotated[int, Meta(ge=0, description="cores this process may use")] = 0
    memory: Annotated[int, Meta(ge=0, description="bytes of this machine")] = 0
    loop: Annotated[str, Meta(description="uvloop or asyncio")] = ""
    seed: Annotated[str, Meta(description="of every random choice")] = ""
    test_id: str = ""
    plan_sha256: Annotated[str, Meta(description="of the plan's text as this file has it, in UTF-8")] = ""
    options: Annotated[
        Mapping[str, str],
        Meta(description="what the command line, or its variables, changed of the run; secrets are masked"),
    ] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    tags: Annotated[Mapping[str, str], Meta(description="given on the command line")] = field(
        default_factory=dict
    )
    ci: Pipeline | None = None
