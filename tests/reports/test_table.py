"""The table of the files in a report directory."""

import samples

from planrunner.reports import REPORTS
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.result import from_json


def test_a_report_directory_holds_each_report_in_utf8() -> None:
    result = samples.failed()
    made = {name: report(result) for name, report in REPORTS.items()}
    assert made.pop("result.json").startswith(b"{")
    assert made == {
        "report.html": html(result).encode(),
        "report.md": markdown(result).encode(),
        "junit.xml": junit(result).encode(),
    }


def test_reports_can_be_made_again_from_the_result_file() -> None:
    stored = REPORTS["result.json"](samples.failed())
    read = from_json(stored)
    texts = ("report.md", "junit.xml")
    assert [REPORTS[name](read) for name in texts] == [REPORTS[name](samples.failed()) for name in texts]
