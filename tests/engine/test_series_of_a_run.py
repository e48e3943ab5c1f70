"""The series of a result, asked for what the run itself told."""

import pytest
from running import Lab

from planrunner.result import Result, from_json, to_json, values

PLAN = """
name: x
target: http://h
variables: {key: {secret: true, default: s3cr3t}}
scenarios:
  one:
    load: {vus: 3, iterations: 30}
    tags: {own: "${key}"}
    steps:
      - get: /a
        checks: [{status: 200}]
      - post: /b
        record: {size: "${json.id}"}
  two: {load: {rate: 5/s, duration: 2s}, steps: [{get: /c}]}
metrics: {size: {type: trend}}
thresholds:
  http_req_duration{scenario:one}: p(99.5) < 1s
  http_req_duration{status:5*}: p(95) < 1s
  http_reqs{scenario:one, method!=GET}: count == 30
  checks{check:status is 200}: rate > 10%
  size: max == 7
"""


@pytest.fixture(scope="module")
def result() -> Result:
    lab = Lab(PLAN, answer=lambda number: (503 if number % 7 == 6 else 200, 0.05 + number % 13 / 100))
    return from_json(to_json(lab.run()))


def test_every_number_of_the_run_follows_from_its_series(result: Result) -> None:
    assert len(result.metrics) > 15
    for metric in result.metrics:
        found = values(result, f"{metric.name}{{{metric.selector}}}")
        told = {name: value for name, value in metric.values.items() if name != "p(99.5)"}
        assert found == pytest.approx(told, rel=1e-12), metric.name


def test_secrets_are_masked_in_the_tags_of_series(result: Result) -> None:
    tags = [one.tags for one in result.series if one.tags.get("scenario") == "one"]
    assert {one["own"] for one in tags} == {"***"}
