"""What nginx logged is what every report says, however a run is shaped and however it ends."""

import signal
from pathlib import Path

import pytest
from nginx import Nginx
from strange_targets import silence, target
from whole_runs import (
    TRACEBACK,
    Ended,
    arguments,
    finish,
    requests_told,
    run_here,
    run_stopped,
    start,
    wait_until,
)

pytestmark = [pytest.mark.slow, pytest.mark.server("nginx")]

PLAN = """
name: Counted
target: {target}
load: {{{load}}}
steps:
  - get: /json
    checks: [{{status: 200}}, {{json: {{$.name: nginx}}}}, {{name: wrong on purpose, status: 404}}]
thresholds:
  http_req_failed: rate == 0%
"""

LOADS = {
    "default": "",
    "shared-iterations": "vus: 3, iterations: 20",
    "per-vu-iterations": "vus: 3, iterations_per_vu: 7",
    "constant-vus": "vus: 2, duration: 500ms",
    "ramping-vus": "start_vus: 0, stages: [{duration: 500ms, target: 4}, {duration: 300ms, target: 0}]",
    "constant-arrival-rate": "rate: 100/s, duration: 500ms, max_vus: 10",
    "ramping-arrival-rate": "stages: [{duration: 250ms, target: 200/s}, {duration: 250ms, target: 0/s}]",
}
PLANNED = {"default": 1, "shared-iterations": 20, "per-vu-iterations": 21}
DUE = {"constant-arrival-rate": 50, "ramping-arrival-rate": 50}  # the area under the rate

ABRUPT = {
    "at the end": "vus: 20, duration: 400ms, graceful_stop: 0s",
    "on the way down": "start_vus: 20, graceful_ramp_down: 0s, stages: [{duration: 600ms, target: 0}]",
}
ENDLESS = "vus: 4, duration: 1h"
ABRUPTLY = {  # ended by a signal
    "users": "vus: 20, duration: 1h, graceful_stop: 0s",
    "quota": "vus: 20, iterations: 1000000, graceful_stop: 0s",
    "arrivals": "rate: 1000/s, duration: 1h, max_vus: 20, graceful_stop: 0s",
}


def plan(nginx: Nginx, load: str) -> str:
    return PLAN.format(target=nginx.url, load=load)


def asked(nginx: Nginx, path: str = "/json") -> int:
    """How many requests for a path nginx has logged."""
    return sum(line.split()[1] == path for line in nginx.requests())


def everywhere(count: int, ended: Ended) -> dict[str, int]:
    return dict.fromkeys(requests_told(ended, "/json"), count)


@pytest.mark.parametrize("load", LOADS)
def test_all_reports_count_the_requests_that_nginx_logged(tmp_path: Path, nginx: Nginx, load: str) -> None:
    ended = run_here(tmp_path, plan(nginx, LOADS[load]))
    logged = asked(nginx)
    assert ended.code == 0
    assert requests_told(ended, "/json") == everywhere(logged, ended)
    assert_each_is_an_iteration_a_reply_and_two_of_three_checks(ended, logged)
    assert logged == PLANNED.get(load, logged) > 0
    due = ended.value("iterations", "count") + ended.value("dropped_iterations", "count")
    assert due == DUE.get(load, due)  # each arrival that was due is made or counted as dropped


def assert_each_is_an_iteration_a_reply_and_two_of_three_checks(ended: Ended, logged: int) -> None:
    assert ended.value("iterations", "count") == logged
    assert ended.value("http_req_duration", "count") == logged
    assert sum(request.replies for request in ended.result.requests) == logged
    assert ended.value("checks", "passes") == 2 * logged
    assert ended.value("checks", "fails") == logged
    assert ended.value("http_req_failed", "fails") == logged
    assert ended.value("http_req_failed", "passes") == 0


@pytest.mark.parametrize("load", ABRUPT.values(), ids=ABRUPT)
def test_requests_that_are_interrupted_count_as_nginx_counts_them(
    tmp_path: Path, nginx: Nginx, load: str
) -> None:
    ended = run_here(tmp_path, plan(nginx, load))
    told = requests_told(ended, "/json")
    del told[
        "junit.xml"
    ]  # says how often a check was asked: an interrupted request has no reply to ask about
    assert told == dict.fromkeys(told, asked(nginx))


def test_an_interrupted_request_is_neither_a_reply_nor_a_failure(tmp_path: Path) -> None:
    with target(silence) as mute:
        text = f"name: n\ntarget: {mute.url}\n"
        text += "load: {vus: 5, duration: 300ms, graceful_stop: 0s}\nsteps: [get: /json]\n"
        ended = run_here(tmp_path, text)
        received = mute.requests()
    assert received == 5
    assert ended.value("http_reqs", "count") == 5
    assert ended.result.interrupted_iterations == 5
    assert (ended.value("iterations", "count"), ended.value("http_req_duration", "count")) == (0, 0)
    assert ended.value("http_req_failed", "passes") + ended.value("http_req_failed", "fails") == 0
    assert ended.errors == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_all_its_reports(
    tmp_path: Path, nginx: Nginx, number: signal.Signals
) -> None:
    ended = run_stopped(tmp_path, plan(nginx, ENDLESS), lambda: asked(nginx) > 50, number)
    assert requests_told(ended, "/json") == everywhere(asked(nginx), ended)
    assert "\n  ! interrupted after" in ended.stdout
    assert "interrupted after" in ended.text("report.md").splitlines()[0]
    assert "<h1>Interrupted after" in ended.text("report.html")
    assert 'type="Interrupted"' in ended.text("junit.xml")
    assert (ended.code, ended.result.exit_code, ended.result.stopped) == (105, 105, "interrupted")
    assert TRACEBACK not in ended.stderr


@pytest.mark.parametrize("load", ABRUPTLY.values(), ids=ABRUPTLY)
def test_a_signal_loses_no_request_whatever_the_executor(tmp_path: Path, nginx: Nginx, load: str) -> None:
    ended = run_stopped(tmp_path, plan(nginx, load), lambda: asked(nginx) > 50, signal.SIGINT)
    assert ended.value("http_reqs", "count") == asked(nginx)


def test_a_signal_does_not_wait_for_replies_that_have_no_grace(tmp_path: Path) -> None:
    with target(silence) as mute:
        text = f"name: n\ntarget: {mute.url}\nload: {{vus: 3, duration: 1h, graceful_stop: 0s}}\n"
        ended = run_stopped(
            tmp_path, text + "steps: [get: /json]\n", lambda: mute.requests() == 3, signal.SIGINT
        )
        received = mute.requests()
    assert ended.code == 105
    assert received == ended.value("http_reqs", "count") == 3
    assert ended.result.interrupted_iterations == 3


def test_a_second_signal_quits_at_once_and_without_a_report(tmp_path: Path) -> None:
    with target(silence) as mute:
        text = f"name: n\ntarget: {mute.url}\nload: {{vus: 3, duration: 1h}}\nsteps: [get: /json]\n"
        process = start(*arguments(tmp_path, text))
        wait_until(lambda: mute.requests() == 3, process)
        assert process.stderr
        process.send_signal(signal.SIGINT)
        said = iter(process.stderr.readline, "")
        assert any(line.startswith("stopping: ") for line in said)
        process.send_signal(signal.SIGINT)
        ended = finish(process, tmp_path)
    assert (ended.code, ended.stdout) == (105, "")
    assert ended.stderr == "planrunner: quit without a report\n"
    assert list((tmp_path / "reports").iterdir()) == []


def test_scenarios_that_start_at_different_times_are_counted_together_and_apart(
    tmp_path: Path, nginx: Nginx
) -> None:
    ended = run_here(
        tmp_path,
        f"""
        name: Two
        target: {nginx.url}
        scenarios:
          first: {{load: {{vus: 2, duration: 600ms}}, steps: [get: /json]}}
          second:
            start_after: 300ms
            load: {{rate: 40/s, duration: 500ms, max_vus: 5}}
            steps: [{{get: /fail, checks: [{{name: wrong on purpose, status: 404}}]}}]
        """,
    )
    rows = {request.name: request.count for request in ended.result.requests}
    assert rows == {"GET /json": asked(nginx), "GET /fail": asked(nginx, "/fail")}
    told = requests_told(ended, "/fail")
    assert told.pop("junit.xml") == asked(nginx, "/fail")
    assert told == dict.fromkeys(told, len([line for line in nginx.requests() if "/logged" not in line]))
    assert 0.8 <= ended.result.duration < 5


def test_a_threshold_that_aborts_ends_the_run_with_99_and_says_so(tmp_path: Path, nginx: Nginx) -> None:
    ended = run_here(
        tmp_path,
        f"""
        name: Aborted
        target: {nginx.url}
        load: {{vus: 2, duration: 1h}}
        steps: [{{get: /fail, checks: [{{name: wrong on purpose, status: 404}}]}}]
        thresholds:
          http_req_failed: [{{threshold: rate < 1%, abort_on_fail: true}}]
        """,
    )
    assert (ended.code, ended.result.stopped) == (99, "threshold")
    assert "stopped the run" in ended.stdout
    assert "a threshold stopped it after" in ended.text("report.md")
    logged = asked(nginx, "/fail")
    assert requests_told(ended, "/fail") == dict.fromkeys(requests_told(ended, "/fail"), logged)
    assert ended.errors == [(1500, logged)]
