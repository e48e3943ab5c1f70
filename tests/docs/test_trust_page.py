"""What the pages say of trust is what the code does."""

import re
from typing import Any

from documents import ROOT

from planrunner.engine.health.facts import Facts
from planrunner.engine.health.rules import RULES
from planrunner.engine.health.whole import WHOLE
from planrunner.metrics.hidden import Hidden
from planrunner.result import Lost

ILL: dict[str, Any] = {"own": 1, "arrivals": Hidden(1, 1), "lost": (Lost("agent 1 of 1", 0.0, "died", ()),)}
NAMES = [found.name for rule in WHOLE if (found := rule(Facts(**ILL)))] + [rule.name for rule in RULES]


def test_every_finding_has_its_part_of_the_how_to() -> None:
    page = (ROOT / "docs" / "how-to" / "trust.md").read_text()
    assert re.findall(r"^### (\w+)$", page, re.MULTILINE) == NAMES


def test_every_finding_has_its_row_of_the_table() -> None:
    page = (ROOT / "docs" / "measuring.md").read_text().partition("**What is made of it:**")[2]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == NAMES
