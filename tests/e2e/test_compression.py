"""Compression against nginx: what the target compresses is checked decompressed, and counted as it came."""

from pathlib import Path

import pytest
from nginx import PACKED, Nginx
from whole_runs import Ended, run_here

pytestmark = [pytest.mark.slow, pytest.mark.server("nginx")]

TIMES = 5
PLAN = """
name: Compressed
target: {url}
load: {{vus: 1, iterations: {times}}}
http: {{{http}}}
steps:
  - get: /packed
    checks:
      - status: 200
      - header: {{Content-Encoding: {encoding}}}
    {rest}
thresholds: {{checks: rate == 100%}}
"""
ASKED = 'save: {server: {json: "$.menu[-1].name"}}'


def run(folder: Path, nginx: Nginx, http: str, encoding: str, rest: str = ASKED) -> Ended:
    plan = PLAN.format(url=nginx.url, times=TIMES, http=http, encoding=encoding, rest=rest)
    return run_here(folder, plan)


def test_an_answer_that_nginx_compressed_is_decompressed(tmp_path: Path, nginx: Nginx) -> None:
    ended = run(tmp_path, nginx, "headers: {Accept-Encoding: gzip}", "gzip")
    assert (ended.code, ended.errors) == (0, [])
    assert 0 < ended.value("data_received", "count") < TIMES * len(PACKED) / 2


def test_nothing_is_compressed_unless_the_plan_accepts_it(tmp_path: Path, nginx: Nginx) -> None:
    ended = run(tmp_path, nginx, "", "{exists: false}")
    assert (ended.code, ended.errors) == (0, [])
    assert ended.value("data_received", "count") > TIMES * len(PACKED)


def test_what_nginx_sends_may_grow_no_further_than_max_body(tmp_path: Path, nginx: Nginx) -> None:
    limit = len(PACKED) - 1
    ended = run(tmp_path, nginx, f"headers: {{Accept-Encoding: gzip}}, max_body: {limit}B", "gzip")
    assert ended.errors == [(1703, TIMES)]


def test_discarded_bodies_are_not_decompressed(tmp_path: Path, nginx: Nginx) -> None:
    http = "headers: {Accept-Encoding: gzip}, discard_bodies: true, max_body: 2KiB"
    ended = run(tmp_path, nginx, http, "gzip", rest="name: discarded")
    assert (ended.code, ended.errors) == (0, [])
