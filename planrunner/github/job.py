"""What one use of the Action did, as a file: for the step that comments, or a workflow that does it later.

That workflow gets the file from a job that strangers wrote, so it is read strictly and everything in it has
a greatest length. `run` cuts its own texts to these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from planrunner.errors import Exit

NAME = "job.json"
MOST_TEXT, MOST_PLANS, MOST_PROBLEMS = 1_000, 200, 200

Text: TypeAlias = Annotated[str, Meta(max_length=MOST_TEXT)]
Slug: TypeAlias = Annotated[str, Meta(pattern=r"^(|[a-z0-9_][a-z0-9._-]{0,79})$")]
Key: TypeAlias = Annotated[str, Meta(pattern=r"^[\w ./:()-]{1,300}$")]
Commit: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{0,64}$")]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=2**31)]

Outcome: TypeAlias = Literal["passed", "failed", "regressed", "invalid", "error"]

OUTCOMES: Mapping[int, Outcome] = {
    Exit.PASSED: "passed",
    Exit.USAGE: "invalid",
    Exit.THRESHOLDS: "failed",
    Exit.TEARDOWN_TIMEOUT: "failed",
    Exit.INVALID: "invalid",
    Exit.REGRESSION: "regressed",
    Exit.STOPPED: "failed",
    Exit.UNTRUSTED: "failed",
}
"""How a run ended, by the exit code of planrunner; any other one is an error."""


class Wrong(Struct, frozen=True):
    """Something that is wrong with a plan or with what was asked; without a file it is not about a plan."""

    message: Text
    file: Text = ""
    line: Number = 0
    column: Number = 0
    width: Number = 1
    hint: Text = ""
    severity: Literal["error", "warning"] = "error"


class Planned(Struct, frozen=True):
    """A plan that was to be run."""

    file: Text
    slug: Slug = ""  # the folder of its reports; empty where it is the only one
    ran: bool = False

    @property
    def result(self) -> str:
        """Where its result is, below the folder of the reports."""
        return f"{self.slug}/result.json" if self.slug else "result.json"


class Job(Struct, frozen=True):
    """What was asked for, and how it ended."""

    outcome: Outcome = "error"
    exit_code: Annotated[int, Meta(ge=0, le=255)] = Exit.INTERNAL
    key: Key = "planrunner"
    mode: Literal["run", "validate"] = "run"
    commit: Commit = ""
    folder: Text = ""  # of the plans, below the root of the repository
    plans: Annotated[tuple[Planned, ...], Meta(max_length=MOST_PLANS)] = ()
    problems: Annotated[tuple[Wrong, ...], Meta(max_length=MOST_PROBLEMS)] = ()
    format: Literal[1] = 1

    @property
    def errors(self) -> list[Wrong]:
        """What is worse than a warning."""
        return [one for one in self.problems if one.severity == "error"]


def outcome_of(code: int) -> Outcome:
    """Say how a run ended that left with this exit code."""
    return OUTCOMES.get(code, "error")


def safe_key(text: str) -> str:
    """Leave out of a key what could end the comment of HTML it stands in."""
    plain = re.sub("--+", "-", re.sub(r"[^\w ./:()-]", "-", text))
    return plain[:300].strip("-") or "planrunner"


def to_json(job: Job) -> bytes:
    """Encode it."""
    return msgspec.json.encode(job)


def from_json(data: bytes) -> Job:
    """Decode it; ValueError says what is wrong and where."""
    return msgspec.json.decode(data, type=Job)


def problem(line: str) -> Wrong:
    """Read a line of the file of problems, its texts cut."""
    fields = msgspec.json.decode(line, type=dict[str, str | int])
    cut = {key: value[:MOST_TEXT] if isinstance(value, str) else value for key, value in fields.items()}
    return msgspec.convert(cut, Wrong)
