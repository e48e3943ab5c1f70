"""What it costs to write every single sample, and whether they all are there."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from benchmarks.case import Case, Figure, Side, Stage, share, value
from benchmarks.cases.costs import priced

PIECE = 2**22  # bytes that are read at once
REQUEST = {"json": b'"metric":"http_reqs","type":"Point"', "csv": b"\nhttp_reqs,"}
"""What stands once in a file for each request."""

PRICE = "requests per second of processor"
NONE = "no samples"


def writing(kind: str, suffix: str = "") -> Side:
    """Measure two processes that write samples into one file."""

    def measure(stage: Stage) -> dict[str, float]:
        file = stage.folder / f"samples.{kind}{suffix}"
        found = priced(stage, "--processes", "2", "--out", f"{kind}={file}")
        missing = found["requests"] - written(file, REQUEST[kind])
        size = file.stat().st_size / found["requests"]
        file.unlink()
        return {**found, "missing": missing, "size": size}

    return Side("planrunner", measure)


def written(file: Path, mark: bytes) -> int:
    """Count what stands once for each request."""
    count, before = 0, b""
    for piece in pieces(file):
        count += (before + piece).count(mark)
        before = piece[1 - len(mark) :]
    return count


def pieces(file: Path) -> Iterator[bytes]:
    """Read a file, packed or not, piece by piece: it may have gigabytes."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


WRITERS = {"json": writing("json"), "csv": writing("csv"), "json.gz": writing("json", ".gz")}

SAMPLES = Case(
    "samples",
    "two processes that write every sample, against two that write none; status and JSON field checked",
    {NONE: Side("planrunner", lambda stage: priced(stage, "--processes", "2")), **WRITERS},
    (
        *(
            Figure(f"requests per second of processor, {name}", share(name, NONE, PRICE), "times")
            for name in WRITERS
        ),
        *(
            Figure(f"requests without samples, {name}", value(name, "missing"), "count", 0, 0, less=True)
            for name in WRITERS
        ),
    ),
)
