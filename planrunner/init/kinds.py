"""The kinds of load tests that a first plan can be: how much load, and how many failures it forgives."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from planrunner.init.answers import Kind


class Shape(Struct, frozen=True):
    """A kind of load test: what it asks, its `load` as lines of a plan, and the limit on failures."""

    question: str
    load: tuple[tuple[str, str], ...]  # each line, and the comment behind it
    failed: str


SHAPES: Mapping[Kind, Shape] = {
    "smoke": Shape(
        "does it work at all?",
        (
            ("vus: 1", "one virtual user (VU), which repeats the steps"),
            ("duration: 30s", "for so long"),
        ),
        "rate == 0%",
    ),
    "load": Shape(
        "does it bear a usual day?",
        (
            ("start_vus: 0", "virtual users (VUs) at the beginning"),
            ("stages:", ""),
            ("  - {duration: 1m, target: 20}", "from 0 to 20 VUs in a minute: put your usual number here"),
            ("  - {duration: 3m, target: 20}", "stay there: this is what is measured"),
            ("  - {duration: 30s, target: 0}", "and back"),
        ),
        "rate < 1%",
    ),
    "stress": Shape(
        "where does it bend, and does it recover?",
        (
            ("start_vus: 0", "virtual users (VUs) at the beginning"),
            ("stages:", ""),
            ("  - {duration: 2m, target: 50}", "a usual day"),
            ("  - {duration: 3m, target: 100}", "a busy one"),
            ("  - {duration: 3m, target: 200}", "more than it was made for"),
            ("  - {duration: 2m, target: 0}", "does it recover?"),
        ),
        "rate < 5%",
    ),
    "spike": Shape(
        "does it bear a crowd that comes at once?",
        (
            ("start_vus: 0", "virtual users (VUs) at the beginning"),
            ("stages:", ""),
            ("  - {duration: 10s, target: 100}", "everybody comes within ten seconds"),
            ("  - {duration: 1m, target: 100}", "and stays"),
            ("  - {duration: 10s, target: 0}", "and leaves"),
        ),
        "rate < 3%",
    ),
}
"""What each kind asks of the target; a spike may cost a few requests, and a stress test is there to find the
load that does."""
