"""The peers that run a script of the user, as planrunner runs a plan: Locust and k6."""

from __future__ import annotations

import json
from math import ceil
from typing import Any

import msgspec

from benchmarks.load import CONSTANT, CUSTOMERS, Load, Told, Tool
from benchmarks.locust import LOCUST_PROGRAM
from benchmarks.numbers import counted
from benchmarks.processes import BadRunError, Ran

LOCUSTFILE = """\
import random

from locust import FastHttpUser, {waits}, task

DELAYS = {delays}
CUSTOMERS = {customers}


class Visitor(FastHttpUser):
    insecure = True
    wait_time = {wait}

    @task
    def visit(self):
        path = f"/{{random.choice(DELAYS)}}" if DELAYS else "{path}"
        with {request} as reply:
            {check}
"""

CHECK = """if reply.status_code != 200 or reply.json()["name"] != "nginx":
                reply.failure("not what was expected")"""

SCRIPT = """\
import http from 'k6/http';
import {{ check, sleep }} from 'k6';

const DELAYS = {delays};
const CUSTOMERS = {customers};
const SENT = {{ headers: {{ 'Content-Type': 'application/json' }} }};

export const options = {{
  scenarios: {{ default: {scenario} }},
  insecureSkipTLSVerify: true,
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'],
}};

export default function () {{
  const path = DELAYS.length ? '/' + DELAYS[Math.floor(Math.random() * DELAYS.length)] : '{path}';
  const reply = {request};
  {check}
  {pace}
}}
"""


def locust(load: Load) -> list[str]:
    """Write a locustfile; the time of the run includes the ramp."""
    file = load.folder / "locustfile.py"
    file.write_text(locustfile(load), "utf-8")
    spawn = ceil(load.vus / load.ramp) if load.ramp else load.vus
    made = [str(LOCUST_PROGRAM), "-f", str(file), "--headless", "--host", load.origin, "--json", "--skip-log"]
    return [*made, "-u", str(load.vus), "-r", str(spawn), "-t", f"{load.seconds + load.ramp}s"]


def locustfile(load: Load) -> str:
    """Write what a user of Locust would; a check asks what planrunner's checks ask."""
    wait, waits = "constant(0)", "constant"
    if load.rate:
        wait, waits = f"constant_throughput({load.rate / load.vus:g})", "constant_throughput"
    elif load.pace:
        wait, waits = f"constant_pacing({load.pace})", "constant_pacing"
    request = 'self.client.get(path, name="all", catch_response=True)'
    if load.body != "none":
        body = json.loads(CONSTANT)
        customer = "random.choice(CUSTOMERS)" if load.body == "row" else repr(body.pop("customer"))
        written = ", ".join(f"{key!r}: {value!r}" for key, value in body.items() if key != "customer")
        request = f'self.client.post(path, json={{{written}, "customer": {customer}}}, catch_response=True)'
    return LOCUSTFILE.format(
        waits=waits,
        wait=wait,
        path=load.path,
        request=request,
        check=CHECK if load.checks else "pass",
        delays=list(load.delays),
        customers=list(CUSTOMERS),
    )


def locust_told(ran: Ran, _: Load) -> Told:
    """Read the JSON on stdout: its times are milliseconds, each with how often it was seen."""
    found = [each for each in json.loads(ran.output) if each["num_requests"]]
    if not found:
        raise BadRunError("it sent nothing")
    one = found[0]
    if one["num_failures"]:
        raise BadRunError(f"{one['num_failures']} of its requests failed")
    seconds = one["last_request_timestamp"] - one["start_time"]
    times = {float(value) / 1000: count for value, count in one["response_times"].items()}
    return Told(one["num_requests"] / seconds, counted(times))


def k6(load: Load) -> list[str]:
    file = load.folder / "script.js"
    file.write_text(script(load), "utf-8")
    export = f"--summary-export={load.folder / 'k6.json'}"
    return ["k6", "run", "--quiet", "--no-usage-report", export, str(file)]


def script(load: Load) -> str:
    """Write what a user of k6 would."""
    body = json.dumps(CONSTANT)
    if load.body == "row":
        row = "CUSTOMERS[__ITER % CUSTOMERS.length]"
        body = f"JSON.stringify(Object.assign({CONSTANT}, {{ customer: {row} }}))"
    where = f"'{load.origin}' + path"
    check = "check(reply, { status: (r) => r.status === 200, name: (r) => r.json('name') === 'nginx' });"
    return SCRIPT.format(
        scenario=json.dumps(executor(load)),
        path=load.path,
        request=f"http.get({where})" if load.body == "none" else f"http.post({where}, {body}, SENT)",
        check=check if load.checks else "",
        pace=f"sleep({load.pace});" if load.pace else "",
        delays=list(load.delays),
        customers=json.dumps(CUSTOMERS),
    )


def executor(load: Load) -> dict[str, Any]:
    """Choose k6's executor for a load."""
    lasting = f"{load.seconds}s"
    if load.rate:
        made = {"executor": "constant-arrival-rate", "rate": load.rate, "timeUnit": "1s", "duration": lasting}
        return {**made, "preAllocatedVUs": load.vus, "maxVUs": load.vus}
    if load.ramp:
        stages = [
            {"duration": f"{load.ramp}s", "target": load.vus},
            {"duration": lasting, "target": load.vus},
        ]
        return {"executor": "ramping-vus", "startVUs": 0, "stages": stages, "gracefulStop": "0s"}
    return {"executor": "constant-vus", "vus": load.vus, "duration": lasting}


def k6_told(_: Ran, load: Load) -> Told:
    """Read the summary export, whose times are milliseconds."""
    try:
        found = msgspec.json.decode((load.folder / "k6.json").read_bytes())["metrics"]
    except (OSError, msgspec.DecodeError) as error:
        raise BadRunError(f"its summary cannot be read: {error}") from None
    if found["http_req_failed"]["passes"] or found.get("checks", {}).get("fails"):
        raise BadRunError("not all of its requests and checks went well")
    time = found["http_req_duration"]
    latency = {50: time["med"] / 1000} | {at: time[f"p({at})"] / 1000 for at in (90, 95, 99)}
    dropped = found.get("dropped_iterations", {}).get("count", 0)
    return Told(found["http_reqs"]["rate"], latency, {"dropped": dropped})


LOCUST = Tool(
    str(LOCUST_PROGRAM),
    locust,
    locust_told,
    frozenset({"body", "row", "checks", "rate", "delays", "pace", "ramp"}),
    accepted=(0, 1),  # 1: some requests failed, which its numbers tell better
)
K6 = Tool("k6", k6, k6_told, frozenset({"body", "row", "checks", "rate", "delays", "pace", "ramp"}))
