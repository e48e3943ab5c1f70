"""Real databases, asked after a run: what arrived is what the result says, by value, for every series."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from influxdb import USER, Influx, influxdb
from points import added, compare
from prometheus import Server, victoria
from sending import Ask, sending

from planrunner.metrics.series import METRICS

PLAN = """name: Pizza
target: demo
tags: {team: "kitchen, first = best"}
metrics:
  toppings: {type: trend}
  orders: {type: counter}
  oven: {type: gauge}
  burnt: {type: rate}
setup: [{get: /api/quotes, name: ready}]
scenarios:
  browse:
    load: {vus: 3, iterations: 40}
    steps:
      - group: menu
        steps:
          - get: /api/quotes
            checks: [{status: 200}, {status: 404}]
            record: {toppings: 7.5, orders: 2, oven: 180, burnt: false}
          - get: /nowhere
            tags: {note: 'C:\\dir, "b"'}
          - set: {broken: "${1 / vu.iteration}"}
  arrive:
    load: {rate: 100/s, duration: 500ms}
    steps: [{get: "http://127.0.0.1:1/", name: nobody}]
thresholds: {http_reqs: count > 100}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the plan with an output; gives exit code and result."""
    ask = sending(tmp_path, monkeypatch, PLAN)
    return lambda out, *options: ask("--out", out, *options)


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[Influx]:
    with influxdb(tmp_path) as server:
        yield server


@pytest.mark.slow
@pytest.mark.server("influxd")
@pytest.mark.parametrize("processes", ["1", "2"])
def test_what_arrives_in_influxdb_1_is_what_the_result_says(run: Ask, influx: Influx, processes: str) -> None:
    code, result = run(f"influxdb={influx.url}/k6 runs", "--processes", processes)
    found = added(influx.samples("k6 runs"), "testid", "team")
    compare(found, result, "testid", "team")
    (told,) = result.outputs
    assert (code, told.sent, told.lost) == (0, sum(len(one.values) for one in found.values()), 0)
    assert told.address == f"{influx.url}/k6 runs"


@pytest.mark.slow
@pytest.mark.server("influxd")
def test_the_layout_is_that_of_k6(run: Ask, influx: Influx) -> None:
    run(f"influxdb={influx.url}", "--tag", "testid=monday")
    (fields,) = influx.ask('SHOW FIELD KEYS FROM "http_req_duration"', "k6")
    (tags,) = influx.ask('SHOW TAG KEYS FROM "http_req_duration"', "k6")
    assert fields["values"] == [["url", "string"], ["value", "float"]]
    assert {"expected_response", "method", "name", "proto", "scenario", "status", "testid"} < {
        name for (name,) in tags["values"]
    }
    (found,) = influx.ask("SELECT sum(value) FROM http_reqs WHERE testid = 'monday' AND status = '404'", "k6")
    assert found["values"][0][1] == 40


MEASUREMENTS = {name for name in METRICS if name.startswith("http_req_") and METRICS[name].kind == "trend"}
UNUSED = {"http_req_dns", "http_req_tls_handshaking"}  # always 0: there is neither a name nor TLS


@pytest.mark.slow
@pytest.mark.server("influxd")
def test_the_queries_of_the_dashboard_2587_return_data(run: Ask, influx: Influx) -> None:
    run(f"influxdb={influx.url}/myk6db")
    asked = [
        'SELECT mean("value") FROM "vus" WHERE time > now() - 5m GROUP BY time(1s) fill(none)',
        'SELECT sum("value") FROM "http_reqs" WHERE time > now() - 5m GROUP BY time(1s) fill(none)',
        'SELECT count("value") FROM "errors" WHERE time > now() - 5m GROUP BY time(1s) fill(none)',
        'SELECT sum("value") FROM "checks" WHERE time > now() - 5m GROUP BY time(1s), "check" fill(none)',
    ]
    for statistic in (
        "mean({})",
        "max({})",
        "median({})",
        "min({})",
        "percentile({}, 95)",
        "percentile({}, 90)",
    ):
        for name in MEASUREMENTS - UNUSED:
            what = statistic.format('"value"')
            asked.append(
                f"SELECT {what} FROM /^{name}$/ WHERE time > now() - 5m and value > 0 "
                "GROUP BY time(1s) fill(none)"
            )
            asked.append(f'SELECT "value" FROM /^{name}$/ WHERE time > now() - 5m and value > 0')
    for query in asked:
        assert influx.ask(query, "myk6db")[0]["values"], query


@pytest.mark.slow
@pytest.mark.server("influxd")
def test_who_has_no_password_is_refused_and_who_has_it_is_not(
    run: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with influxdb(tmp_path, auth=True) as server:
        code, result = run(f"influxdb={server.url}/k6")
        (told,) = result.outputs
        assert (code, told.sent, told.error[:11]) == (0, 0, "status 401:")
        monkeypatch.setenv("K6_INFLUXDB_USERNAME", USER[0])
        monkeypatch.setenv("K6_INFLUXDB_PASSWORD", USER[1])
        code, result = run(f"influxdb={server.url}/k6")
        assert (code, result.outputs[0].lost, result.outputs[0].error) == (0, 0, "")
        compare(added(server.samples("k6"), "testid", "team"), result, "testid", "team")
        assert USER[1] not in Path("out/result.json").read_text()


@pytest.fixture
def metrics(tmp_path: Path) -> Iterator[Server]:
    with victoria(tmp_path) as server:
        yield server


@pytest.mark.slow
@pytest.mark.server("victoria-metrics")
def test_what_is_written_as_to_influxdb_2_is_what_the_result_says(
    run: Ask, metrics: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K6_INFLUXDB_ADDR", metrics.url)
    monkeypatch.setenv("K6_INFLUXDB_ORGANIZATION", "Pizza & more")
    monkeypatch.setenv("K6_INFLUXDB_BUCKET", "runs")
    monkeypatch.setenv("K6_INFLUXDB_TOKEN", "a-secret-token")
    code, result = run("xk6-influxdb")
    (told,) = result.outputs
    assert (code, told.kind, told.lost, told.error) == (0, "influxdb", 0, "")
    common = ("testid", "team", "url")  # text in fields is left out there
    compare(added(exported(metrics, told.sent), *common), result, *common)


Sample = tuple[str, str, float, Mapping[str, str]]


def exported(server: Server, number: int) -> list[Sample]:
    """Return all that was written; what came last takes a moment to be seen."""
    end = time.monotonic() + 10
    while len(found := list(seen(server))) < number and time.monotonic() < end:
        time.sleep(0.1)
    return found


def seen(server: Server) -> Iterator[Sample]:
    """Return what is to be seen now: metric, time, value and tags of each sample."""
    with urllib.request.urlopen(f"{server.url}/internal/force_flush", timeout=10):
        pass
    query = urllib.parse.urlencode({"match[]": '{__name__=~".+_value"}', "reduce_mem_usage": "1"})
    with urllib.request.urlopen(f"{server.url}/api/v1/export?{query}", timeout=10) as reply:
        for series in map(json.loads, reply.read().splitlines()):
            metric = series["metric"].pop("__name__").removesuffix("_value")
            for moment, value in zip(series["timestamps"], series["values"], strict=True):
                yield metric, str(moment), value, series["metric"]
