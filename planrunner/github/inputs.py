"""The inputs of the Action: what a step of action.yml hands over by its environment.

The tables are all of it: an input that is passed on to `planrunner run` as an option of the same meaning is a
row of `INPUTS` and one of `OPTIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from msgspec import Struct

from planrunner.errors import UsageError, suggestion
from planrunner.plan.model import FailOn

PREFIX = "PLANRUNNER_INPUT_"
NEVER = "never"
RUN_ONLY = ("--fail-on=", "--versus=")  # options that `validate` does not know
FAIL_ON = (*get_args(FailOn), NEVER)


class Inputs(Struct, frozen=True):
    """What the job asks for."""

    plans: tuple[str, ...]
    mode: str
    target: str
    vars: tuple[str, ...]
    profile: tuple[str, ...]
    baseline: str
    versus: str
    fail_on: tuple[str, ...]
    comment: str
    comment_key: str
    summary: str
    annotations: str
    report_dir: str
    upload_artifact: str
    artifact_name: str
    working_directory: str

    @property
    def options(self) -> list[str]:
        """Return what is passed on to the command line of planrunner, but for the baseline."""
        given = [word for name, words in OPTIONS.items() for word in words(getattr(self, name))]
        return given if self.mode == "run" else [word for word in given if not word.startswith(RUN_ONLY)]

    @property
    def never(self) -> bool:
        """Whether the job stays green whatever happens to its plans."""
        return self.fail_on == (NEVER,)


def variable(name: str) -> str:
    """Name the environment variable of an input."""
    return PREFIX + name.upper().replace("-", "_")


def read(environ: Mapping[str, str]) -> Inputs:
    """Read all inputs; UsageError tells all that is wrong with them."""
    found: dict[str, Any] = {}
    wrong = []
    for name, reader in INPUTS.items():
        try:
            found[name.replace("-", "_")] = reader(environ.get(variable(name), "").strip())
        except ValueError as error:
            wrong.append(f"input {name}: {error}")
    if wrong:
        raise UsageError("; ".join(wrong))
    return Inputs(**found)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in re.split(r"[,\n]", text) if word.strip()))


def _pairs(text: str) -> tuple[str, ...]:
    for line in _lines(text):
        name, sign, _ = line.partition("=")
        if not (sign and name.strip()):
            raise ValueError(f"{line!r} is not NAME=VALUE")
    return _lines(text)


def _one_of(*known: str) -> Callable[[str], str]:
    """Return a reader of one word; the first is the usual one."""

    def read(text: str) -> str:
        if text and text not in known:
            raise ValueError(f"unknown word {text!r}: {suggestion(text, known)}")
        return text or known[0]

    return read


def _fail_on(text: str) -> tuple[str, ...]:
    words = _words(text)
    for word in words:
        _one_of(*FAIL_ON)(word)
    if NEVER in words and len(words) > 1:
        raise ValueError(f"{NEVER!r} stands alone")
    return words


def _usual(value: str) -> Callable[[str], str]:
    return lambda text: text or value


INPUTS: Mapping[str, Callable[[str], Any]] = {
    "plans": _lines,
    "mode": _one_of("run", "validate"),
    "target": str,
    "vars": _pairs,
    "profile": _words,
    "baseline": _usual("none"),
    "versus": str,
    "fail-on": _fail_on,
    "comment": _one_of("auto", "failures", NEVER),
    "comment-key": str,
    "summary": _one_of("true", "false"),
    "annotations": _one_of("failures", "all", "none"),
    "report-dir": _usual("planrunner-report"),
    "upload-artifact": _one_of("always", "failures", NEVER),
    "artifact-name": str,
    "working-directory": _usual("."),
}
"""How each input is read; the others are read by steps of action.yml."""

OPTIONS: Mapping[str, Callable[[Any], list[str]]] = {
    "target": lambda text: [f"--target={text}"] if text else [],
    "vars": lambda pairs: [word for pair in pairs for word in ("-e", pair)],
    "versus": lambda text: [f"--versus={text}"] if text else [],
    "profile": lambda names: [f"--profile={name}" for name in names],
    "fail_on": lambda words: [f"--fail-on={','.join(words)}"] if words and words != (NEVER,) else [],
}
"""Which options of the command line an input becomes."""
