"""`python -m benchmarks`: rounds of all load generators against one nginx, and a table of what they made."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cores import Cores, on
from benchmarks.machine import machine
from benchmarks.server import program, serving
from benchmarks.table import Row, as_markdown, as_text, rows
from benchmarks.tools import TOOLS, BadRunError, Job, measure


def main() -> int:
    """Measure, print, and return 1 only where nothing could be measured."""
    options = arguments().parse_args()
    present = [name for name, tool in TOOLS.items() if program(tool.program)]
    for name in TOOLS:
        if name not in present:
            print(f"{name} is not on PATH: left out")
    if not program("nginx"):
        print("nginx is not on PATH: nothing to measure against")
        return 1
    cores = Cores.of_this_process()
    with TemporaryDirectory() as folder, serving(Path(folder), cores.server) as url:
        job = Job(url, options.connections, options.seconds, Path(folder))
        rounds = [one_round(present, job, cores, number) for number in range(1, options.rounds + 1)]
    found = rows(rounds)
    print(f"\n{as_text(found)}\n\n{machine(cores, present)}")
    if options.markdown:
        write(options.markdown, found, machine(cores, present))
    return 0 if found else 1


def arguments() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument("--rounds", type=positive, default=3, help="how often each tool runs (default 3)")
    made.add_argument("--seconds", type=positive, default=4, help="how long it runs (default 4)")
    made.add_argument("--connections", type=positive, default=50, help="how many at once (default 50)")
    made.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table as Markdown")
    return made


def positive(text: str) -> int:
    """Read a whole number from 1; argparse turns the ValueError into its message."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def one_round(present: list[str], job: Job, cores: Cores, number: int) -> dict[str, float]:
    """Run every tool once, one after the other; those that failed are said and left out."""
    made: dict[str, float] = {}
    for name in present:
        try:
            with on(cores.client):
                made[name] = measure(TOOLS[name], job)
        except BadRunError as error:
            print(f"round {number}: {name}: left out: {error}")
        else:
            print(f"round {number}: {name}: {made[name]:,.0f} requests/s")
        sys.stdout.flush()
    return made


def write(file: Path, found: list[Row], line: str) -> None:
    file.write_text(f"{as_markdown(found)}\n\n{line}{os.linesep}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
