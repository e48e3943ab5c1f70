"""A server whose slowdown is known: `python -m benchmarks.slowed 0.2` takes a fifth longer for every answer.

It prints its port. Without a slowdown an answer takes about 30 ms: lognormally spread as answers of servers
are, and one of 33 takes three times as long, as after a pause. Each answer is drawn anew, so two servers with
the same slowdown differ by chance, as two runs of one version do.
"""

from __future__ import annotations

import gc
import sys
from array import array
from random import Random

import uvloop

from benchmarks.calibrated import serve

TYPICAL = 0.03  # seconds
SPREAD = 0.15  # of the logarithm: 90 of 100 answers lie within a quarter of the median
RARE, LONGER = 0.03, 3.0


def answering(slowdown: float, random: Random) -> float:
    """Draw how long an answer takes, in seconds."""
    seconds = TYPICAL * (1 + slowdown) * random.lognormvariate(0.0, SPREAD)
    return seconds * LONGER if random.random() < RARE else seconds


def main() -> int:
    """Serve until SIGTERM."""
    gc.disable()
    slowdown, random = float(sys.argv[1]), Random()
    uvloop.run(serve(array("d"), lambda _: answering(slowdown, random)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
