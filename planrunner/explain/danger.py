"""How dangerous a plan's load is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.explain.lines import Line, peak, rise
from planrunner.explain.words import count, figure, listed, time

Grade: TypeAlias = Literal["safe", "moderate", "aggressive", "extreme"]

SOON = 10.0  # seconds: what comes within them, no cache is warm for and no autoscaler has seen
ELSEWHERE = 2  # a target that is not on this machine has other users too: half the load is as dangerous


class Level(Struct, frozen=True):
    """A grade, and the least load that has it: VUs, requests per second, and both within SOON."""

    grade: Grade
    vus: float
    vus_soon: float
    rate: float
    rate_soon: float
    reason: str


LEVELS: tuple[Level, ...] = (
    Level(
        "extreme",
        vus=1000,
        vus_soon=100,
        rate=2000,
        rate_soon=200,
        reason="a flood, or a crowd that is there at once: the target may stop answering at all",
    ),
    Level(
        "aggressive",
        vus=100,
        vus_soon=50,
        rate=200,
        rate_soon=100,
        reason="more than most systems have on a usual day: connections to databases may run out",
    ),
    Level(
        "moderate",
        vus=10,
        vus_soon=10,
        rate=20,
        rate_soon=20,
        reason="a usual day of a small system: it can be felt by others who use it",
    ),
)
"""The grades from the worst down; below them all is safe. A VU counts as two requests a second: so many it
makes when it waits half a second for each."""

SAFE = "so little that every target and every machine can bear it"

ADVICE: Mapping[Grade, tuple[str, ...]] = {
    "safe": ("a good first look: see that plan, data and target are right before more load comes",),
    "moderate": ("watch CPU, memory and connections of the target, and of this machine, while it runs",),
    "aggressive": (
        "run the same steps with little load first ({trial}), and see all checks hold",
        "run it from a machine that does nothing else (4 cores, 8 GB): a busy one measures itself",
        "tell those who use the target too, and watch the connections of its database",
    ),
    "extreme": (
        "run the same steps with little load first ({trial}), then with a slow ramp, and see where it bends",
        "run it only against a target that may fail, and when those who look after it are there",
        "run it from a machine that does nothing else (4 cores, 8 GB): a busy one measures itself",
        "mind the way there: routers, proxies and providers may take it for an attack",
    ),
}
"""What to do, by grade; `{trial}` stands for the options of a run with little load."""

HERE = (
    "the target is on this machine: the two share CPU and memory, the machine may hardly respond, and times "
    "get worse than they are; give the target limits (docker run --cpus=2 --memory=2g) or another machine"
)
AWAY = "the target is not on this machine: be sure that its owner agrees"
NO_BRAKE = "no threshold stops the run: `abort_on_fail: true` at one ends it when the target breaks"


class Load(Struct, frozen=True):
    """What is asked of the target, all scenarios together."""

    vus: Line
    rate: Line  # requests per second, of those scenarios whose rate the plan decides
    local: bool  # whether all of it stays on this machine
    brake: bool  # whether a threshold stops it
    trial: str  # the options that try the same steps with little load


class Danger(Struct, frozen=True):
    """A grade, why, and what to do."""

    grade: Grade
    reason: str
    figures: str
    advice: tuple[str, ...]


def assess(load: Load) -> Danger:
    """Grade a load; VUs and requests per second add up, each as a share of what a grade allows."""
    vus, rate = peak(load.vus).value, peak(load.rate).value
    vus_soon, rate_soon = rise(load.vus, SOON), rise(load.rate, SOON)
    factor = 1 if load.local else ELSEWHERE
    found = next(
        (
            level
            for level in LEVELS
            if factor * (vus / level.vus + rate / level.rate) >= 1
            or factor * (vus_soon / level.vus_soon + rate_soon / level.rate_soon) >= 1
        ),
        None,
    )
    grade: Grade = found.grade if found else "safe"
    return Danger(
        grade,
        found.reason if found else SAFE,
        f"at most {_figures(vus, rate)}; {_figures(vus_soon, rate_soon)} more within {time(SOON)}",
        tuple(advice.format(trial=load.trial) for advice in (*ADVICE[grade], *_advice(grade, load))),
    )


def _figures(vus: float, rate: float) -> str:
    parts = [count(vus, "VU")] if vus or not rate else []
    return listed([*parts, f"{figure(rate)} requests/s"] if rate else parts)


def _advice(grade: Grade, load: Load) -> Iterator[str]:
    if grade != "safe":
        yield HERE if load.local else AWAY
    if grade in ("aggressive", "extreme") and not load.brake:
        yield NO_BRAKE
