"""Whether a generator that is ill is told from one that is well: runs that were provoked, and calm ones."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from benchmarks.case import Case, Figure, Round, Side, Stage
from benchmarks.load import Load
from benchmarks.ours import command
from benchmarks.processes import BadRunError

SECONDS = 4
TIMES = 4  # each provocation, and each calm load a quarter more often: 20 of both
OFTEN = 5

Trust: TypeAlias = Literal["trusted", "degraded", "untrusted"]

VERDICTS: tuple[Trust, ...] = ("trusted", "degraded", "untrusted")

CALM: Mapping[str, Mapping[str, Any]] = {
    "calm: 100/s": {"rate": "100/s", "max_vus": 50},
    "calm: 1,000/s": {"rate": "1000/s", "max_vus": 200},
    "calm: 20 VUs that think": {"vus": 20},
    "calm: 200 VUs that think": {"vus": 200},
}
"""Loads that a core makes without effort."""

USUAL: Mapping[str, Any] = MappingProxyType({"rate": "200/s", "max_vus": 50})


class Provocation(Struct, frozen=True):
    """What is done to a run, as a line of the shell in which {} is the run, and which findings are right."""

    line: str
    right: frozenset[str]
    load: Mapping[str, Any] = USUAL
    thinks: bool = False
    checks: int = 0  # of each answer: so many keep a core busy even where the server is slow


HOGS = 'for i in 1 2 3; do (while :; do :; done) & hogs="$hogs $!"; done; {}; code=$?; kill $hogs; exit $code'
STOP = "{} & run=$!; sleep 2.5; kill -STOP $run; sleep 1; kill -CONT $run; wait $run"

PROVOKED: Mapping[str, Provocation] = {
    "three busy loops on its core": Provocation(
        HOGS, frozenset({"waiting", "loop_lag", "generator_lag", "throttled", "steal"})
    ),
    "more load than a core can make": Provocation("{}", frozenset({"cpu"}), {"vus": 50}, checks=200),
    "a pool of one VU": Provocation(
        "{}", frozenset({"arrivals"}), {"rate": "100/s", "max_vus": 1}, thinks=True
    ),
    "48 open files allowed": Provocation(
        "ulimit -n 48; {}", frozenset({"own_failures"}), {"vus": 100}, thinks=True
    ),
    "stopped for a second": Provocation(STOP, frozenset({"frozen"})),
}


class Finding(Struct, frozen=True):
    """A finding of a result."""

    name: str


class Health(Struct, frozen=True):
    """What a result says of its generator, the worst finding first."""

    trust: Trust
    findings: tuple[Finding, ...]


class Outcome(Struct, frozen=True):
    """As much of a result.json as is needed here."""

    health: Health


def plan(url: str, load: Mapping[str, Any], *, thinks: bool, checks: int = 0) -> str:
    """Write a plan; JSON is YAML."""
    asked = [{"json": {"$.name": "nginx"}, "name": f"check {number}"} for number in range(checks)]
    get = {"get": url, "checks": asked} if asked else {"get": url}
    steps = [get, *([{"think": "150ms-250ms"}] if thinks else [])]
    return json.dumps({"name": "Trust", "load": {**load, "duration": f"{SECONDS}s"}, "steps": steps})


def health(stage: Stage, how: Provocation) -> Health:
    """Make a run, provoked or not, and read what it says of itself."""
    shape = Load(stage.served.url, stage.folder, vus=1, seconds=SECONDS)
    words = command(shape, plan(stage.served.url, how.load, thinks=how.thinks, checks=how.checks))
    stage.run(["sh", "-c", how.line.format(shlex.join(words))], SECONDS)
    try:
        written = (stage.folder / "reports" / "result.json").read_bytes()
        return msgspec.json.decode(written, type=Outcome).health
    except (OSError, msgspec.DecodeError) as error:
        raise BadRunError(f"its result.json cannot be read: {error}") from None


def judged(stage: Stage) -> dict[str, float]:
    """Make all runs in turn and count the verdicts, and for those that were provoked the right causes."""
    counted: dict[str, float] = {}

    def count(what: str, found: Health, right: frozenset[str] = frozenset()) -> None:
        for verdict in VERDICTS:
            name = f"{what}: {verdict}"
            counted[name] = counted.get(name, 0) + (found.trust == verdict)
        if right:
            first = found.findings[0].name if found.findings else ""
            counted[f"{what}: named"] = counted.get(f"{what}: named", 0) + (first in right)

    for number in range(max(TIMES, OFTEN)):
        for name, load in CALM.items():
            count(name, health(stage, Provocation("{}", frozenset(), load, thinks="vus" in load)))
        for name, how in PROVOKED.items():
            if number < TIMES:
                count(name, health(stage, how), how.right)
    return counted


def share(which: Mapping[str, object], *verdicts: str) -> Callable[[Round], float | None]:
    """Compute of how many runs of some kinds one of some verdicts came, as a share."""

    def of(measured: Round) -> float | None:
        numbers = measured.get("planrunner", {})
        told = [[numbers.get(f"{name}: {verdict}", 0.0) for verdict in VERDICTS] for name in which]
        runs = sum(map(sum, told))
        meant = sum(numbers.get(f"{name}: {verdict}", 0.0) for name in which for verdict in verdicts)
        return meant / runs if runs else None

    return of


TRUST = (
    Case(
        "trust",
        "20 runs of a generator that is ill and 20 of one that is well, 4 s each",
        {"planrunner": Side("planrunner", judged)},
        (
            Figure("ill: called untrusted", share(PROVOKED, "untrusted"), "percent"),
            Figure("ill: called degraded or untrusted", share(PROVOKED, "degraded", "untrusted"), "percent"),
            Figure("ill: the right cause named first", share(PROVOKED, "named"), "percent"),
            Figure("well: called trusted", share(CALM, "trusted"), "percent"),
            Figure("well: called trusted or degraded", share(CALM, "trusted", "degraded"), "percent"),
            *(
                Figure(f"{name}: not trusted", share({name: None}, "degraded", "untrusted"), "percent")
                for name in (*PROVOKED, *CALM)
            ),
        ),
        linux=True,
        takes_minutes=True,
    ),
)
