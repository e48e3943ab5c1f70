"""What `--versus` finds of slowdowns that are known: real servers, real time, one comparison after the other.

`python -m benchmarks.versus` runs ten comparisons each of a head that is 0, 5, 10 and 20 % slower than the
base, and prints a Markdown table of verdicts and ranges; that takes 25 minutes. `--slower 0 20` takes half of
it. The machine should be calm: what else it does is in the ranges, though it moves both sides.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from benchmarks.cores import Cores, on
from benchmarks.machine import machine
from benchmarks.processes import Order, run

PLAN = "name: Known slowdowns\ntarget: {head}\nload: {{rate: {rate}/s, duration: 1m}}\nsteps: [{{get: /}}]\n"
SPARE = 60.0  # seconds beside the windows
OVERALL = ("p(50)", "p(95)")


class Change(Struct, frozen=True):
    """As in result.json."""

    request: str
    measure: str
    change: float | None
    low: float | None
    high: float | None
    verdict: str


class Comparison(Struct, frozen=True):
    """As in result.json."""

    verdict: str
    sound: bool
    changes: tuple[Change, ...]

    def overall(self, measure: str) -> Change:
        """Find the change of all requests together."""
        return next(one for one in self.changes if not one.request and one.measure == measure)


class Result(Struct, frozen=True):
    """As in result.json."""

    comparison: Comparison


class Form(Struct, frozen=True):
    """How each comparison is made."""

    rounds: int
    window: int  # seconds
    rate: int

    @property
    def seconds(self) -> int:
        """How long one takes, without its start and end."""
        return 2 * (self.rounds + 1) * self.window


@contextmanager
def slowed(slowdown: float, core: int | None) -> Iterator[str]:
    """Run a server on a core, and say where it is."""
    with on(core):
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.slowed", str(slowdown)], stdout=subprocess.PIPE, text=True
        )
    with process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
            process.wait(timeout=10)


def compared(slowdown: float, form: Form, cores: Cores) -> Comparison:
    """Compare a base with a head that is slower by so much; BadRunError when that does not work."""
    with (
        TemporaryDirectory() as name,
        slowed(0.0, cores.server) as base,
        slowed(slowdown, cores.server) as head,
    ):
        folder = Path(name)
        (folder / "plan.yml").write_text(PLAN.format(head=head, rate=form.rate), "utf-8")
        words = ["run", str(folder / "plan.yml"), "--quiet", "--report-dir", name, "--versus", base]
        words += ["--versus-rounds", str(form.rounds), "--versus-window", f"{form.window}s"]
        run(Order([sys.executable, "-m", "planrunner", *words], cores.client, form.seconds + SPARE))
        return msgspec.json.decode((folder / "result.json").read_bytes(), type=Result).comparison


def row(slower: int, found: Comparison) -> str:
    """Write a comparison as a row."""
    ranges = " | ".join(_range(found.overall(measure)) for measure in OVERALL)
    return f"| {slower} % | {found.verdict}{'' if found.sound else ' (not sound)'} | {ranges} |"


def _range(change: Change) -> str:
    if change.change is None or change.low is None or change.high is None:
        return "not known"
    return f"{change.change:+.1%} ({change.low:+.1%} … {change.high:+.1%})"


def totals(slower: int, found: Sequence[Comparison]) -> str:
    """Write how often which verdict came, and in how many ranges the truth lies."""
    verdicts = Counter(one.verdict for one in found)
    told = ", ".join(f"{word} {count}" for word, count in verdicts.most_common())
    held = [sum(_holds(one.overall(measure), slower / 100) for one in found) for measure in OVERALL]
    return f"| {slower} % | {len(found)} | {told} | {held[0]} | {held[1]} |"


def _holds(change: Change, truth: float) -> bool:
    return change.low is not None and change.high is not None and change.low <= truth <= change.high


def main(words: Sequence[str] | None = None) -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus", description=__doc__)
    parser.add_argument("--slower", type=int, nargs="+", default=[0, 5, 10, 20], metavar="PERCENT")
    parser.add_argument("--comparisons", type=int, default=10, help="how many of each (10)")
    parser.add_argument("--rounds", type=int, default=8, help="pairs of windows that count (8)")
    parser.add_argument("--window", type=int, default=2, help="seconds of each window (2)")
    parser.add_argument("--rate", type=int, default=200, help="requests a second (200)")
    options = parser.parse_args(words)
    form, cores = Form(options.rounds, options.window, options.rate), Cores.of_this_process()
    minutes = len(options.slower) * options.comparisons * (form.seconds + 3) / 60
    print(f"{form.rounds} rounds of {form.window} s at {form.rate}/s; about {minutes:.0f} minutes\n")
    print("| head slower by | verdict | median | p(95) |\n| --- | --- | --- | --- |")
    found: dict[int, list[Comparison]] = {slower: [] for slower in options.slower}
    for _ in range(options.comparisons):
        for slower in options.slower:  # in turn, so that none has the calm hour
            found[slower].append(compared(slower / 100, form, cores))
            print(row(slower, found[slower][-1]), flush=True)
    print("\n| head slower by | comparisons | verdicts | median in range | p(95) in range |")
    print("| --- | --- | --- | --- | --- |")
    for slower, each in found.items():
        print(totals(slower, each))
    print(f"\n{machine(cores, ())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
