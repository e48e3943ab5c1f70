"""Pages say what the code says: those that are generated, and the tables that are not."""

import re
import runpy
from pathlib import Path

import pytest
from documents import ROOT, prose

from planrunner.checks.matchers import MATCHERS
from planrunner.errors import Exit
from planrunner.metrics.series import METRICS, TAGS
from planrunner.metrics.threshold import AGGREGATES
from planrunner.pacing.executors import EXECUTORS
from planrunner.plan.checks import KINDS
from planrunner.values.functions import FUNCTIONS
from planrunner.values.names import RUNTIME

MADE: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()
HOW_TO = ROOT / "docs" / "how-to"


def column(page: Path, head: str) -> str:
    """Return the first cells of the table whose first head is this, one a line."""
    _, _, rows = page.read_text().partition(f"\n| {head} |")
    table = rows.partition("\n\n")[0].splitlines()[2:]
    return "\n".join(row.split(" | ")[0] for row in table)


def names(text: str) -> set[str]:
    """Return what stands in backticks, calls without their arguments."""
    return {name.partition("(")[0] for name in re.findall(r"`([^`]+)`", text)}


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.name)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    assert page.read_text() == MADE[page], "run: python docs/generate.py"


def test_every_function_is_documented() -> None:
    assert names(column(HOW_TO / "variables-and-expressions.md", "function")) == FUNCTIONS.keys()


def test_every_name_of_the_run_is_documented() -> None:
    told = names(column(HOW_TO / "variables-and-expressions.md", "name"))
    assert told == {*RUNTIME, "headers"}


def test_every_check_is_documented() -> None:
    assert names(column(HOW_TO / "requests-and-checks.md", "check")) == KINDS.keys()


def test_every_matcher_is_documented() -> None:
    assert names(column(HOW_TO / "requests-and-checks.md", "matcher")) == MATCHERS.keys()


def test_every_executor_is_documented() -> None:
    page = (HOW_TO / "load.md").read_text()
    assert {name for name in EXECUTORS if f"| `{name}` |" in page} == EXECUTORS.keys()


def test_every_metric_can_be_found_on_the_page_of_thresholds() -> None:
    page = names(prose(HOW_TO / "thresholds.md"))
    assert METRICS.keys() - page == {"group_duration"} & METRICS.keys()


def test_every_aggregate_is_documented() -> None:
    page = names(prose(HOW_TO / "thresholds.md"))
    wanted = {name.partition("(")[0] for group in AGGREGATES.values() for name in group}
    assert wanted <= page


def test_every_tag_that_this_version_sets_is_documented() -> None:
    told = names(column(HOW_TO / "thresholds.md", "tag"))
    assert told == {*TAGS} - {"group", "tls_version"}  # of groups and HTTP/2's room, which are to come


def test_every_exit_code_is_documented() -> None:
    told = column(HOW_TO / "reports-and-ci.md", "code")
    assert [int(code) for code in re.findall(r"\d+", told)] == sorted(Exit)
