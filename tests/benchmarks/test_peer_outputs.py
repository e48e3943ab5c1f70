"""What wrk, hey, oha and vegeta print, read right; what makes a number worthless, noticed; their commands."""

import json
from pathlib import Path

import pytest

from benchmarks.load import CONSTANT, Load
from benchmarks.peers import H2LOAD, HEY, OHA, S_TIME, VEGETA, WRK
from benchmarks.processes import BadRunError, Ran

WRK_SAID = """\
Running 1s test @ http://127.0.0.1:36873/json
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    90.11us  343.07us   5.95ms   98.80%
    Req/Sec   156.64k    17.22k  173.52k    81.82%
  Latency Distribution
     50%   90.00us
     75%    1.50ms
     90%    1.20s
     99%    1.50m
  170579 requests in 1.10s, 31.88MB read
Requests/sec: 155161.11
Transfer/sec:     29.00MB
"""

HEY_SAID = """
Summary:
  Total:\t1.0028 secs
  Requests/sec:\t51459.3907
  
Latency distribution:
  10% in 0.0001 secs
  50% in 0.0002 secs
  99% in 0.0044 secs

Status code distribution:
  [200]\t51604 responses



"""  # noqa: W293 (as hey prints it)

OHA_SAID = """
Summary:
  Success rate: 100.00%
  Requests/sec: 64000.5000

Response time distribution:
  10.00% in 0.5000 ms
  50.00% in 1.5000 ms
  99.00% in 0.0450 sec
  99.90% in 0.2000 secs

Status code distribution:
  [200] 256002 responses

Error distribution:
  [50] aborted due to deadline
"""

VEGETA_SAID = {
    "latencies": {"50th": 200_000, "90th": 400_000, "95th": 500_000, "99th": 2_000_000},
    "throughput": 21_000.5,
    "success": 1,
    "errors": [],
}


def ran(output: str) -> Ran:
    return Ran(output, 0.0, 2.0, 1.0, 0, ())


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return Load("http://127.0.0.1:8080/json", tmp_path)


def test_the_rate_and_the_latency_that_wrk_prints_are_read(load: Load) -> None:
    told = WRK.read(ran(WRK_SAID), load)
    assert told.rate == 155161.11
    assert told.latency == pytest.approx({50: 9e-5, 75: 0.0015, 90: 1.2, 99: 90.0})


def test_the_rate_and_the_latency_that_hey_prints_are_read(load: Load) -> None:
    told = HEY.read(ran(HEY_SAID), load)
    assert (told.rate, told.latency) == (51459.3907, {10: 0.0001, 50: 0.0002, 99: 0.0044})


def test_the_rate_and_the_latency_that_oha_prints_are_read(load: Load) -> None:
    told = OHA.read(ran(OHA_SAID), load)
    assert told.rate == 64000.5
    assert told.latency == pytest.approx({10: 0.0005, 50: 0.0015, 99: 0.045})


def test_the_rate_and_the_latency_that_vegeta_reports_are_read(load: Load) -> None:
    told = VEGETA.read(ran(json.dumps(VEGETA_SAID)), load)
    assert (told.rate, told.latency) == (21_000.5, {50: 0.0002, 90: 0.0004, 95: 0.0005, 99: 0.002})


@pytest.mark.parametrize(
    "line",
    ["Non-2xx or 3xx responses: 182523", "Socket errors: connect 0, read 3, write 0, timeout 0"],
)
def test_what_wrk_could_not_do_makes_its_run_a_bad_one(line: str, load: Load) -> None:
    with pytest.raises(BadRunError, match=f"^{line}$"):
        WRK.read(ran(WRK_SAID.replace("Requests/sec", f"  {line}\nRequests/sec")), load)


@pytest.mark.parametrize(
    "output",
    [
        HEY_SAID.replace("[200]", "[500]"),
        HEY_SAID + "Error distribution:\n  [44447]\tGet: connection refused\n",
    ],
)
def test_a_reply_that_hey_could_not_get_makes_its_run_a_bad_one(output: str, load: Load) -> None:
    with pytest.raises(BadRunError, match="not all of its requests were answered with 2xx"):
        HEY.read(ran(output), load)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (OHA_SAID.replace("[200]", "[500]"), "not all of its requests were answered with 2xx: $"),
        (OHA_SAID + "  [7] connection closed\n", "with 2xx: connection closed$"),
    ],
)
def test_a_reply_that_oha_could_not_get_makes_its_run_a_bad_one(output: str, reason: str, load: Load) -> None:
    with pytest.raises(BadRunError, match=reason):
        OHA.read(ran(output), load)


def test_a_request_of_vegeta_that_failed_makes_its_run_a_bad_one(load: Load) -> None:
    report = VEGETA_SAID | {"success": 0.5, "errors": ["connection refused", "another"]}
    with pytest.raises(BadRunError, match=r"with 2xx: \['connection refused'\]"):
        VEGETA.read(ran(json.dumps(report)), load)


H2LOAD_SAID = """\
finished in 1.00s, 51402.00 req/s, 10.34MB/s
requests: 51402 total, 51412 started, 51402 done, 51402 succeeded, 0 failed, 0 errored, 0 timeout
"""

S_TIME_SAID = """\
1302 connections in 0.33s; 3945.45 connections/user sec, bytes read 384090
1302 connections in 2 real seconds, 295 bytes read per connection
"""


def test_the_rate_that_h2load_prints_is_read(load: Load) -> None:
    assert H2LOAD.read(ran(H2LOAD_SAID), load).rate == 51_402.0


def test_a_request_of_h2load_that_failed_makes_its_run_a_bad_one(load: Load) -> None:
    with pytest.raises(BadRunError, match="not all"):
        H2LOAD.read(ran(H2LOAD_SAID.replace("0 errored", "7 errored")), load)


def test_connections_of_openssl_are_counted_by_our_clock(load: Load) -> None:
    assert S_TIME.read(ran(S_TIME_SAID), load).rate == 651.0


def test_each_tool_is_asked_for_connections_as_the_load_has_them(tmp_path: Path) -> None:
    load = Load("https://h:1/json", tmp_path, vus=7, seconds=2)
    assert H2LOAD.command(load) == ["h2load", "-t1", "-c7", "-m1", "-D2", "https://h:1/json"]
    assert S_TIME.command(load)[2:] == ["-connect", "h:1", "-new", "-www", "/json", "-time", "2"]


@pytest.mark.parametrize("tool", [WRK, HEY, OHA, S_TIME])
def test_an_output_without_a_rate_is_a_bad_run(tool: object, load: Load) -> None:
    with pytest.raises(BadRunError, match="its output tells no rate"):
        tool.read(ran("Terminated\n"), load)  # type: ignore[attr-defined]  # all three are tools


def test_without_a_rate_each_tool_is_asked_for_all_that_its_connections_can(load: Load) -> None:
    url = load.url
    assert WRK.command(load) == ["wrk", "-t1", "-c50", "-d4s", "--latency", url]
    assert HEY.command(load) == ["hey", "-cpus", "1", "-c", "50", "-z", "4s", url]
    assert OHA.command(load) == ["oha", "--no-tui", "--insecure", "-c", "50", "-z", "4s", url]
    assert " -rate=0 " in VEGETA.command(load)[2]


def test_hey_divides_a_rate_among_its_connections(tmp_path: Path) -> None:
    assert HEY.command(Load("http://h/", tmp_path, vus=20, rate=1_000))[-3:] == ["-q", "50", "http://h/"]
    assert HEY.command(Load("http://h/", tmp_path, vus=20, pace=2))[-3:] == ["-q", "0.5", "http://h/"]


def test_oha_counts_from_when_a_request_of_a_rate_was_due(tmp_path: Path) -> None:
    command = OHA.command(Load("http://h/", tmp_path, rate=400))
    assert command[-4:] == ["-q", "400", "--latency-correction", "http://h/"]


def test_all_tools_post_the_same_body(tmp_path: Path) -> None:
    load = Load("http://h/json", tmp_path, body="constant")
    wrk, vegeta = WRK.command(load), VEGETA.command(load)[2]
    assert f"wrk.body = '{CONSTANT}'" in Path(wrk[wrk.index("-s") + 1]).read_text()
    assert CONSTANT in HEY.command(load)
    assert CONSTANT in OHA.command(load)
    assert f"-body={tmp_path / 'body.json'} " in f"{vegeta} "
    assert (tmp_path / "body.json").read_text() == CONSTANT
    assert json.loads((tmp_path / "vegeta.json").read_text())["method"] == "POST"


def test_a_tool_is_only_let_off_checks(tmp_path: Path) -> None:
    assert WRK.can(Load("http://h/", tmp_path, checks=True, body="constant"))
    assert not WRK.can(Load("http://h/", tmp_path, rate=400))
    assert not HEY.can(Load("http://h/", tmp_path, body="row"))
