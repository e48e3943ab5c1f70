"""Whole runs against haproxy, nghttpd, hypercorn and uvicorn: other stacks, the same counts, no failures."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgi_site import PARTS
from certificates import Authority
from nginx import MENU, Nginx
from other_servers import fetched, haproxy, hypercorn, nghttpd, uvicorn
from served_runs import HTTP2, WAYS
from whole_runs import Ended, run_here

pytestmark = pytest.mark.slow

every_way = pytest.mark.parametrize("way", WAYS)
over_http2 = pytest.mark.parametrize("way", HTTP2)
SITE = str(Path(__file__).parents[1] / "asgi_site.py") + ":app"


def run(
    folder: Path, way: str, address: str, steps: str, load: str = "vus: 3, iterations: 30", more: str = ""
) -> Ended:
    """Run a plan over HTTP in a way; all its checks hold, and nothing fails."""
    tls, protocol = WAYS[way]
    http2 = "always" if protocol == "HTTP/2.0" else "never"
    trust = f", tls: {{ca: {folder / 'authority.pem'}}}" if tls else ""
    ended = run_here(
        folder,
        f"name: Others\ntarget: http{'s' if tls else ''}://{address}\nload: {{{load}}}\n"
        f"http: {{http2: {http2}{trust}}}\n{more}\nsteps:\n{steps}\n"
        f"thresholds: {{http_req_failed: rate >= 0%, 'http_reqs{{proto:{protocol}}}': count >= 0}}\n",
    )
    assert ended.code == 0, ended.stderr
    proto = next(one for one in ended.result.thresholds if "proto" in one.metric)
    assert proto.measured == ended.value("http_req_duration", "count")
    assert ended.value("checks", "fails") == 0
    return ended


def passed(ended: Ended, requests: int) -> None:
    assert ended.errors == []
    assert ended.value("http_reqs", "count") == requests
    assert ended.value("http_req_failed", "passes") == 0


def certified(folder: Path, way: str) -> Path | None:
    return Authority(folder).certificate(folder) if WAYS[way][0] else None


# haproxy, before nginx.


@pytest.fixture
def proxied(tmp_path: Path, nginx: Nginx, way: str) -> Iterator[str]:
    with haproxy(tmp_path, nginx.url.removeprefix("http://"), certified(tmp_path, way)) as address:
        yield address


@pytest.mark.server("nginx")
@pytest.mark.server("haproxy")
@every_way
def test_haproxy_answers_itself_and_for_nginx(tmp_path: Path, nginx: Nginx, proxied: str, way: str) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU[:1_000_000])
    steps = f"""
  - get: /json
    checks: [{{json: {{$.name: nginx}}}}]
  - put: /kept/${{vu.id}}.bin
    body_file: menu.bin
    checks: [{{status: [201, 204]}}]
  - get: /kept/${{vu.id}}.bin
    checks: [{{size: {{equals: 1000000B}}}}]
  - get: /chunked
    checks: [{{size: {{equals: {len(MENU)}B}}}}]
  - post: /told
    json: {{vu: "${{vu.id}}"}}
    checks: [{{json: {{$.method: POST}}}}]
  - get: /led
    checks: [{{json: {{$.name: nginx}}}}]
  - get: /limited
    expected_status: 429
  - parallel: [get: /json, get: /told, get: /json, get: /told]
"""
    ended = run(tmp_path, way, proxied, steps)
    passed(ended, 30 * 12)
    assert len(nginx.asked()) == 30 * 10
    assert (tmp_path / "kept" / "1.bin").read_bytes() == MENU[:1_000_000]


@pytest.mark.server("nginx")
@pytest.mark.server("haproxy")
@every_way
def test_haproxy_gives_up_a_backend_that_is_silent(tmp_path: Path, proxied: str, way: str) -> None:
    ended = run(tmp_path, way, proxied, "  - get: /silent", "vus: 2, iterations: 2")
    assert ended.errors == [(1504, 2)]


@pytest.mark.server("nginx")
@pytest.mark.server("haproxy")
@over_http2
def test_haproxy_lets_few_requests_go_at_once(tmp_path: Path, nginx: Nginx, way: str) -> None:
    steps = "  - parallel: [" + ", ".join(["get: /told"] * 8) + "]"
    backend = nginx.url.removeprefix("http://")
    with haproxy(tmp_path, backend, certified(tmp_path, way), streams=2) as address:
        passed(run(tmp_path, way, address, steps), 240)
    assert len(nginx.asked()) == 240


# nghttpd.

NGHTTPD: dict[str, list[str]] = {
    "as it is": [],
    "with padding": ["--padding=255"],
    "with trailers": ["--trailer=x-sum: 1"],
    "without lengths": ["--no-content-length"],
    "few at once": ["--max-concurrent-streams=2"],
    "without a table": ["--header-table-size=0", "--encoder-header-table-size=0"],
    "with a small table": ["--encoder-header-table-size=100"],
    "with small windows": ["--window-bits=10", "--connection-window-bits=16"],
    "with large windows": ["--window-bits=30", "--connection-window-bits=30"],
    "with what it would push": ["--push=/menu.txt=/short.txt"],
    "with an answer before the end of the request": ["--early-response"],
}


@pytest.mark.server("nghttpd")
@pytest.mark.parametrize("how", NGHTTPD)
def test_nghttpd_answers_in_each_of_its_ways(tmp_path: Path, how: str) -> None:
    (tmp_path / "menu.txt").write_bytes(MENU)
    (tmp_path / "short.txt").write_bytes(b"short")
    (tmp_path / "menu.bin").write_bytes(MENU)
    steps = f"""
  - get: /menu.txt
    checks: [{{size: {{equals: {len(MENU)}B}}}}]
  - get: /short.txt
    checks: [{{body: {{equals: short}}}}]
  - parallel: [{", ".join(["get: /short.txt"] * 8)}]
  - get: /missing
    expected_status: 404
    checks: [{{status: 404}}]
  - head: /menu.txt
    checks: [{{body: ""}}]
  - post: /short.txt
    body_file: menu.bin
    checks: [{{body: {{equals: short}}}}]
"""
    way = "HTTP/2 over TLS"
    with nghttpd(tmp_path, certified(tmp_path, way), *NGHTTPD[how]) as address:
        passed(run(tmp_path, way, address, steps, "vus: 2, iterations: 6"), 6 * 13)


@pytest.mark.server("nghttpd")
@over_http2
@pytest.mark.parametrize("bits", [16, 30])
def test_nghttpd_sends_back_what_it_is_sent_while_it_is_sent(tmp_path: Path, way: str, bits: int) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU)
    steps = f"""
  - post: /anything
    body_file: menu.bin
    checks: [{{size: {{equals: {len(MENU)}B}}}}]
  - parallel: [{", ".join(["{post: /a, body: small}"] * 4)}]
"""
    options = ["--echo-upload", f"--window-bits={bits}", f"--connection-window-bits={bits}"]
    with nghttpd(tmp_path, certified(tmp_path, way), *options) as address:
        passed(run(tmp_path, way, address, steps, "vus: 2, iterations: 4"), 20)


# hypercorn and uvicorn.

STEPS = f"""
  - get: /json
    checks: [{{json: {{$.name: asgi}}}}]
  - get: /parts
    checks: [{{size: {{equals: {PARTS * 1024}B}}}}]
  - get: /empty
    checks: [{{status: 204}}]
  - head: /json
    checks: [{{body: ""}}]
  - post: /echo
    body_file: menu.bin
    checks: [{{json: {{$.sha256: {hashlib.sha256(MENU).hexdigest()}}}}}]
  - parallel: [{", ".join(["{post: /echo, json: {a: 1}}"] * 6)}]
"""
ASKED = {"/json": 2, "/parts": 1, "/empty": 1, "/echo": 7}  # by an iteration


def site_asked(address: str, way: str) -> dict[str, int]:
    """Return how often the application was asked for each of its pages, over the protocol that was meant."""
    tls, protocol = WAYS[way]
    found: dict[str, int] = json.loads(fetched(address, "/asked", tls=tls))
    version = {"HTTP/1.1": "1.1 ", "HTTP/2.0": "2 "}[protocol]
    return {key.removeprefix(version): count for key, count in found.items()}


@every_way
def test_hypercorn_serves_an_application(tmp_path: Path, way: str) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU)
    with hypercorn(tmp_path, SITE, certified(tmp_path, way)) as address:
        ended = run(tmp_path, way, address, STEPS, "vus: 2, iterations: 4")
        asked = site_asked(address, way)
    passed(ended, 4 * 11)
    assert asked == {path: 4 * count for path, count in ASKED.items()}


@over_http2
def test_hypercorn_lets_few_requests_go_at_once(tmp_path: Path, way: str) -> None:
    steps = "  - get: /json  # what is too much is no error of one request there, but ends the connection\n"
    steps += "  - parallel: [" + ", ".join(["get: /parts"] * 8) + "]"
    with hypercorn(tmp_path, SITE, certified(tmp_path, way), "h2_max_concurrent_streams = 2") as address:
        passed(run(tmp_path, way, address, steps, "vus: 2, iterations: 4"), 36)


@over_http2
def test_hypercorn_sends_trailers_which_are_no_headers(tmp_path: Path, way: str) -> None:
    steps = "  - get: /trailers\n    checks: [{body: {equals: trailed}}, {header: {X-Sum: {exists: false}}}]"
    with hypercorn(tmp_path, SITE, certified(tmp_path, way)) as address:
        passed(run(tmp_path, way, address, steps), 30)


@every_way
def test_an_application_that_breaks_off_fails_its_request_alone(tmp_path: Path, way: str) -> None:
    steps = "  - parallel: [get: /broken, get: /parts]\n  - get: /json"
    with hypercorn(tmp_path, SITE, certified(tmp_path, way), "keep_alive_timeout = 0.2") as address:
        ended = run(tmp_path, way, address, steps, "vus: 2, iterations: 4")
    assert ended.errors == [(1720, 4)]
    assert ended.value("http_reqs", "count") == 12


def test_uvicorn_serves_an_application(tmp_path: Path) -> None:
    (tmp_path / "menu.bin").write_bytes(MENU)
    with uvicorn(tmp_path, SITE) as address:
        ended = run(tmp_path, "HTTP/1.1", address, STEPS, "vus: 2, iterations: 4")
        asked = site_asked(address, "HTTP/1.1")
    passed(ended, 4 * 11)
    assert asked == {path: 4 * count for path, count in ASKED.items()}


def test_uvicorn_may_end_connections_that_are_idle(tmp_path: Path) -> None:
    steps = "  - get: /json\n  - think: 1050ms\n  - put: /echo\n  - think: 950ms-1050ms\n  - get: /json"
    with uvicorn(tmp_path, SITE, "--timeout-keep-alive", "1") as address:
        passed(run(tmp_path, "HTTP/1.1", address, steps, "vus: 20, iterations: 20"), 60)
