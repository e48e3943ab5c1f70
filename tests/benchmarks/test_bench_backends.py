"""The backends that outputs are measured with: what they answer, and that plans may name them."""

import http.client
from pathlib import Path

import pytest
from running import checked_plan

from benchmarks.backend import backend
from benchmarks.cases.outputs import KINDS, NOBODY, output, planned
from benchmarks.load import Load


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "status"), [("takes", 204), ("refuses", 503)])
def test_a_backend_answers_each_request_on_one_connection(mode: str, status: int) -> None:
    with backend(mode, None) as where:
        client = http.client.HTTPConnection(where, timeout=10)
        for size in (0, 100_000):
            client.request("POST", "/write", b"x" * size)
            reply = client.getresponse()
            reply.read()
            assert reply.status == status
        client.close()


@pytest.mark.slow
def test_a_slow_backend_does_not_answer_soon() -> None:
    with backend("slow", None) as where:
        client = http.client.HTTPConnection(where, timeout=0.5)
        client.request("POST", "/write", b"x" * 1_000)
        with pytest.raises(TimeoutError):
            client.getresponse()
        client.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_takes_what_is_said_of_an_output(kind: str, tmp_path: Path) -> None:
    load = Load("http://127.0.0.1:8080/json", tmp_path, rate=2_000, seconds=10)
    assert checked_plan(planned(load, kind, NOBODY)).plan.outputs.keys() == output(kind, NOBODY).keys()
