"""Reports, letter by letter.

After a change that is meant, write the files anew with `UPDATE_GOLDEN=1 pytest tests/reports/test_golden.py`
and read the difference before committing it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import compared_samples
import odd_runs
import pytest
import rich_run
import samples
import search_samples

from planrunner.reports.entries import Entry
from planrunner.reports.flat import flat
from planrunner.reports.index import index_md
from planrunner.reports.junit import junit, suites
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Result

GOLDEN = Path(__file__).parent.parent / "golden" / "reports"


def plain(result: Result) -> str:
    return summary(result, color=False)


def colored(result: Result) -> str:
    return summary(result, color=True)


@pytest.mark.parametrize(
    "sample",
    [
        samples.failed,
        samples.passed,
        samples.unjudged,
        samples.interrupted,
        samples.overloaded,
        samples.stopped,
        samples.empty,
        samples.never_ran,
        samples.torn,
        search_samples.searched,
        search_samples.exhausted,
        search_samples.unbearable,
        compared_samples.slower,
        compared_samples.unchanged,
        compared_samples.alone,
        compared_samples.incomparable,
    ],
    ids=lambda sample: sample.__name__,
)
@pytest.mark.parametrize(
    ("report", "suffix"),
    [(plain, "txt"), (colored, "ansi.txt"), (markdown, "md"), (junit, "xml"), (flat, "json")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_report_is_written_as_its_golden_file(
    sample: Callable[[], Result], report: Callable[[Result], str], suffix: str
) -> None:
    held(f"{sample.__name__}.{suffix}", report(sample()))


def held(name: str, written: str) -> None:
    """Hold what was written against its file."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sample", [rich_run.rich, odd_runs.untrusted, odd_runs.incomplete], ids=lambda sample: sample.__name__
)
@pytest.mark.parametrize(("report", "suffix"), [(markdown, "md"), (junit, "xml")], ids=["md", "xml"])
def test_what_is_said_beside_the_verdict_is_written_as_its_golden_file(
    sample: Callable[[], Result], report: Callable[[Result], str], suffix: str
) -> None:
    held(f"{sample.__name__}.{suffix}", report(sample()))


@pytest.mark.parametrize(("report", "suffix"), [(index_md, "md"), (suites, "xml")], ids=["md", "xml"])
def test_what_is_said_of_several_plans_is_written_as_its_golden_file(
    report: Callable[[list[Entry]], str], suffix: str
) -> None:
    held(f"several.{suffix}", report(odd_runs.several()))


def gitlab(result: Result) -> str:
    return junit(result, "gitlab")


def test_the_junit_of_gitlab_is_written_as_its_golden_file() -> None:
    held("failed.gitlab.xml", gitlab(samples.failed()))
