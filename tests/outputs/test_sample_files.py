"""Files of samples after whole runs: they add up to the result, series by series, whoever wrote them."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from points import added, compare, content, lines
from sending import Ask, sending

from planrunner.cli.main import outcome
from planrunner.result import from_json

PLAN = """name: Pizza
target: demo
tags: {team: kitchen}
variables:
  dish: {default: secret-margherita, secret: true}
metrics:
  toppings: {type: trend}
  orders: {type: counter}
  oven: {type: gauge}
  burnt: {type: rate}
setup: [{get: /api/quotes, name: "100% \\"ready\\", or so"}]
scenarios:
  browse:
    load: {vus: 3, iterations: 40}
    steps:
      - group: menu
        steps:
          - get: /api/quotes
            checks: [{status: 200}, {status: 404}]
            record: {toppings: 7.5, orders: 2, oven: 180, burnt: "${vu.iteration > 0}"}
          - get: /nowhere/${dish}
            name: ${dish}
  arrive:
    load: {rate: 100/s, duration: 500ms}
    steps: [{get: "http://127.0.0.1:1/", name: nobody}]
thresholds: {http_reqs: count > 100}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the plan with options; gives exit code and result."""
    return sending(tmp_path, monkeypatch, PLAN)


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_samples_add_up_to_the_result_and_no_two_of_a_series_have_the_same_time(
    run: Ask, processes: str, suffix: str
) -> None:
    files = [Path(f"samples.json{suffix}"), Path(f"samples.csv{suffix}")]
    out = [option for path in files for option in ("--out", f"{path.name.split('.')[1]}={path}")]
    code, result = run(*out, "--processes", processes)
    for path, told in zip(files, result.outputs, strict=True):
        found = added(lines(path), "testid", "team")
        compare(found, result, "testid", "team")
        if told.kind == "json":  # CSV tells whole seconds
            assert all(len(set(points.moments)) == len(points.moments) for points in found.values())
        number = sum(len(points.values) for points in found.values())
        assert (told.sent, told.lost, told.error, told.address) == (number, 0, "", str(path))
    assert code == 0


@pytest.mark.slow
def test_no_secret_stands_in_a_file_and_every_sample_has_the_tags_of_the_run(run: Ask) -> None:
    run("--out", "json=samples.json", "--tag", "testid=monday")
    path = Path("samples.json")
    assert "margherita" not in content(path)
    assert all(tags["testid"] == "monday" and tags["team"] == "kitchen" for *_, tags in lines(path))


@pytest.mark.slow
def test_a_plan_names_its_outputs_and_each_metric_is_described_once(run: Ask) -> None:
    with Path("plan.yml").open("a") as plan:
        plan.write("outputs: {json: {file: planned.json}, csv: {time_format: rfc3339}}\n")
    run()
    described = [json.loads(line) for line in content(Path("planned.json")).splitlines()]
    found = {line["metric"]: line["data"] for line in described if line["type"] == "Metric"}
    assert found["http_reqs"] == {
        "name": "http_reqs",
        "type": "counter",
        "contains": "default",
        "thresholds": ["count > 100"],
        "submetrics": None,
    }
    assert found.keys() >= {"toppings", "vus"}
    assert next(lines(Path("file.csv")))[1].endswith("Z")


@pytest.mark.slow
def test_a_disk_that_is_full_costs_samples_but_neither_the_run_nor_its_verdict(run: Ask) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    command = [sys.executable, "-m", "planrunner", "run", "plan.yml", "--out", "json=samples.json"]
    ended = subprocess.run(
        [*command, "--report-dir", "out"], preexec_fn=limit, capture_output=True, text=True, check=False
    )
    found = added(lines(Path("samples.json")))  # whole lines only
    number = sum(len(points.values) for points in found.values())
    (told,) = from_json(Path("out/result.json").read_bytes()).outputs
    assert (ended.returncode, told.sent, told.error) == (0, number, "File too large")
    assert told.lost > 1000
    assert f"{told.lost:,} lost" in ended.stdout


def test_a_file_that_cannot_be_written_is_said_before_the_run(
    run: Ask, capfd: pytest.CaptureFixture[str]
) -> None:
    code = outcome(["run", "plan.yml", "--out", "json=nowhere/samples.json"])
    assert (code, "the output json cannot begin: No such file" in capfd.readouterr().err) == (104, True)


@pytest.mark.slow
def test_what_warms_up_is_left_out_and_what_is_cut_off_is_not(run: Ask) -> None:
    load = "{vus: 20, duration: 1s, graceful_stop: 0s}"
    steps = "[{parallel: [{get: /api/quotes}, {get: /nowhere}]}]"
    Path("plan.yml").write_text(f"name: x\ntarget: demo\nload: {load}\nwarm_up: 500ms\nsteps: {steps}\n")
    _, result = run("--out", "json=samples.json", "--processes", "2")
    compare(added(lines(Path("samples.json")), "testid"), result, "testid")
    assert result.value("interrupted_iterations", "count") != 0
