"""Several plans, stopped: the one that runs ends gracefully, and no further one begins."""

import re
import signal
import subprocess
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from whole_runs import TRACEBACK, finish, start

pytestmark = pytest.mark.slow

QUICK = "name: Quick\ntarget: demo\nsteps: [get: /api/quotes]\nthresholds: {http_req_failed: rate < 1%}\n"
SLOW = QUICK.replace("Quick", "Slow").replace("]\n", ", log: under way, think: 1s]\n")
LOAD = "load: {vus: 1, duration: 20s, graceful_stop: 2s}\n"


def under_way(folder: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """Run three plans, and wait until the second has begun; gives what was said until then."""
    for name, text in (("quick", QUICK), ("slow", SLOW + LOAD), ("later", QUICK)):
        (folder / f"{name}.yml").write_text(text)
    plans = [str(folder / f"{name}.yml") for name in ("quick", "slow", "later")]
    process = start("run", *plans, "--report-dir", str(folder / "out"), *options)
    assert process.stderr is not None
    said = ""
    while "under way" not in said:
        said += process.stderr.readline()
    return process, said


def test_the_plan_that_runs_ends_gracefully_and_no_further_one_begins(tmp_path: Path) -> None:
    process, _ = under_way(tmp_path)
    process.send_signal(signal.SIGINT)
    ended = finish(process, tmp_path)
    assert (ended.code, TRACEBACK in ended.stderr) == (105, False)
    index = (tmp_path / "out/index.md").read_text()
    assert index.startswith("### ⚠️ 3 plans: 1 interrupted, 1 not run, 1 passed\n")
    assert "| ⏭️ `Quick` | `not run` |  |  |" in index
    assert (tmp_path / "out/slow/report.html").exists()
    assert not (tmp_path / "out/later/result.json").exists()


def test_whoever_insists_still_has_what_was_finished(tmp_path: Path) -> None:
    process, _ = under_way(tmp_path)
    for number in (signal.SIGINT, signal.SIGTERM):  # two of a kind might be heard as one
        process.send_signal(number)
    assert finish(process, tmp_path).code == 105
    index = (tmp_path / "out/index.md").read_text()
    assert index.startswith("### ⏭️ 3 plans: 2 not run, 1 passed\n")
    assert not (tmp_path / "out/slow/result.json").exists()


def test_who_stops_a_plan_on_its_page_gets_no_further_one(tmp_path: Path) -> None:
    process, said = under_way(tmp_path, "--live")
    url = re.findall(r"live: (http\S+)", said)[-1]
    urlopen(Request(f"{url}stop", method="POST"), timeout=10).close()
    assert finish(process, tmp_path).code == 105
    index = (tmp_path / "out/index.md").read_text()
    assert index.startswith("### ⚠️ 3 plans: 1 interrupted, 1 not run, 1 passed\n")
