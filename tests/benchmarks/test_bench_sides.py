"""What a side measures, with a tool whose every request is known: ten requests, one after the other."""

import sys
from pathlib import Path

import pytest

from benchmarks.case import Case, Stage, loaded
from benchmarks.cases.accuracy import DELAYS, known
from benchmarks.cases.costs import starting
from benchmarks.cases.rates import kept
from benchmarks.cores import Cores
from benchmarks.load import Load, Told, Tool
from benchmarks.numbers import percentiles
from benchmarks.processes import Ran
from benchmarks.rounds import measure
from benchmarks.server import Served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the calibrated server needs Linux"),
]

ASK = """
import http.client, sys, time
server = http.client.HTTPConnection(sys.argv[1])
for path in sys.argv[2:]:
    begin = time.perf_counter()
    server.request("GET", path)
    server.getresponse().read()
    print(time.perf_counter() - begin)
server.close()
"""
TEN = 10


def ask(load: Load) -> list[str]:
    paths = [f"/{each}" for each in load.delays[:TEN]] or [load.path] * TEN
    return [sys.executable, "-c", ASK, load.origin.removeprefix("http://"), *paths]


def read(ran: Ran, _: Load) -> Told:
    took = [float(line) for line in ran.output.splitlines()]
    return Told(len(took), percentiles(took))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    tool = Tool(sys.executable, ask, read, frozenset({"rate", "delays"}))
    served = Served(
        "http://127.0.0.1:1/json", "https://127.0.0.1:1/json", "https://127.0.0.1:1/json", Path("ca.pem")
    )
    return Stage(served, tmp_path, Cores(), {"asking": tool})


def test_what_a_client_sees_is_never_less_than_what_the_server_logged(stage: Stage) -> None:
    seen = known("asking").measure(stage)
    assert seen["rate"] == TEN
    assert seen["p50"] >= sorted(DELAYS[:TEN])[TEN // 2 - 1] / 1e6
    assert min(seen[f"p{percent} off"] for percent in (50, 90, 95, 99)) > 0
    assert seen["error"] > 0


def test_the_server_counts_every_request_of_a_rate(stage: Stage) -> None:
    seen = kept("asking").measure(stage)
    assert seen["count"] == TEN
    assert seen["count off"] == pytest.approx(0.999)


def test_a_start_is_over_with_the_first_request(stage: Stage) -> None:
    assert starting("asking").measure(stage)["start"] > 0


def test_a_tool_whose_target_is_not_there_is_left_out(stage: Stage) -> None:
    side = loaded("asking", lambda own: Load(own.served.url, own.folder))
    said: list[str] = []
    measured = measure(Case("gone", "", {"asking": side}, ()), stage, 1, said.append)
    assert measured.rounds == [{}]
    assert said[0].startswith("  round 1: asking: left out: exit code 1: ")
    assert said[0].endswith("Connection refused")


def test_no_tool_is_given_what_it_cannot_do(stage: Stage) -> None:
    with pytest.raises(AssertionError, match="asking cannot do all of"):
        stage.measure("asking", Load("http://h/", stage.folder, body="row"))
