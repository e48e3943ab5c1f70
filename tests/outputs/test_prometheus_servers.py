"""Real servers, asked after a run: what arrived is what the result says, by value, for every series."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from prometheus import Server, prometheus, victoria
from sending import Ask, sending

from planrunner.metrics.series import Counter, Gauge, Rate, Trend
from planrunner.metrics.statistics import measured
from planrunner.outputs.prometheus.labels import label_name, statistic_name
from planrunner.result import Result
from planrunner.result.series import read

PLAN = """name: Pizza
target: demo
tags: {team: kitchen, shop.part: till}
metrics:
  toppings: {type: trend}
  orders: {type: counter}
  oven: {type: gauge}
  burnt: {type: rate}
scenarios:
  browse:
    load: {rate: 20/s, duration: 2s}
    steps:
      - group: menu
        steps:
          - get: /api/quotes
            checks: [{status: 200}]
            record: {toppings: 7, orders: 2, oven: 180, burnt: false}
          - get: /nowhere
  buy:
    load: {vus: 2, iterations: 10}
    steps: [{get: /api/quotes, name: quotes}]
thresholds:
  http_req_duration: p(95) < 5s
  http_req_failed: rate < 1%
"""
STATISTICS = ("p(95)", "p(99)", "avg", "med", "min", "max", "count", "sum")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the plan with an output; gives exit code and result."""
    ask = sending(tmp_path, monkeypatch, PLAN)
    return lambda out, *options: ask("--out", out, *options)


def expected(result: Result) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Yield name, labels and value of everything that a result has."""
    for one in result.series:
        tags = {label_name(name): value for name, value in one.tags.items()}
        for metric, part in one.parts().items():
            match read(part):
                case Counter(value):
                    yield f"k6_{metric}_total", tags, value
                case Gauge(value):
                    yield f"k6_{metric}", tags, value
                case Rate() as rate:
                    yield f"k6_{metric}_rate", tags, rate.rate
                    for condition, count in (("nonzero", rate.passes), ("zero", rate.fails)):
                        if count:
                            yield f"k6_{metric}_total", {**tags, "condition": condition}, count
                case Trend(histogram):
                    values = measured(histogram, STATISTICS)
                    for name, value in zip(STATISTICS, values, strict=True):
                        yield f"k6_{metric}_{statistic_name(name)}", tags, value


Found = dict[tuple[tuple[str, str], ...], float]


def run_tags(result: Result) -> dict[str, str]:
    return {"testid": result.environment.test_id, "team": "kitchen", "shop_part": "till"}


def arrived(server: Server, result: Result) -> Found:
    """Return all series of a run as the server has them."""
    found = server.query(f'{{testid="{result.environment.test_id}"}}')
    return {tuple(sorted(labels.items())): value for labels, value in found}


def states(result: Result) -> Iterator[tuple[str, Mapping[str, str], float]]:
    yield "k6_test_running", {}, 0
    yield "k6_test_passed", {}, 0
    for limit in result.thresholds:
        tags = {"metric": limit.metric, "threshold": limit.expression}
        yield "k6_threshold_value", tags, limit.measured or 0.0
        yield "k6_threshold_ok", tags, float(limit.verdict == "passed")


def all_of(result: Result) -> Found:
    return {
        tuple(sorted({**run_tags(result), **tags, "__name__": name}.items())): value
        for name, tags, value in [*expected(result), *states(result)]
    }


@pytest.fixture(params=["prometheus", "victoria-metrics"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    serve = prometheus if request.param == "prometheus" else victoria
    with serve(tmp_path) as made:
        yield made


@pytest.mark.slow
@pytest.mark.server("prometheus")
@pytest.mark.server("victoria-metrics")
def test_every_series_arrives_with_its_value_and_its_tags(
    server: Server, run: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K6_PROMETHEUS_RW_TREND_STATS", ",".join(STATISTICS))
    monkeypatch.setenv("PLANRUNNER_PROMETHEUS_PUSH_INTERVAL", "1s")
    code, result = run(f"experimental-prometheus-rw={server.write}")
    assert code == 99
    (output,) = result.outputs
    assert (output.lost, output.error) == (0, "")
    wanted = all_of(result)
    found = _patiently(lambda: arrived(server, result), len(wanted))
    assert found.keys() == wanted.keys()
    assert found == pytest.approx(wanted, rel=1e-12)
    assert output.sent > len(wanted)


@pytest.mark.slow
@pytest.mark.server("prometheus")
def test_two_processes_push_as_one_and_an_increase_has_the_first_seconds_too(
    tmp_path: Path, run: Ask
) -> None:
    with prometheus(tmp_path) as server:
        _, result = run(f"prometheus={server.write}", "--processes", "2")
        assert result.processes == 2
        assert server.value("sum(k6_http_reqs_total)") == result.value("http_reqs", "count") == 90
        assert server.value('sum(k6_http_reqs_total{scenario="buy"})') == 10
        over = ("max_over_time(k6_http_reqs_total[1m])", "min_over_time(k6_http_reqs_total[1m])")
        assert server.value(f"sum({' - '.join(over)})") == 90


@pytest.mark.slow
@pytest.mark.server("prometheus")
def test_native_histograms_add_up_to_all_that_was_measured(
    tmp_path: Path, run: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM", "true")
    with prometheus(tmp_path, "--enable-feature=native-histograms") as server:
        _, result = run(f"prometheus={server.write}")
        whole = "sum(k6_http_req_duration_seconds)"
        assert server.value(f"histogram_count({whole})") == 90
        assert server.value(f"histogram_sum({whole})") == pytest.approx(_sum(result))
        highest = server.value(f"histogram_quantile(1, {whole})")  # where its bucket ends
        assert 1 <= highest / (result.value("http_req_duration", "max") or 0) <= 2 ** (1 / 8)


@pytest.mark.slow
@pytest.mark.server("prometheus")
def test_stale_markers_end_the_series(tmp_path: Path, run: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K6_PROMETHEUS_RW_STALE_MARKERS", "true")
    with prometheus(tmp_path) as server:
        _, result = run(f"prometheus={server.write}")
        assert server.query('{testid!=""}') == []
        assert server.value("sum(last_over_time(k6_http_reqs_total[1m]))") == 90
        assert result.outputs[0].lost == 0


def _sum(result: Result) -> float:
    trends = (one.trends["http_req_duration"] for one in result.series if "http_req_duration" in one.trends)
    return sum(trend.sum for trend in trends)


def _patiently(ask: Callable[[], Found], size: int) -> Found:
    """Ask until all is there: VictoriaMetrics shows what it took after a second."""
    end = time.monotonic() + 10
    while len(found := ask()) < size and time.monotonic() < end:
        time.sleep(0.1)
    return found
