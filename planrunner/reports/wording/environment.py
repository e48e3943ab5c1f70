"""Where and how a plan was run, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping

from planrunner import units
from planrunner.reports.wording.numbers import clip
from planrunner.result import Environment, Pipeline, Result

COMMIT = 12  # characters of a commit's name: enough to find it


def environment(result: Result) -> list[tuple[str, str]]:
    """Return what is known, each with its name."""
    known = result.environment
    lines = {
        "Machine": _machine(known),
        "Software": _listed(f"planrunner {result.planrunner}", known.python, known.loop),
        "Processes": str(result.processes) if result.processes > 1 else "",
        "Options": _pairs(known.options, " "),
        "Profiles": _listed(*known.profiles),
        "Tags": _pairs(known.tags, "="),
        "Seed": known.seed,
        "Test id": known.test_id,
        "CI": _pipeline(known.ci) if known.ci else "",
    }
    return [(name, clip(text, 300)) for name, text in lines.items() if text] if known.python else []


def _machine(known: Environment) -> str:
    cores = f"{known.cpus} core{'' if known.cpus == 1 else 's'}" if known.cpus else ""
    memory = units.show_size(known.memory) if known.memory else ""
    return _listed(known.cpu or known.machine, cores, memory, known.system)


def _pipeline(job: Pipeline) -> str:
    return _listed(job.service, job.branch, job.commit[:COMMIT])


def _pairs(pairs: Mapping[str, str], sign: str) -> str:
    return _listed(*(f"{name}{sign}{value}" for name, value in pairs.items()))


def _listed(*texts: str) -> str:
    return ", ".join(text for text in texts if text)
