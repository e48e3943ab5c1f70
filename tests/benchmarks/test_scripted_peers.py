"""Locust's and k6's scripts do what is asked, and what they say is read right."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import Load, Told
from benchmarks.processes import BadRunError, Ran
from benchmarks.scripted import K6, LOCUST, executor, locustfile, script

SEEN = {
    "num_requests": 100,
    "num_failures": 0,
    "start_time": 1000.0,
    "last_request_timestamp": 1004.0,
    "response_times": {"2": 50, "3": 45, "40": 5},
}

EXPORT = {
    "http_req_failed": {"passes": 0, "fails": 900, "value": 0},
    "http_reqs": {"count": 900, "rate": 225.0},
    "http_req_duration": {"med": 2.0, "p(90)": 4.0, "p(95)": 5.0, "p(99)": 9.0},
    "dropped_iterations": {"count": 3, "rate": 1},
}


def locust_said(*entries: dict[str, Any]) -> Ran:
    return Ran(json.dumps(entries), 0.0, 2.0, 1.0, 0, ())


def k6_told(folder: Path, **changed: object) -> Told:
    (folder / "k6.json").write_text(json.dumps({"metrics": EXPORT | changed}))
    return K6.read(locust_said(), Load("http://h/", folder))


def test_what_locust_counts_is_read(tmp_path: Path) -> None:
    told = LOCUST.read(locust_said(SEEN), Load("http://h/", tmp_path))
    assert told.rate == 25.0
    assert told.latency == {50: 0.002, 90: 0.003, 95: 0.003, 99: 0.04}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([], "it sent nothing"),
        ([SEEN | {"num_requests": 0}], "it sent nothing"),
        ([SEEN | {"num_failures": 7}], "7 of its requests failed"),
    ],
)
def test_locust_without_good_requests_is_a_bad_run(
    entries: list[dict[str, Any]], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BadRunError, match=reason):
        LOCUST.read(locust_said(*entries), Load("http://h/", tmp_path))


@pytest.mark.parametrize(
    ("keys", "wait"),
    [
        ({}, "constant(0)"),
        ({"rate": 400, "vus": 40}, "constant_throughput(10)"),
        ({"pace": 1}, "constant_pacing(1)"),
    ],
)
def test_locust_users_wait_as_the_load_says(keys: dict[str, Any], wait: str, tmp_path: Path) -> None:
    text = locustfile(Load("http://h/json", tmp_path, **keys))
    ast.parse(text)
    assert f"    wait_time = {wait}\n" in text
    assert f"from locust import FastHttpUser, {wait.partition('(')[0]}, task\n" in text


def test_a_locustfile_checks_posts_and_chooses_as_the_load_says(tmp_path: Path) -> None:
    constant = locustfile(Load("http://h/json", tmp_path, body="constant", checks=True))
    row = locustfile(Load("http://h/", tmp_path, body="row", delays=(5, 7)))
    ast.parse(constant)
    ast.parse(row)
    assert "\"customer\": 'Ann'}" in constant
    assert 'reply.json()["name"] != "nginx"' in constant
    assert '"customer": random.choice(CUSTOMERS)}' in row
    assert "DELAYS = [5, 7]" in row


def test_the_ramp_of_locust_is_part_of_its_time(tmp_path: Path) -> None:
    command = LOCUST.command(Load("http://h:1/json", tmp_path, vus=5_000, ramp=5, seconds=30))
    assert command[-6:] == ["-u", "5000", "-r", "1000", "-t", "35s"]
    assert command[command.index("--host") + 1] == "http://h:1"
    assert LOCUST.command(Load("http://h/", tmp_path, vus=40))[-4:] == ["-r", "40", "-t", "4s"]


def test_what_k6_exports_is_read(tmp_path: Path) -> None:
    told = k6_told(tmp_path)
    assert told.rate == 225.0
    assert told.latency == {50: 0.002, 90: 0.004, 95: 0.005, 99: 0.009}
    assert told.numbers == {"dropped": 3}


@pytest.mark.parametrize("changed", [{"http_req_failed": {"passes": 1}}, {"checks": {"fails": 2}}])
def test_k6_without_good_requests_is_a_bad_run(changed: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(BadRunError, match="not all of its requests and checks went well"):
        k6_told(tmp_path, **changed)


def test_k6_without_a_summary_is_a_bad_run(tmp_path: Path) -> None:
    with pytest.raises(BadRunError, match="its summary cannot be read"):
        K6.read(locust_said(), Load("http://h/", tmp_path))


@pytest.mark.parametrize(
    ("keys", "name"),
    [({}, "constant-vus"), ({"rate": 400}, "constant-arrival-rate"), ({"ramp": 5}, "ramping-vus")],
)
def test_k6_gets_the_executor_of_the_load(keys: dict[str, Any], name: str, tmp_path: Path) -> None:
    assert executor(Load("http://h/", tmp_path, **keys))["executor"] == name


def test_a_script_of_k6_checks_posts_and_waits_as_the_load_says(tmp_path: Path) -> None:
    load = Load("http://h/json", tmp_path, body="row", checks=True, pace=1)
    command = K6.command(load)
    text = Path(command[-1]).read_text()
    assert f"--summary-export={tmp_path / 'k6.json'}" in command
    assert "customer: CUSTOMERS[__ITER % CUSTOMERS.length]" in text
    assert "r.json('name') === 'nginx'" in text
    assert "sleep(1);" in text
    assert "http.get('http://h' + path)" in script(Load("http://h/json", tmp_path))
