"""Reports, letter by letter.

After a change that is meant, write the files anew with `UPDATE_GOLDEN=1 pytest tests/reports/test_golden.py`
and read the difference before committing it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import compared_samples
import pytest
import samples
import search_samples

from planrunner.reports.flat import flat
from planrunner.reports.junit import junit
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
    file = GOLDEN / f"{sample.__name__}.{suffix}"
    written = report(sample())
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


def gitlab(result: Result) -> str:
    return junit(result, "gitlab")


def test_the_junit_of_gitlab_is_written_as_its_golden_file() -> None:
    test_a_report_is_written_as_its_golden_file(samples.failed, gitlab, "gitlab.xml")
