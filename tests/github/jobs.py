"""Jobs that use the Action: a workspace with plans, and what stands in for planrunner."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from rest_server import GitHub
from samples import failed, passed
from simulated import ROOT, Machine, Outputs, Simulated

from planrunner.github.child import Start
from planrunner.result import Result, to_json

KNOWN = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["outputs"].keys()
NUMBERS = (
    "plans-total",
    "plans-failed",
    "thresholds-total",
    "thresholds-failed",
    "checks-failed",
    "problems",
)
MADE_UP = {
    "install": {"bin": str(Path(sys.executable).with_name("planrunner"))},
    "html": {"artifact-url": "https://github.example/html"},
    "upload": {"artifact-url": "https://github.example/zip"},
}
PYTHON = {"python": {"found": "true", "path": sys.executable, "version": "3.11"}}
PLAN = """name: Shop
target: demo
load: {vus: 2, iterations: 20}
steps:
  - get: /api/quotes
    checks: [{status: 200}]
thresholds:
  http_req_duration: p(95) < LIMIT
  http_req_failed: rate < 1%
"""


def machine(folder: Path, github: GitHub, event: str = "pull request", **more: str) -> Machine:
    """Return a runner with a plan that passes, on which planrunner is a process."""
    write_plan(folder, PLAN.replace("LIMIT", "10s"))
    environ = {"GITHUB_API_URL": f"{github.url}/api/v3", **more}
    return Machine(folder, event, environ, made_up=MADE_UP)


def quick(folder: Path, github: GitHub, start: Start, event: str = "pull request", **more: str) -> Machine:
    """Return one on which something stands in for planrunner."""
    made = machine(folder, github, event, **more)
    return Machine(folder, event, made.environ, made_up={**MADE_UP, **PYTHON}, start=start)


def write_plan(folder: Path, text: str, name: str = "plans/shop.yml") -> None:
    file = folder / "workspace" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def complete(job: Simulated) -> Outputs:
    """Return the outputs, all of which must be there, whatever happened."""
    assert job.outputs.keys() == KNOWN
    assert job.outputs["outcome"] in {"passed", "failed", "regressed", "invalid", "error"}
    assert job.outputs["passed"] == ("true" if job.green else "false")
    assert all(job.outputs[name].isdecimal() for name in (*NUMBERS, "exit-code"))
    return job.outputs


def ends_with(code: int, *problems: Mapping[str, object]) -> Start:
    """Stand in for a planrunner that finds problems, or none, and measures nothing."""

    def start(_: Sequence[str], __: Path, environ: Mapping[str, str]) -> int:
        lines = "".join(f"{json.dumps(problem)}\n" for problem in problems)
        Path(environ["PLANRUNNER_PROBLEMS"]).write_text(lines)
        return code

    return start


def measures(*results: Result) -> Start:
    """Stand in for a planrunner that comes to these results, one for each plan."""

    def start(words: Sequence[str], folder: Path, _: Mapping[str, str]) -> int:
        reports = folder / words[words.index("--report-dir") + 1]
        names = sorted(Path(word).stem for word in words if word.endswith(".yml"))
        for name, result in zip(names, results, strict=True):
            place = reports / name if len(results) > 1 else reports
            place.mkdir(exist_ok=True)
            (place / "result.json").write_bytes(to_json(result))
            (place / "report.html").write_text("<p>")
        return max(result.exit_code for result in results)

    return start


GREEN, RED = measures(passed()), measures(failed())
