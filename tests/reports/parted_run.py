"""A run of two scenarios with groups, in virtual time: what it measured is known by scenario and group."""

from __future__ import annotations

from dataclasses import replace

from running import Lab

from planrunner.result import Result
from planrunner.result.health import NOT_MEASURED

PLAN = """\
name: Shop
target: http://shop.test
setup: [{post: /session}]
scenarios:
  browse:
    load: {vus: 2, duration: 2s}
    steps:
      - group: front page
        steps:
          - {get: /, checks: [{status: 200}]}
          - group: pictures
            steps: [{get: /picture, checks: [{name: there is a picture, status: 200}]}]
      - think: 250ms
  order:
    load: {rate: 10/s, duration: 2s, max_vus: 1}
    steps:
      - group: front page
        steps: [{get: /}]
      - {post: /orders, checks: [{status: 200}], record: {pizzas: 3}}
metrics: {pizzas: {type: trend}}
thresholds: {http_req_duration: p(95) < 500ms}
"""


def answer(number: int) -> tuple[int, float]:
    """Answer a VU's requests one slower than the other, and some of them badly."""
    return 404 if number % 5 == 4 else 200, 0.0625 * (1 + number % 4)  # exact in binary


def parted(summary: str = "") -> Result:
    """Run it; what `summary` of the plan says is written below it."""
    return replace(Lab(PLAN + summary, answer).run(), health=NOT_MEASURED)
