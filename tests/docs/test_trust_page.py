"""What the pages say of trust is what the code does."""

import re

from documents import ROOT

from planrunner.engine.health.diagnosis import ORDER


def test_every_finding_has_its_part_of_the_how_to() -> None:
    page = (ROOT / "docs" / "how-to" / "trust.md").read_text()
    assert re.findall(r"^### (\w+)$", page, re.MULTILINE) == [*ORDER]


def test_every_finding_has_its_row_of_the_table() -> None:
    page = (ROOT / "docs" / "measuring.md").read_text().partition("**What is made of it:**")[2]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [*ORDER]
