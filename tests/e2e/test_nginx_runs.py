"""Whole runs against nginx, over each protocol: its log and our counts are the same, and nothing fails."""

import hashlib
import signal
from pathlib import Path

import pytest
from nginx import MENU, Offer
from served_runs import HTTP2, WAYS, agreed, passed, plan, served
from whole_runs import TRACEBACK, run_here, run_stopped

pytestmark = [pytest.mark.slow, pytest.mark.server("nginx")]

every_way = pytest.mark.parametrize("way", WAYS)


@every_way
def test_every_kind_of_request_is_counted_as_nginx_logs_it(tmp_path: Path, way: str) -> None:
    (tmp_path / "guests.csv").write_text("name\nann\nbob\n")
    protocol = WAYS[way][1]
    steps = f"""
  - get: /json
    checks: [{{protocol: {protocol}}}, {{json: {{$.name: nginx}}}}]
  - get: /told?vu=${{vu.id}}
    headers: {{X-Iteration: "${{scenario.iteration}}"}}
    checks: [{{json: {{$.method: GET}}}}]
  - post: /told
    json: {{guest: "${{guests.name}}", vu: "${{vu.id}}"}}
    checks: [{{json: {{$.method: POST, $.length: {{matches: "^[0-9]+$"}}}}}}]
  - get: /cookie
    checks: [{{cookie: {{guest: ann}}}}]
  - get: /told
    checks: [{{json: {{$.cookie: guest=ann}}}}]
  - post: /moved
    body: moved
    checks: [{{json: {{$.method: GET}}}}]
  - post: /again
    body: again
    checks: [{{json: {{$.method: POST, $.length: "5"}}}}]
  - get: /private
    auth: {{basic: {{username: ann, password: secret}}}}
    discard_bodies: true
  - get: /private
    expected_status: 401
    checks: [{{status: 401}}]
  - get: /packed
    headers: {{Accept-Encoding: gzip}}
    checks: [{{json: {{"$.menu[-1].name": nginx}}}}]
  - head: /json
    checks: [{{body: ""}}]
"""
    more = "data: {guests: {file: guests.csv}}"
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, steps, more=more))
        asked = passed(ended, server)
    assert len(asked) == 30 * 13
    assert {one.protocol for one in asked} == {protocol}
    assert len({one.connection for one in asked}) == 3


@every_way
def test_an_upload_arrives_whole_and_so_does_what_is_fetched(tmp_path: Path, way: str) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU * 2)
    steps = """
  - put: /kept/${vu.id}.bin
    body_file: menu.bin
    checks: [{status: [201, 204]}]
  - get: /kept/${vu.id}.bin
    checks: [{size: {equals: 4600000B}}]
"""
    with served(tmp_path, way, Offer(largest="100m")) as server:
        steps = steps.replace("4600000", str(2 * len(MENU)))
        ended = run_here(tmp_path, plan(server, steps, "vus: 2, iterations_per_vu: 2"))
        asked = passed(ended, server)
        kept = [(server.prefix / "kept" / f"{vu}.bin").read_bytes() for vu in (1, 2)]
    assert [hashlib.sha256(file).digest() for file in kept] == [hashlib.sha256(MENU * 2).digest()] * 2
    assert len({one.connection for one in asked}) == 2
    assert 1.0 < ended.value("data_received", "count") / (4 * 2 * len(MENU)) < 1.02
    assert 1.0 < ended.value("data_sent", "count") / (4 * 2 * len(MENU)) < 1.02


@every_way
def test_an_upload_that_is_too_large_is_refused_while_it_is_under_way(tmp_path: Path, way: str) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU * 2)
    steps = "  - {post: /told, body_file: menu.bin, checks: [{status: 413}]}\n  - get: /json"
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 2, iterations: 10"))
        agreed(ended, server)
    assert ended.errors == [(1413, 10)]
    assert ended.value("checks", "fails") == 0


@every_way
def test_what_comes_in_chunks_is_whole(tmp_path: Path, way: str) -> None:
    steps = f"""
  - get: /chunked
    checks: [{{size: {{equals: {len(MENU)}B}}}}]
  - get: /chunked
    discard_bodies: true
  - get: /chunked
    max_body: 1MiB
"""
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 2, iterations: 4"))
        asked = server.asked()
    assert (ended.errors, ended.value("checks", "fails")) == ([(1724, 4)], 0)
    assert ended.value("http_reqs", "count") == len(asked) == 12
    assert 8 * len(MENU) < ended.value("data_received", "count") < 12 * len(MENU)


@pytest.mark.parametrize("way", HTTP2)
@pytest.mark.parametrize("streams", [2, 128])
def test_requests_in_parallel_share_one_connection_of_each_vu(tmp_path: Path, way: str, streams: int) -> None:
    steps = "  - parallel: [" + ", ".join("{get: /told}" for _ in range(8)) + "]"
    with served(tmp_path, way, Offer(streams=streams)) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 3, iterations: 60"))
        asked = passed(ended, server)
    assert len(asked) == 480
    assert len({one.connection for one in asked}) == 3


@every_way
@pytest.mark.parametrize(("keep", "connections"), [("vu", 2), ("iteration", 10), ("off", 20)])
def test_connections_are_kept_as_long_as_the_plan_says(
    tmp_path: Path, way: str, keep: str, connections: int
) -> None:
    steps = "  - get: /json\n  - get: /told"
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 2, iterations: 10", f"keep_alive: {keep}"))
        asked = passed(ended, server)
    assert len({one.connection for one in asked}) == connections


@every_way
def test_connections_that_nginx_ends_cost_no_request(tmp_path: Path, way: str) -> None:
    with served(tmp_path, way, Offer(requests=3)) as server:
        ended = run_here(tmp_path, plan(server, "  - get: /json", "vus: 5, iterations: 200"))
        asked = passed(ended, server)
    assert len({one.connection for one in asked}) >= len(asked) / 3
    assert ended.value("http_retries", "count") == 0


@every_way
def test_what_nginx_did_not_look_at_before_it_ended_a_connection_is_sent_anew(
    tmp_path: Path, way: str
) -> None:
    steps = "  - parallel: [get: /json, get: /told, get: /told, get: /told]"
    with served(tmp_path, way, Offer(requests=3)) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 5, iterations: 100"))
        passed(ended, server)
    retries = ended.value("http_retries", "count")
    assert retries >= 100 if way in HTTP2 else retries == 0


@pytest.mark.parametrize(
    ("way", "http2", "protocol"),
    [
        ("HTTP/2 over TLS", "auto", "HTTP/2.0"),
        ("HTTP/2 over TLS", "always", "HTTP/2.0"),
        ("HTTP/2 over TLS", "never", "HTTP/1.1"),
        ("HTTP/1.1 over TLS", "auto", "HTTP/1.1"),
        ("HTTP/1.1", "never", "HTTP/1.1"),
    ],
)
def test_the_plan_says_whether_http2_is_spoken(tmp_path: Path, way: str, http2: str, protocol: str) -> None:
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, "  - get: /json", http=f"http2: {http2}"))
        asked = passed(ended, server)
    assert {one.protocol for one in asked} == {protocol}


@every_way
def test_what_takes_too_long_is_told_by_its_phase(tmp_path: Path, way: str) -> None:
    steps = """
  - {get: /silent, timeout: {first_byte: 100ms}}
  - {get: /halting, timeout: {idle: 100ms}}
  - {get: /halting, timeout: 150ms}
  - {get: /json}
"""
    with served(tmp_path, way) as server:
        ended = run_here(tmp_path, plan(server, steps, "vus: 2, iterations: 4"))
        asked = server.asked()
    assert sorted(ended.errors) == [(1050, 4), (1051, 4), (1052, 4)]
    assert ended.value("http_reqs", "count") == len(asked) == 16
    assert len({one.connection for one in asked}) == (2 if way in HTTP2 else 14)  # HTTP/1.1 has to close


@pytest.mark.parametrize("way", ["HTTP/1.1", "HTTP/2 over TLS"])
def test_two_processes_count_together_what_nginx_logs(tmp_path: Path, way: str) -> None:
    with served(tmp_path, way) as server:
        text = plan(server, "  - get: /json", "vus: 4, iterations: 200", "keep_alive: iteration")
        asked = passed(run_here(tmp_path, text, "--processes", "2"), server)
    assert len(asked) == len({one.connection for one in asked}) == 200


def test_a_run_that_is_stopped_counts_what_nginx_logged(tmp_path: Path) -> None:
    with served(tmp_path, "HTTP/2 over TLS") as server:
        ended = run_stopped(
            tmp_path,
            plan(server, "  - parallel: [get: /json, get: /told]", "vus: 3, duration: 1h, graceful_stop: 0s"),
            lambda: len(server.asked()) > 50,
            signal.SIGINT,
        )
        asked = server.asked()
    assert (ended.code, ended.errors, TRACEBACK in ended.stderr) == (105, [], False)
    assert ended.value("http_reqs", "count") == len(asked)


@pytest.mark.parametrize("way", ["HTTP/1.1", "HTTP/2 over TLS"])
def test_nginx_may_be_reloaded_while_it_is_asked(tmp_path: Path, way: str) -> None:
    steps = "  - get: /json\n  - parallel: [get: /told, get: /told]"
    with served(tmp_path, way) as server:
        reloads = 0

        def reloaded() -> bool:
            nonlocal reloads
            if len(server.asked()) >= 100 * (reloads + 1):
                server.reload()
                reloads += 1
            return reloads == 3

        text = plan(server, steps, "vus: 4, duration: 1h")
        ended = run_stopped(tmp_path, text, reloaded, signal.SIGINT)
        asked = server.asked()
    assert (ended.code, ended.errors) == (105, [])
    assert ended.value("http_reqs", "count") == len(asked)
