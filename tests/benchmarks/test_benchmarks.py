"""What the peers print, read right; what makes a number worthless, noticed; and the table."""

from pathlib import Path

import pytest

from benchmarks.table import Row, as_markdown, as_text, rows
from benchmarks.tools import TOOLS, BadRunError, Job, hey_rate, planrunner_rate, wrk_rate

WRK = """\
Running 1s test @ http://127.0.0.1:36873/json
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    90.11us  343.07us   5.95ms   98.80%
    Req/Sec   156.64k    17.22k  173.52k    81.82%
  170579 requests in 1.10s, 31.88MB read
Requests/sec: 155161.11
Transfer/sec:     29.00MB
"""

HEY = """
Summary:
  Total:\t1.0028 secs
  Slowest:\t0.0068 secs
  Fastest:\t0.0000 secs
  Average:\t0.0002 secs
  Requests/sec:\t51459.3907
  
  Total data:\t2167368 bytes
  Size/request:\t42 bytes

Status code distribution:
  [200]\t51604 responses



"""  # noqa: W293 (as hey prints it)

PLANRUNNER = """\
  █ TOTAL RESULTS

    checks_total...................: 458     73.62618/s
    checks_succeeded...............: 100.00% 458 out of 458
    checks_failed..................: 0.00%   0 out of 458

    HTTP
    http_req_failed................: 0.00% 0 out of 229
    http_reqs......................: 229   36.81309/s

  – nothing was judged: the plan has no thresholds
"""  # noqa: RUF001 (as it is printed)


def test_the_rate_that_wrk_prints_is_read() -> None:
    assert wrk_rate(WRK) == 155161.11


def test_the_rate_that_hey_prints_is_read() -> None:
    assert hey_rate(HEY) == 51459.3907


def test_the_rate_that_planrunner_prints_is_read() -> None:
    assert planrunner_rate(PLANRUNNER) == 36.81309


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("  Non-2xx or 3xx responses: 182523", "Non-2xx or 3xx responses: 182523"),
        (
            "  Socket errors: connect 0, read 3, write 0, timeout 0",
            "Socket errors: connect 0, read 3, write 0, timeout 0",
        ),
    ],
)
def test_what_wrk_could_not_do_makes_its_run_a_bad_one(line: str, reason: str) -> None:
    with pytest.raises(BadRunError, match=f"^{reason}$"):
        wrk_rate(WRK.replace("Requests/sec", f"{line}\nRequests/sec"))


@pytest.mark.parametrize(
    "output",
    [
        HEY.replace("[200]", "[500]"),
        HEY + "Error distribution:\n  [44447]\tGet: connection refused\n",
    ],
)
def test_a_reply_that_hey_could_not_get_makes_its_run_a_bad_one(output: str) -> None:
    with pytest.raises(BadRunError, match="not all of its requests were answered with 2xx"):
        hey_rate(output)


@pytest.mark.parametrize(
    "output",
    [
        PLANRUNNER.replace("0.00%   0 out of 458", "0.21%   1 out of 458"),
        PLANRUNNER.replace("  –", "  █ ERRORS\n\n  –"),  # noqa: RUF001 (as it is printed)
    ],
)
def test_a_check_that_does_not_hold_makes_the_run_a_bad_one(output: str) -> None:
    with pytest.raises(BadRunError, match="not all of its checks hold"):
        planrunner_rate(output)


@pytest.mark.parametrize("rate", [wrk_rate, hey_rate])
def test_an_output_without_a_rate_is_a_bad_run(rate: type[float]) -> None:
    with pytest.raises(BadRunError, match="its output tells no rate"):
        rate("Terminated\n")


def test_the_plan_that_is_measured_is_one_that_planrunner_runs(tmp_path: Path) -> None:
    from planrunner.errors import Problems
    from planrunner.plan.load import load

    TOOLS["planrunner"].command(Job("http://127.0.0.1:8080/json", 50, 4, tmp_path))
    problems = Problems()
    plan = load((tmp_path / "benchmark.yml").read_bytes(), "benchmark.yml", problems)
    assert problems.found == []
    assert plan
    assert plan.scenarios["default"].load.settings["vus"].value == 50


ROUNDS = [
    {"wrk": 200_000.0, "planrunner": 80_000.0, "hey": 40_000.0},
    {"wrk": 100_000.0, "planrunner": 50_000.0},
    {"wrk": 180_000.0, "planrunner": 72_000.0, "hey": 45_000.0},
]


def test_a_row_holds_the_median_the_spread_and_the_median_of_each_rounds_ratio() -> None:
    assert rows(ROUNDS) == [
        Row("wrk", 180_000, 100 / 180, 1.0),
        Row("planrunner", 72_000, 30 / 72, 0.4),
        Row("hey", 42_500, 5 / 42.5, 0.225),
    ]


def test_without_wrk_there_is_no_ratio() -> None:
    assert rows([{"hey": 40_000.0}]) == [Row("hey", 40_000, 0.0, None)]


def test_nothing_measured_makes_no_rows() -> None:
    assert rows([{}, {}]) == []


def test_the_table_for_the_terminal() -> None:
    assert as_text(rows(ROUNDS)).splitlines() == [
        "client      checks                  requests/s (median)  spread  of wrk",
        "wrk         none                                180,000   55.6%   1.000",
        "planrunner  status and a JSON path               72,000   41.7%   0.400",
        "hey         none                                 42,500   11.8%   0.225",
    ]


def test_the_table_for_a_readme() -> None:
    assert as_markdown([Row("hey", 40_000, 0.125, None)]).splitlines() == [
        "| client | checks | requests/s (median) | spread | of wrk |",
        "| --- | --- | ---: | ---: | ---: |",
        "| hey | none | 40,000 | 12.5% | - |",
    ]
