"""The plans that planrunner is measured with are sound, and its result.json is read whatever its version."""

import json
from pathlib import Path
from typing import Any

import pytest
from running import checked_plan

from benchmarks.load import Load
from benchmarks.ours import PLANRUNNER, command, outcome
from benchmarks.plans import SERIES, TIMINGS, keys, many_series, plan
from benchmarks.processes import BadRunError, Ran

URL = "http://127.0.0.1:8080/json"
RAN = Ran("", 0.0, 2.0, 1.0, 0, ())
RESPONSE = {"name": "iteration_response_time", "selector": "", "values": {"p(99)": 0.5}}
METRICS: list[dict[str, Any]] = [
    {"name": "http_reqs", "selector": "", "values": {"count": 400.0, "rate": 100.0}},
    {"name": "http_reqs", "selector": "page:a", "values": {"count": 1.0, "rate": 1.0}},
    {"name": "http_req_duration", "selector": "", "values": {"med": 0.002, "p(90)": 0.004}},
    {"name": "dropped_iterations", "selector": "", "values": {"count": 7.0}},
]


def write(folder: Path, *metrics: dict[str, Any], **more: object) -> Load:
    (folder / "reports").mkdir()
    (folder / "reports" / "result.json").write_text(json.dumps({"metrics": [*METRICS, *metrics], **more}))
    return Load(URL, folder)


@pytest.mark.parametrize(
    "shape",
    [
        {"checks": True},
        {"body": "constant"},
        {"body": "row", "checks": True},
        {"rate": 400, "delays": (500, 700)},
        {"pace": 1, "ramp": 5, "vus": 5_000},
        {"pace": 1},
        {"http2": True},
        {"fresh": True},
    ],
)
def test_each_plan_is_one_that_planrunner_accepts(shape: dict[str, Any], tmp_path: Path) -> None:
    assert list(checked_plan(plan(Load(URL, tmp_path, **shape))).plan.scenarios) == ["default"]


def test_the_plan_of_many_series_keeps_the_rate_of_requests(tmp_path: Path) -> None:
    text = many_series(Load(URL, tmp_path, rate=5_000))
    written = json.loads(text)
    assert len(checked_plan(text).plan.scenarios["default"].steps) * TIMINGS - SERIES in range(TIMINGS)
    assert written["load"]["rate"] == "2678/m"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({}, None),
        ({"http2": True}, {"http2": "always"}),
        ({"fresh": True}, {"http2": "never", "keep_alive": "off"}),
    ],
)
def test_a_load_says_how_connections_are_made(shape: dict[str, Any], said: object, tmp_path: Path) -> None:
    assert json.loads(plan(Load(URL, tmp_path, **shape))).get("http") == said


def test_a_load_is_written_with_the_keys_of_its_executor(tmp_path: Path) -> None:
    assert keys(Load(URL, tmp_path)) == {"vus": 50, "duration": "4s"}
    assert keys(Load(URL, tmp_path, rate=9)) == {"rate": "9/s", "duration": "4s", "max_vus": 50}
    assert keys(Load(URL, tmp_path, ramp=2, pace=1)) == {
        "start_vus": 0,
        "stages": [{"duration": "2s", "target": 50}, {"duration": "4s", "target": 50}],
        "min_iteration_duration": "1s",
        "graceful_stop": "0s",
    }


def test_a_plan_is_run_as_a_user_runs_it(tmp_path: Path) -> None:
    made = command(Load(URL, tmp_path), "name: Mine\n", "--processes", "2")
    assert made[1:4] == ["-m", "planrunner", "run"]
    assert Path(made[4]).read_text() == "name: Mine\n"
    assert made[5:] == ["--quiet", "--report-dir", str(tmp_path / "reports"), "--processes", "2"]


def test_the_totals_of_a_result_are_read(tmp_path: Path) -> None:
    told = PLANRUNNER.read(RAN, write(tmp_path, RESPONSE))
    assert (told.rate, told.latency) == (100.0, {50: 0.002, 90: 0.004})
    assert told.numbers == {
        "dropped": 7.0,
        "iterations": 0.0,
        "lag p99": 0.0,
        "requests": 400.0,
        "response p99": 0.5,
        "response p99 is a bound": 0.0,
    }


def test_a_value_that_is_censored_is_known_to_be_a_bound(tmp_path: Path) -> None:
    told = PLANRUNNER.read(RAN, write(tmp_path, RESPONSE | {"censored": ["p(99)"]}))
    assert told.numbers["response p99 is a bound"] == 1.0


@pytest.mark.parametrize(
    ("metrics", "more", "reason"),
    [
        ((), {"errors": [{"message": "timeout", "count": 3}]}, "3 times: timeout"),
        (({"name": "checks", "selector": "", "values": {"fails": 2.0}},), {}, "2 checks do not hold"),
    ],
)
def test_a_run_that_did_not_go_well_is_a_bad_one(
    metrics: tuple[dict[str, Any], ...], more: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    load = write(tmp_path, *metrics, **more)
    with pytest.raises(BadRunError, match=reason):
        PLANRUNNER.read(RAN, load)


def test_a_run_that_sent_nothing_is_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "result.json").write_text('{"metrics": []}')
    with pytest.raises(BadRunError, match="it sent nothing"):
        outcome(tmp_path)


@pytest.mark.parametrize("text", [None, "{"])
def test_a_result_that_cannot_be_read_is_a_bad_run(text: str | None, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    if text:
        (tmp_path / "reports" / "result.json").write_text(text)
    with pytest.raises(BadRunError, match=r"its result\.json cannot be read"):
        outcome(tmp_path)
