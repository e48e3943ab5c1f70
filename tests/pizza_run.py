"""The run of which most reports are made: its plan, and what was measured."""

from __future__ import annotations

from math import exp
from random import Random

from planrunner.result import (
    Check,
    CheckSample,
    Metric,
    Moment,
    Phase,
)

FILE = "plans/pizza.yml"

PLAN = """\
name: Pizza recommendations
description: Customers ask for a pizza; the API must answer quickly at 50 concurrent users.

variables:
  base_url: {env: BASE_URL, default: "http://localhost:3333"}
  password: {env: SHOP_PASSWORD, secret: true}

target: ${base_url}

endpoints:
  login:
    post: /api/users/token/login
    json: {username: pizza, password: "***"}
    checks:
      - status: 200
    save:
      token: {json: $.token}
  recommend:
    post: /api/pizza
    headers:
      Authorization: Token ${token}
    checks:
      - status: 200
      - duration: {below: 1s}
      - name: not a hawaiian
        body: {not_contains: pineapple}

scenarios:
  browse:
    load:
      start_vus: 0
      stages:
        - {duration: 1m, target: 50}
        - {duration: 2m, target: 50}
        - {duration: 30s, target: 0}
    vu_setup:
      - request: login
    steps:
      - request: recommend
      - think: 1s-5s
  health:
    load: {rate: 20/s, duration: 2m, max_vus: 10}
    steps:
      - get: /ready

thresholds:
  http_req_duration: p(95) < 500ms
  http_req_failed: rate < 1%
  http_req_duration{endpoint:recommend}: p(99) < 1500ms
  http_req_duration{endpoint:login}: max < 400ms
  checks: rate > 99%
  slices: avg < 12
  orders: count > 10
"""


def trend(base: float, count: int) -> dict[str, float]:
    return {
        "count": count,
        "avg": base * 1.184,
        "min": base * 0.213,
        "med": base,
        "max": base * 9.871,
        "p(90)": base * 1.937,
        "p(95)": base * 2.448,
        "p(99)": base * 5.129,
    }


def moments(count: int) -> tuple[Moment, ...]:
    """A ramp up, a plateau with a slow spell that fails, and a ramp down."""
    random = Random(7)
    made = []
    for second in range(count):
        x = second / count
        vus = round(50 * min(1.0, x / 0.286, (1 - x) / 0.143))
        slow = 1 + 2.2 * exp(-(((x - 0.62) / 0.05) ** 2))
        p50 = 0.118 * slow * random.uniform(0.92, 1.1) * (1 + vus / 120)
        requests = int(20 + vus * 0.62 / slow * random.uniform(0.9, 1.1))
        failed = int(max(0, slow - 2.2) * 6)
        made.append(
            Moment(
                at=float(second),
                seconds=1.0,
                vus=float(vus),
                iterations=requests - 3,
                requests=requests,
                failed=failed,
                p50=p50,
                p95=p50 * random.uniform(2.1, 2.8),
                p99=p50 * random.uniform(3.2, 4.4),
            )
        )
    return tuple(made)


METRICS = (
    Metric("checks", "rate", "default", "", {"rate": 0.98712, "passes": 12721, "fails": 166}),
    Metric("data_received", "counter", "data", "", {"count": 18734521.0, "rate": 89212.0}),
    Metric("data_sent", "counter", "data", "", {"count": 1873452.0, "rate": 8921.2}),
    Metric("dropped_iterations", "counter", "default", "", {"count": 17, "rate": 0.080952}),
    Metric("interrupted_iterations", "counter", "default", "", {"count": 3, "rate": 0.014259}),
    Metric("http_req_blocked", "trend", "time", "", trend(0.0000041, 6512)),
    Metric("http_req_connecting", "trend", "time", "", trend(0.00031, 6512)),
    Metric("http_req_duration", "trend", "time", "", trend(0.212, 6493)),
    Metric("http_req_duration", "trend", "time", "expected_response:true", trend(0.209, 6425)),
    Metric("http_req_duration", "trend", "time", "endpoint:recommend", trend(0.281, 4000)),
    Metric("http_req_failed", "rate", "default", "", {"rate": 0.0133599, "passes": 87, "fails": 6425}),
    Metric("http_req_waiting", "trend", "time", "", trend(0.208, 6493)),
    Metric("http_reqs", "counter", "default", "", {"count": 6512, "rate": 31.009523}),
    Metric("iteration_duration", "trend", "time", "", trend(2.91, 5912)),
    Metric("iterations", "counter", "default", "", {"count": 5912, "rate": 28.152380}),
    Metric("slices", "trend", "default", "", trend(6.25, 4000)),
    Metric("vus", "gauge", "default", "", {"value": 1, "min": 0, "max": 60}),
    Metric("vus_max", "gauge", "default", "", {"value": 60, "min": 10, "max": 60}),
)

CHECKS = (
    Check("status is 200", "browse", "login", 50, 0, (), FILE, 15),
    Check(
        "status is 200",
        "browse",
        "recommend",
        3981,
        87,
        (
            CheckSample(
                126.31,
                "status is 503, expected 200",
                'POST pizza.test:3333/api/pizza {"maxCaloriesPerSlice": 500, "token": ***}',
                "503 (text/html, 1.2 kB, 12.4ms) <h1>no ovens</h1> ::error::<script>",
            ),
            CheckSample(
                127.9,
                "no reply: request timed out",
                "POST pizza.test:3333/api/pizza",
                "no reply: request timed out",
            ),
        ),
        FILE,
        23,
    ),
    Check(
        "duration below 1s",
        "browse",
        "recommend",
        3989,
        79,
        (CheckSample(125.02, "took 1.31s"), CheckSample(125.4, "took 1.02s"), CheckSample(126.0, "took 2s")),
        FILE,
        24,
    ),
    Check("not a hawaiian", "browse", "recommend", 4068, 0, (), FILE, 25),
    Check("status is 2xx", "health", "GET /ready", 2394, 0, (), FILE, 44),
)

PHASES = (
    Phase("browse", "ramp-up", 0.0, 60.0, 0.0, 50.0, "VUs"),
    Phase("browse", "hold", 60.0, 180.0, 50.0, 50.0, "VUs"),
    Phase("browse", "ramp-down", 180.0, 210.0, 50.0, 0.0, "VUs"),
    Phase("health", "hold", 0.0, 120.0, 20.0, 20.0, "iterations/s"),
)
