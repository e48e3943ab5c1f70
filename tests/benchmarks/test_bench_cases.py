"""The table of cases: what each needs and compares, and the arithmetic that is theirs alone."""

import gzip
import math
from pathlib import Path

import pytest

from benchmarks.__main__ import TOOLS
from benchmarks.case import Stage, numbers, share, value
from benchmarks.cases import CASES
from benchmarks.cases.accuracy import DELAYS, distance, error, true_p99
from benchmarks.cases.encrypted import http2
from benchmarks.cases.outputs import SIDES
from benchmarks.cases.samples import REQUEST, written
from benchmarks.cases.throughput import ROWS, load_of
from benchmarks.cores import Cores
from benchmarks.load import Told
from benchmarks.numbers import percentiles
from benchmarks.processes import Ran
from benchmarks.server import BODY, Served

STAGE = Stage(
    Served("http://h/json", "https://h/json", "https://h2/json", Path("ca.pem")), Path(), Cores(), TOOLS
)

TARGETS = {
    ("checks-50", "requests/s, of wrk"): (0.35, 0.5),
    ("checks-50", "requests/s, of hey"): (1.5, 2.2),
    ("checks-50", "requests/s, of locust"): (8.0, 12.0),
    ("post-row-50", "requests/s, of planrunner's constant GET"): (0.6, 0.8),
    ("https-50", "HTTPS requests/s, of HTTP"): (0.6, None),
    ("https-50", "HTTP/2 requests/s, of HTTP/1.1 over TLS"): (0.6, 0.8),
    ("users-5000", "peak memory of all processes"): (150e6, 90e6),
    ("users-5000", "p95 that is reported"): (0.005, 0.001),
    ("idle-10000", "peak memory of all processes"): (300e6, 150e6),
    ("rate-1000", "count off"): (0.001, 0.0),
    ("rate-1000", "worst second off"): (0.01, 0.0),
    ("rate-10000", "dropped"): (0, 0),
    ("rate-10000", "start later than due, p99"): (0.001, 0.0002),
    ("known-delays", "worst of p50, p90, p95, p99, of 2 % or 0.3 ms"): (1.0, 0.5),
    ("stall", "p99 off, with 1,000 VUs"): (0.05, 0.02),
    ("stall", "p99 off, with 20 VUs; 0 when told as >="): (0.05, 0.02),
    ("start", "processor time of validate"): (0.3, None),
    ("growth", "growth in an hour"): (5e6, 1e6),
    ("processes", "requests per second of processor"): (0.9, 0.98),
    ("samples", "requests without samples, json"): (0, 0),
    ("samples", "requests without samples, csv"): (0, 0),
    ("samples", "requests without samples, json.gz"): (0, 0),
    **{("outputs", f"dropped, {side}"): (0, 0) for side in SIDES},
    ("judging", "of a core"): (0.02, 0.01),
    ("judging", "totals that are not exact"): (0, 0),
}


def test_these_are_the_targets() -> None:
    found = {
        (name, figure.what): (figure.least, figure.aim)
        for name, case in CASES.items()
        for figure in case.figures
        if figure.least is not None
    }
    assert found == TARGETS


@pytest.mark.parametrize("name", CASES)
def test_every_side_has_a_tool_that_is_known(name: str) -> None:
    assert {side.tool for side in CASES[name].sides.values()} <= TOOLS.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_peer_can_make_the_load_it_is_given(row: object) -> None:
    load = load_of(row)(STAGE)  # type: ignore[arg-type]  # parametrize knows no types
    assert [peer for peer in row.peers if not TOOLS[peer].can(load)] == []  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_none_for_a_round_that_measured_nothing(name: str) -> None:
    assert [figure.of({}) for figure in CASES[name].figures] == [None] * len(CASES[name].figures)


def test_the_server_answers_with_150_bytes() -> None:
    assert len(BODY) == 150


def test_tls_has_a_url_of_its_own() -> None:
    rows = {row.name: load_of(row)(STAGE) for row in ROWS}
    assert (rows["tls-50"].url, rows["checks-50"].url) == ("https://h/json", "http://h/json")
    assert (http2(STAGE).url, http2(STAGE).http2) == ("https://h2/json", True)
    assert (rows["checks-5000"].vus, rows["checks-5000"].checks) == (5_000, True)


def test_what_is_known_of_a_run_has_names() -> None:
    told = Told(9.0, {50: 0.1}, {"dropped": 2.0})
    measured = numbers(Ran("", 0.0, 2.0, 1.5, 60, ()), told)
    assert measured == {"rate": 9.0, "core": 0.75, "memory": 60.0, "p50": 0.1, "dropped": 2.0}


def test_memory_that_is_not_known_is_not_told() -> None:
    assert "memory" not in numbers(Ran("", 0.0, 2.0, 1.5, 0, ()), Told(9.0))


def test_a_share_of_nothing_is_none() -> None:
    measured = {"a": {"rate": 1.0, "p95": 0.5}, "b": {"rate": 0.0}}
    assert share("a", "b")(measured) is None
    assert value("a", "p95")(measured) == 0.5


def test_the_true_p99_of_a_stall_of_a_second_and_a_half() -> None:
    assert true_p99(1.5) == pytest.approx(1.403)


def test_the_true_p99_is_that_of_all_who_came() -> None:
    # One every 2.5 ms; those who come while the server stalls from 4.0 to 5.5 wait for its end.
    waits = [max(5.5 - at, 0.0) if at >= 4.0 else 0.0 for at in (number / 400 for number in range(4_000))]
    assert percentiles([wait + 0.003 for wait in waits])[99] == pytest.approx(true_p99(1.5), abs=0.0025)


@pytest.mark.parametrize(
    ("told", "is_bound", "expected"),
    [(1.403, False, 0.0), (0.01403, False, 0.99), (0.01403, True, 0.0), (1.5433, True, 0.1)],
)
def test_a_lower_bound_is_wrong_only_above_the_truth(told: float, is_bound: bool, expected: float) -> None:
    assert error(told, 1.403, is_bound=is_bound) == pytest.approx(expected, abs=1e-12)


def test_a_distance_has_no_sign() -> None:
    assert distance(50)({"planrunner": {"p50 off": -0.25}}) == 0.25


def test_the_delays_are_always_the_same_and_lognormal() -> None:
    assert (len(DELAYS), DELAYS[:3]) == (500, (7199, 4958, 10464))
    middle = sum(math.log(delay) for delay in DELAYS) / len(DELAYS)
    assert math.exp(middle) == pytest.approx(5_000, rel=0.05)


@pytest.mark.parametrize("name", ["samples.csv", "samples.csv.gz"])
def test_requests_are_counted_wherever_a_file_is_cut_into_pieces(tmp_path: Path, name: str) -> None:
    data = b"metric_name\n" + b"http_reqs,1\nhttp_reqs_more,1\n" * 500_000
    file = tmp_path / name
    file.write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
    assert written(file, REQUEST["csv"]) == 500_000
