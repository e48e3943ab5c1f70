"""`python -m benchmarks`: planrunner and its peers in turn, and a table of ratios with their targets."""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import locust
from benchmarks.case import Stage
from benchmarks.cases import CASES
from benchmarks.cores import Cores, on
from benchmarks.load import Tool
from benchmarks.machine import machine
from benchmarks.ours import PLANRUNNER
from benchmarks.page import PAGE, Conditions, section, written
from benchmarks.peers import H2LOAD, HEY, OHA, S_TIME, VEGETA, WRK
from benchmarks.rounds import Measured, measure, unable
from benchmarks.scripted import K6, LOCUST
from benchmarks.server import MOST_FILES, program, serving
from benchmarks.table import shown

TOOLS = {
    "planrunner": PLANRUNNER,
    "wrk": WRK,
    "hey": HEY,
    "oha": OHA,
    "vegeta": VEGETA,
    "k6": K6,
    "locust": LOCUST,
    "h2load": H2LOAD,
    "openssl": S_TIME,
}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; 1 only where nothing could be measured. No number makes it fail."""
    options = parsed(words)
    if options.list:
        print("\n".join(f"{case.name:<13} {case.title}" for case in CASES.values()))
        return 0
    if not program("nginx"):
        print("nginx is not on PATH: nothing to measure against")
        return 1
    allow_files()
    left_out: dict[str, str] = {}
    tools = present(options.without, left_out)
    cores, busy = Cores.of_this_process(), os.getloadavg()[0]
    with on(cores.server), TemporaryDirectory() as folder, serving(Path(folder), cores.server) as served:
        stage = Stage(served, Path(folder), cores, tools, options.seconds, options.long)
        found = all_of(options.only, stage, options.rounds, left_out)
    report(found, options, f"{machine(cores, tools)}, load average {busy:.1f} when it began", left_out)
    return 0 if any(each for one in found for each in one.rounds) else 1


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; what is not said depends on the form."""
    parser = arguments()
    options = parser.parse_args(words)
    if options.write and options.only:
        parser.error("--write is for a page of all cases: leave --only out")
    options.rounds = options.rounds or (5 if options.long else 3)
    options.seconds = options.seconds or (10 if options.long else 3)
    return options


def arguments() -> argparse.ArgumentParser:
    """Say what may be asked for; the long form takes about an hour, the short one a quarter of one."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("--long", action="store_true", help="longer runs and more rounds: about an hour")
    made.add_argument("--only", action="append", choices=CASES, metavar="CASE", help="only this case; repeat")
    made.add_argument("--without", action="append", choices=TOOLS, metavar="TOOL", help="leave a tool out")
    made.add_argument("--rounds", type=positive, help="how often each runs (3, long: 5)")
    made.add_argument("--seconds", type=positive, help="how long a run takes (3, long: 10)")
    made.add_argument("--write", action="store_true", help="write what was measured to docs/performance.md")
    made.add_argument("--list", action="store_true", help="list the cases")
    made.set_defaults(only=[], without=[])
    return made


def positive(text: str) -> int:
    """Read a whole number from 1; argparse turns the ValueError into its message."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def allow_files() -> None:
    """Let this process and all it starts open as many files as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says "without limit" and means 10,240.
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, MOST_FILES) if most > 0 else 10_240, most))


def present(without: Sequence[str], left_out: dict[str, str]) -> dict[str, Tool]:
    """Choose the tools that take part; Locust is installed if need be."""
    found = {}
    for name, tool in TOOLS.items():
        if name in without:
            left_out[name] = "left out on demand"
        elif name == "locust" and (trouble := locust.install()):
            left_out[name] = f"could not be installed: {trouble}"
        elif not program(tool.program):
            left_out[name] = "not on PATH"
        else:
            found[name] = tool
    return found


def all_of(only: Sequence[str], stage: Stage, rounds: int, left_out: dict[str, str]) -> list[Measured]:
    """Measure all cases, or those that are named; what takes minutes is for the long form, or to be named."""
    found = []
    for name in only or CASES:
        case = CASES[name]
        reason = unable(case, stage)
        if case.takes_minutes and not (stage.long or only):
            reason = "it takes minutes: for the long form"
        if reason:
            left_out[name] = reason
            continue
        print(f"\n{name}: {case.title}", flush=True)
        found.append(measure(case, stage, 1 if case.takes_minutes else rounds, say))
        print(f"\n{shown(found[-1])}", flush=True)
    return found


def say(line: str) -> None:
    """Print at once, also into a file."""
    print(line, flush=True)


def report(
    found: Sequence[Measured], options: argparse.Namespace, on_what: str, left_out: Mapping[str, str]
) -> None:
    """Print what the numbers were measured on, and write the page where that is wanted."""
    print(f"\n{on_what}")
    for name, why in left_out.items():
        print(f"left out: {name}: {why}")
    if options.write:
        today = datetime.now(UTC).date().isoformat()
        conditions = Conditions(today, options.rounds, options.seconds, options.long, on_what, left_out)
        page = written(PAGE.read_text("utf-8"), section(found, conditions))
        PAGE.write_text(page, "utf-8")
        print(f"written to {PAGE}")


if __name__ == "__main__":
    sys.exit(main())
