"""Whole runs against httpbin, served by hypercorn: what it says of our requests, what it answers on order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Authority
from other_servers import hypercorn
from served_runs import WAYS
from whole_runs import Ended, run_here

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("way", ["HTTP/1.1", "HTTP/2 over TLS"], scope="module"),
]

SITE = str(Path(__file__).parents[1] / "httpbin_site.py") + ":app"


@pytest.fixture(scope="module")
def httpbin(tmp_path_factory: pytest.TempPathFactory, way: str) -> Iterator[tuple[str, str]]:
    """Run one httpbin for all tests of a way; give its URL, and what a plan has to say to speak to it."""
    folder, (tls, _) = tmp_path_factory.mktemp("httpbin"), WAYS[way]
    authority = Authority(folder)
    with hypercorn(folder, SITE, authority.certificate(folder) if tls else None) as address:
        yield (f"https://{address}", f"tls: {{ca: {authority.file}}}") if tls else (f"http://{address}", "")


def run(
    folder: Path, httpbin: tuple[str, str], steps: str, load: str = "vus: 2, iterations: 4", http: str = ""
) -> Ended:
    url, trust = httpbin
    how = ", ".join(filter(None, (trust, http)))
    ended = run_here(
        folder, f"name: Bin\ntarget: {url}\nload: {{{load}}}\nhttp: {{{how}}}\nsteps:\n{steps}\n"
    )
    assert ended.code == 0, ended.stderr
    assert ended.value("checks", "fails") == 0, [check for check in ended.result.checks if check.fails]
    return ended


def passed(ended: Ended, requests: int) -> None:
    assert ended.errors == []
    assert ended.value("http_reqs", "count") == requests
    assert ended.value("http_req_failed", "passes") == 0


def test_it_gets_every_kind_of_request_as_it_is_meant(
    tmp_path: Path, httpbin: tuple[str, str], way: str
) -> None:
    (tmp_path / "menu.txt").write_text("funghi")
    steps = """
  - get: /get?a=b%20c&d=
    headers: {X-Own: " own "}
    checks: [{json: {$.args.a: b c, $.args.d: "", "$.headers['X-Own']": own}}]
  - post: /post
    json: {a: [1, null, "ü"]}
    checks: [{json: {$.json.a: [1, null, "ü"], "$.headers['Content-Type']": application/json}}]
  - put: /put
    form: {q: "a b&c", n: [1, 2]}
    checks: [{json: {$.form.q: "a b&c", $.form.n: ["1", "2"]}}]
  - post: /post
    multipart: {title: Menu, menu: {file: menu.txt}}
    checks: [{json: {$.form.title: Menu, $.files.menu: funghi}}]
  - patch: /patch
    body: plain
    checks: [{json: {$.data: plain}}]
  - delete: /delete
    checks: [{json: {$.data: ""}}]
  - post: /post
    checks: [{json: {"$.headers['Content-Length']": "0"}}]
  - head: /get
    checks: [{body: {equals: ""}}]
  - options: /get
    checks: [{header: {Allow: {contains: HEAD}}}]
  - get: /user-agent
    checks: [{json: {"$['user-agent']": {matches: "^planrunner/"}}}]
"""
    passed(run(tmp_path, httpbin, steps), 40)


def test_it_compresses_in_each_encoding(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /gzip
    checks: [{json: {$.gzipped: true}}, {header: {Content-Encoding: gzip}}]
  - get: /deflate
    checks: [{json: {$.deflated: true}}, {header: {Content-Encoding: deflate}}]
  - get: /brotli
    checks: [{json: {$.brotli: true}}, {header: {Content-Encoding: br}}]
  - get: /encoding/utf8
    checks: [{body: {contains: "∮ E⋅da = Q"}}]
  - get: /gzip
    max_body: 50B
"""
    ended = run(tmp_path, httpbin, steps)
    assert ended.errors == [(1724, 4)]


def test_its_redirects_are_followed(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /redirect/3
    checks: [{json: {$.url: {contains: /get}}}]
  - get: /absolute-redirect/2
    checks: [{status: 200}]
  - get: /relative-redirect/2
    max_redirects: 1
    checks: [{status: 302}]
  - post: /redirect-to?url=/anything&status_code=307
    body: kept
    checks: [{json: {$.method: POST, $.data: kept}}]
  - post: /redirect-to?url=/anything&status_code=303
    body: dropped
    checks: [{json: {$.method: GET, $.data: ""}}]
"""
    passed(run(tmp_path, httpbin, steps), 4 * (4 + 3 + 2 + 2 + 2))


def test_its_guests_are_let_in(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /basic-auth/ann/secret
    auth: {basic: {username: ann, password: secret}}
    checks: [{json: {$.authenticated: true}}]
  - get: /bearer
    auth: {bearer: token-1}
    checks: [{json: {$.token: token-1}}]
"""
    for guest, algorithm in (("bob", ""), ("cid", "/MD5"), ("dan", "/SHA-256")):
        steps += f"""
  - get: /digest-auth/auth/{guest}/secret{algorithm}
    auth: {{digest: {{username: {guest}, password: secret}}}}
    checks: [{{json: {{$.user: {guest}}}}}]
"""
    ended = run(tmp_path, httpbin, steps, "vus: 1, iterations: 3")
    passed(ended, 3 * 5 + 3)  # whoever comes for the first time is asked who he is


def test_it_lets_nobody_in_without_a_password(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /basic-auth/ann/secret
    expected_status: 401
  - get: /digest-auth/auth/ann/secret
    auth: {digest: {username: ann, password: wrong}}
    expected_status: 401
"""
    passed(run(tmp_path, httpbin, steps, "vus: 1, iterations: 2"), 6)


def test_its_cookies_are_kept(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /cookies/set?guest=ann&table=7
    checks: [{json: {$.cookies: {equals: {guest: ann, table: "7"}}}}]
  - get: /cookies/delete?table=
    checks: [{json: {$.cookies: {equals: {guest: ann}}}}]
  - get: /cookies
    cookies: {own: x}
    checks: [{json: {$.cookies: {equals: {guest: ann, own: x}}}}]
"""
    passed(run(tmp_path, httpbin, steps), 20)


def test_it_answers_late_and_in_pieces(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - parallel:
      - get: /delay/0.3
        checks: [{duration: {above: 300ms}}]
      - get: /delay/5
        timeout: {first_byte: 200ms}
      - get: /drip?duration=0.4&numbytes=4&delay=0
        checks: [{size: {equals: 4B}}]
      - get: /drip?duration=2&numbytes=2&delay=0
        timeout: {idle: 200ms}
  - get: /stream/20
    checks: [{body: {contains: '"id": 19'}}]
  - get: /stream-bytes/50000?seed=1&chunk_size=999
    checks: [{size: {equals: 50000B}}]
  - get: /bytes/100000
    checks: [{size: {equals: 100000B}}]
  - get: /range/5000?duration=0&chunk_size=7
    headers: {Range: bytes=10-1009}
    checks: [{status: 206}, {size: {equals: 1000B}}]
"""
    ended = run(tmp_path, httpbin, steps, "vus: 2, iterations: 2")
    assert sorted(ended.errors) == [(1051, 2), (1052, 2)]
    assert ended.value("http_reqs", "count") == 16


def test_its_statuses_are_what_they_are(tmp_path: Path, httpbin: tuple[str, str], way: str) -> None:
    steps = """
  - get: /etag/abc
    headers: {If-None-Match: abc}
    checks: [{status: 304}, {body: {equals: ""}}]
  - get: /etag/abc
    headers: {If-Match: other}
    expected_status: 412
  - get: /cache
    headers: {If-Modified-Since: "Mon, 01 Jan 2024 00:00:00 GMT"}
    checks: [{status: 304}]
  - get: /response-headers?X-A=1&X-A=2
    checks: [{header: {X-A: "1, 2"}}]
"""
    codes = (200, 201, 204, 205, 400, 403, 418, 429, 500, 503, 599)
    for code in codes:
        steps += f"  - get: /status/{code}\n    checks: [{{status: {code}}}]\n"
    ended = run(tmp_path, httpbin, steps, "vus: 1, iterations: 2")
    assert sorted(ended.errors) == [(1000 + code, 2) for code in codes if code >= 400]
    assert ended.value("http_reqs", "count") == 2 * (4 + len(codes))
