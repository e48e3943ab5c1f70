"""A runner of GitHub's, as far as composite actions need one: carries out the steps of an action.yml.

Steps that use other actions are not carried out; what they would put out is made up.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from expressions import evaluated, filled
from happenings import EVENTS, variables
from log import Log

from planrunner.cli.several import slugs
from planrunner.github.child import Start
from planrunner.github.comment import comment
from planrunner.github.rest.api import Api
from planrunner.github.run import run
from planrunner.github.runner import Runner

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
STATUS = ("success()", "failure()", "cancelled()", "always()")
Outputs = dict[str, str]


@dataclass
class Simulated:
    """What a job came to."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    used: dict[str, dict[str, str]] = field(default_factory=dict)  # what other actions were given
    outputs: Outputs = field(default_factory=dict)
    summary: str = ""
    text: str = ""
    green: bool = True
    code: int = 0  # of the step that ended it

    @property
    def log(self) -> Log:
        return Log().read(self.text)


@dataclass
class Machine:
    """A runner with a workspace, on which an event has happened."""

    folder: Path
    event: str
    environ: Mapping[str, str]
    action: Path = ROOT / "action.yml"
    made_up: Mapping[str, Outputs] = field(default_factory=dict)  # outputs by step, which is not carried out
    start: Start | None = None  # what stands in for planrunner itself; then our steps take no process

    def run(self, **inputs: str) -> Simulated:
        """Carry the steps out with these inputs; `_` stands for `-` in their names."""
        action = yaml.safe_load(self.action.read_text("utf-8"))
        job = Simulated()
        wanted = {name.replace("_", "-"): text for name, text in inputs.items()}
        unknown = wanted.keys() - action["inputs"].keys()
        assert not unknown, f"there is no such input: {unknown}"
        contexts: dict[str, Any] = {
            "github": {"token": "a-token", "job": "load", "action_ref": "v1"},
            "runner": {"temp": str(self.temp), "os": "Linux", "arch": "X64"},
            "strategy": {"job-index": 0},
            "steps": job.steps,
        }
        functions = self._functions(job)
        usual = {
            name: filled(one.get("default", ""), contexts, functions)
            for name, one in action["inputs"].items()
        }
        contexts["inputs"] = {**usual, **wanted}
        for step in action["runs"]["steps"]:
            self._step(step, job, contexts)
        job.outputs = {
            name: filled(one["value"], contexts, functions) for name, one in action["outputs"].items()
        }
        return job

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def _functions(self, job: Simulated) -> dict[str, Callable[..., Any]]:
        return {
            "success": lambda: job.green,
            "failure": lambda: not job.green,
            "cancelled": lambda: False,
            "always": lambda: True,
            "format": lambda text, *parts: text.format(*parts),
        }

    def _step(self, step: dict[str, Any], job: Simulated, contexts: dict[str, Any]) -> None:
        name, functions = step["id"], self._functions(job)
        condition = step.get("if", "success()").removeprefix("${{").removesuffix("}}")
        if not any(function in condition for function in STATUS):
            condition = f"success() && ({condition})"
        job.steps[name] = {"outputs": {}, "outcome": "skipped"}
        if not evaluated(condition, contexts, functions):
            return
        job.ran.append(name)
        values = {
            key: filled(str(text), contexts, functions)
            for key, text in (step.get("env") or step.get("with") or {}).items()
        }
        code = 0
        if name in self.made_up or "uses" in step:
            job.used[name] = values
            job.steps[name]["outputs"] = dict(self.made_up.get(name, {}))
        else:
            code = self._bash(step["run"], values, job, name)
        job.steps[name]["outcome"] = "failure" if code else "success"
        if code and not step.get("continue-on-error"):
            job.green, job.code = False, code

    def _bash(self, script: str, values: Mapping[str, str], job: Simulated, name: str) -> int:
        """Run a script as the runner does: a file that bash is told to read."""
        for folder in (self.temp, self.workspace):
            folder.mkdir(parents=True, exist_ok=True)
        files = {
            word: self.temp / f"{name}-{word.lower()}" for word in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH")
        }
        for file in files.values():
            file.write_text("")
        script_file, payload = self.temp / f"{name}.sh", self.temp / "event.json"
        script_file.write_text(script)
        payload.write_text(json.dumps(EVENTS[self.event][1]))
        environ = {
            **{
                word: text
                for word, text in os.environ.items()
                if not word.startswith(("GITHUB_", "PLANRUNNER_"))
            },
            **variables(self.event),
            **{f"GITHUB_{word}": str(file) for word, file in files.items()},
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(self.action.parent),
            "RUNNER_TEMP": str(self.temp),
            **self.environ,
            **values,
        }
        code, said = (
            self._ours(script, environ)
            if self.start and "github" in script
            else self._process(script_file, environ)
        )
        job.text += said
        job.steps[name]["outputs"] = read_outputs(files["OUTPUT"].read_text())
        job.summary += files["STEP_SUMMARY"].read_text()
        assert files["ENV"].read_text() + files["PATH"].read_text() == "", (
            "later steps of the job were changed"
        )
        return code

    def _process(self, script: Path, environ: Mapping[str, str]) -> tuple[int, str]:
        words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        out = subprocess.PIPE
        done = subprocess.run(
            words, cwd=self.workspace, env=environ, stdout=out, stderr=subprocess.STDOUT, check=False
        )
        return done.returncode, done.stdout.decode(errors="replace")

    def _ours(self, script: str, environ: Mapping[str, str]) -> tuple[int, str]:
        """Do what our program does, without a process."""
        said: list[str] = []
        runner = Runner(environ, said.append)
        try:
            if script.endswith("github run"):
                assert self.start
                run(runner, self.start, slugs)
            else:
                api = Api(environ["GITHUB_API_URL"], environ["PLANRUNNER_GITHUB_TOKEN"], lambda _: None)
                comment(runner, NOW, api)
        except OSError as error:  # of an accident that a test arranges
            return 70, "".join(f"{line}\n" for line in [*said, f"planrunner: internal error: {error}"])
        return 0, "".join(f"{line}\n" for line in said)


def read_outputs(text: str) -> Outputs:
    """Read a file of outputs: `name=value`, or a value between lines with a word of the writer's choice."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, rest = line.partition("<<")
        if not sign or "=" in name:
            name, _, rest = line.partition("=")
            found[name] = rest
            continue
        parts = []
        for part in lines:
            if part == rest:
                break
            parts.append(part)
        found[name] = "\n".join(parts)
    return found
