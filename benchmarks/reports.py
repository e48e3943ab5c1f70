"""How long reports take of a run of ten seconds, and of one of eight hours with 10,000 kinds of errors.

`python -m benchmarks.reports` prints seconds of this process and bytes, the best of some rounds: the result
is cut to its size first, as after a run. The first round compiles the templates, and is printed apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from benchmarks.long_runs import eight_hours, ten_seconds
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Result, fit, to_json

ROUNDS = 5
TARGET = 2.0  # seconds for all of them

REPORTS: Mapping[str, Callable[[Result], bytes]] = {
    "result.json": to_json,
    "HTML": lambda result: html(result).encode(),
    "Markdown": lambda result: markdown(result).encode(),
    "JUnit": lambda result: junit(result).encode(),
    "summary": lambda result: summary(result, color=False).encode(),
}


def measured(result: Result) -> dict[str, tuple[float, int]]:
    """Make all reports once; returns seconds and bytes of each."""
    began = time.process_time()
    kept = fit(result)
    found = {"fitting": (time.process_time() - began, 0)}
    for name, report in REPORTS.items():
        began = time.process_time()
        made = report(kept)
        found[name] = time.process_time() - began, len(made)
    return found


def main() -> None:
    """Measure both runs."""
    for title, result in (("ten seconds", ten_seconds()), ("eight hours", eight_hours())):
        first, *rounds = (measured(result) for _ in range(ROUNDS))
        print(f"{title}: the first time {_sum(first):.2f} s, then")
        best = {name: min((one[name] for one in rounds), key=lambda pair: pair[0]) for name in first}
        for name, (seconds, size) in best.items():
            print(f"  {name:12} {seconds:6.2f} s {size:10,} bytes")
        print(f"  {'all':12} {_sum(best):6.2f} s, of {TARGET} s")


def _sum(found: Mapping[str, tuple[float, int]]) -> float:
    return sum(seconds for seconds, _ in found.values())


if __name__ == "__main__":
    main()
