"""The process that runs or validates the plans of a job, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from planrunner.github.child import Start, environment
from planrunner.github.commands import stopped
from planrunner.github.job import MOST_PROBLEMS, Planned, Wrong, problem
from planrunner.github.runner import Runner

PROBLEMS = "PLANRUNNER_PROBLEMS"  # the variable by which planrunner is told where to write them
JOURNAL = "run.journal"


class Carried(Struct, frozen=True):
    """How it ended."""

    code: int
    plans: tuple[Planned, ...]
    problems: tuple[Wrong, ...]


def carry_out(
    runner: Runner, start: Start, words: Sequence[str], plans: Sequence[Planned], folder: Path, reports: Path
) -> Carried:
    """Run planrunner in a folder; of what it killed, what its journal has is made a result."""
    file = runner.temp / "planrunner-problems.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    environ = {**environment(runner.environ), PROBLEMS: str(file)}
    before = [_stamp(reports / plan.result) for plan in plans]
    with stopped(runner.say):
        code = start(words, folder, environ)
        for plan in plans:
            journal = (reports / plan.result).with_name(JOURNAL)
            if journal.is_file():  # of a run that was killed, or it would be gone
                start(["report", str(journal), "--report-dir", str(journal.parent)], folder, environ)
    after = [_stamp(reports / plan.result) for plan in plans]
    ran = [
        replace(plan, ran=new not in ((), old)) for plan, new, old in zip(plans, after, before, strict=True)
    ]
    return Carried(code, tuple(ran), _problems(file))


def _stamp(file: Path) -> tuple[int, ...]:
    """Tell a file from one of the same name that took its place; nothing where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _problems(file: Path) -> tuple[Wrong, ...]:
    """Read what planrunner found wrong, the errors first where there is not room for all."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    found = sorted(map(problem, dict.fromkeys(lines)), key=lambda one: one.severity)
    return tuple(found[:MOST_PROBLEMS])
