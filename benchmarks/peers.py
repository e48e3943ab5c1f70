"""The load generators that are programs of their own: wrk, hey, oha and vegeta."""

from __future__ import annotations

import json
import re
import shlex

from benchmarks.load import CONSTANT, Load, Told, Tool
from benchmarks.processes import BadRunError, Ran

LUA = f"""\
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{CONSTANT}'
"""

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


def wrk(load: Load) -> list[str]:
    made = ["wrk", "-t1", f"-c{load.vus}", f"-d{load.seconds}s", "--latency"]
    if load.body != "none":
        script = load.folder / "post.lua"
        script.write_text(LUA, "utf-8")
        made += ["-s", str(script)]
    return [*made, load.url]


def wrk_told(ran: Ran, _: Load) -> Told:
    """Read `Requests/sec:` and the latency distribution."""
    bad = re.search(r"(Non-2xx or 3xx responses|Socket errors): .*", ran.output)
    if bad:
        raise BadRunError(bad[0])
    lines = re.findall(r"^ +(\d\d)% +([\d.]+)(us|ms|s|m)$", ran.output, re.MULTILINE)
    latency = {int(percent): float(value) * UNITS[unit] for percent, value, unit in lines}
    return Told(number(r"^Requests/sec: +([\d.]+)$", ran.output), latency)


def hey(load: Load) -> list[str]:
    made = ["hey", "-cpus", "1", "-c", str(load.vus), "-z", f"{load.seconds}s"]
    if load.rate:
        made += ["-q", f"{load.rate / load.vus:g}"]
    if load.pace:
        made += ["-q", f"{1 / load.pace:g}"]
    if load.body != "none":
        made += ["-m", "POST", "-T", "application/json", "-d", CONSTANT]
    return [*made, load.url]


def hey_told(ran: Ran, _: Load) -> Told:
    """Read `Requests/sec:`, which counts failures too, and the latency distribution."""
    if "Error distribution:" in ran.output or re.search(r"^ +\[[^2]\d\d\]\t", ran.output, re.MULTILINE):
        raise BadRunError("not all of its requests were answered with 2xx")
    lines = re.findall(r"^ +(\d\d)% in ([\d.]+) secs$", ran.output, re.MULTILINE)
    latency = {int(percent): float(value) for percent, value in lines}
    return Told(number(r"^ +Requests/sec:\t([\d.]+)$", ran.output), latency)


def oha(load: Load) -> list[str]:
    made = ["oha", "--no-tui", "--insecure", "-c", str(load.vus), "-z", f"{load.seconds}s"]
    if load.rate:
        made += ["-q", str(load.rate), "--latency-correction"]
    if load.body != "none":
        made += ["-m", "POST", "-T", "application/json", "-d", CONSTANT]
    return [*made, load.url]


def oha_told(ran: Ran, _: Load) -> Told:
    """Read `Requests/sec:` and the distribution; what the end of the run cut off is no error."""
    failed = re.findall(
        r"^ +\[\d+\] (?!aborted due to deadline)(.+)$", _part("Error", ran.output), re.MULTILINE
    )
    if failed or re.search(r"^ +\[[^2]\d\d\] ", _part("Status code", ran.output), re.MULTILINE):
        raise BadRunError(f"not all of its requests were answered with 2xx: {', '.join(failed)}")
    lines = re.findall(r"^ +(\d\d)(?:\.00)?% in ([\d.]+) (us|ms|s|m)(?:ecs?)?$", ran.output, re.MULTILINE)
    latency = {int(percent): float(value) * UNITS[unit] for percent, value, unit in lines}
    return Told(number(r"^ +Requests/sec:\s+([\d.]+)$", ran.output), latency)


def _part(title: str, output: str) -> str:
    """Return the lines under a title of oha's, up to the next empty line."""
    return output.partition(f"{title} distribution:\n")[2].partition("\n\n")[0]


def vegeta(load: Load) -> list[str]:
    """Pipe an attack into its report; as many workers as VUs, without a rate as fast as they can."""
    target: dict[str, object] = {"method": "GET", "url": load.url}
    if load.body != "none":
        body = load.folder / "body.json"
        body.write_text(CONSTANT, "utf-8")
        target = {"method": "POST", "url": load.url, "header": {"Content-Type": ["application/json"]}}
    file = load.folder / "vegeta.json"
    file.write_text(json.dumps(target), "utf-8")
    attack = f"vegeta -cpus=1 attack -format=json -insecure -targets={shlex.quote(str(file))}"
    attack += f" -duration={load.seconds}s -rate={load.rate} -workers={load.vus} -max-workers={load.vus}"
    attack += f" -connections={load.vus}"
    if load.body != "none":
        attack += f" -body={shlex.quote(str(body))}"
    return ["sh", "-c", f"{attack} | vegeta report -type=json"]


def vegeta_told(ran: Ran, _: Load) -> Told:
    """Read the report, whose times are nanoseconds."""
    report = json.loads(ran.output)
    if report["success"] < 1:
        raise BadRunError(f"not all of its requests were answered with 2xx: {report['errors'][:1]}")
    latency = {percent: report["latencies"][f"{percent}th"] / 1e9 for percent in (50, 90, 95, 99)}
    return Told(report["throughput"], latency)


def h2load(load: Load) -> list[str]:
    """One connection for each VU, one request at a time on it."""
    return ["h2load", "-t1", f"-c{load.vus}", "-m1", f"-D{load.seconds}", load.url]


def h2load_told(ran: Ran, _: Load) -> Told:
    """Read how much was finished; it tells no percentiles."""
    if not re.search(r", 0 failed, 0 errored, 0 timeout$", ran.output, re.MULTILINE):
        raise BadRunError("not all of its requests were answered")
    return Told(number(r"^finished in [\d.]+s, ([\d.]+) req/s", ran.output))


def s_time(load: Load) -> list[str]:
    """Connect, ask for a page, close, again and again; one after the other, whatever the VUs."""
    address, _, path = load.url.removeprefix("https://").partition("/")
    return ["openssl", "s_time", "-connect", address, "-new", "-www", f"/{path}", "-time", str(load.seconds)]


def s_time_told(ran: Ran, _: Load) -> Told:
    """Read how many there were; its own clock counts whole seconds, so ours is taken."""
    return Told(number(r"^(\d+) connections in \d+ real seconds", ran.output) / ran.seconds)


def number(pattern: str, output: str) -> float:
    """Find a number in what a tool printed."""
    found = re.search(pattern, output, re.MULTILINE)
    if not found:
        raise BadRunError("its output tells no rate")
    return float(found[1])


H2LOAD = Tool("h2load", h2load, h2load_told, frozenset({"http2"}))
S_TIME = Tool("openssl", s_time, s_time_told, frozenset({"fresh"}))
WRK = Tool("wrk", wrk, wrk_told, frozenset({"body"}))
HEY = Tool("hey", hey, hey_told, frozenset({"body", "rate", "pace"}))
OHA = Tool("oha", oha, oha_told, frozenset({"body", "rate"}))
VEGETA = Tool("vegeta", vegeta, vegeta_told, frozenset({"body", "rate"}))
