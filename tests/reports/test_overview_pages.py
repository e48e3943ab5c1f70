"""The index of several plans and the page of their history in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
import samples
from browser_looks import Look, look
from test_index import ENTRIES

from planrunner.reports.history import history_html, run
from planrunner.reports.index import index_html

pytestmark = [pytest.mark.slow, pytest.mark.server("chromium"), pytest.mark.server("node")]

RUNS = [run(samples.failed()), run(samples.passed()), run(samples.unjudged())]
SIZES = """(() => {
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => row.offsetHeight);
    return [document.documentElement.scrollWidth, Math.max(...rows) < 160];
})()"""


@pytest.mark.parametrize(
    "page",
    [lambda: index_html(ENTRIES), lambda: history_html(RUNS)],
    ids=["index", "history"],
)
def test_they_say_nothing_ask_nothing_and_can_be_read_on_a_phone(
    page: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(), encoding="utf-8")
    narrow, dark = look(Look(str(file), width=360, run=SIZES), Look(str(file), scheme="dark", rules=True))
    assert (narrow.value, narrow.said, narrow.asked) == ([360, True], [], [])
    assert (dark.said, dark.asked, dark.faults) == ([], [], [])
