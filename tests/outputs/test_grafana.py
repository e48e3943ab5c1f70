"""The dashboard that comes with planrunner, and those that k6's users have: all that they ask is answered."""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dashboards import BOTH, HISTOGRAMS, NUMBERS
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from prometheus import Server, prometheus

from planrunner.cli.main import outcome

EXAMPLE = Path(__file__).parents[2] / "examples" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((EXAMPLE / "dashboards" / "planrunner.json").read_text())
PLAN = """name: Pizza
target: demo
load: {rate: 30/s, duration: 4s}
steps:
  - get: /api/quotes
    checks: [{status: 200}]
  - get: /nowhere
thresholds:
  http_req_duration: p(95) < 5s
  http_req_failed: rate < 1%
"""


def expressions() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (one["expr"] for one in DASHBOARD["annotations"]["list"])


def filled(expression: str) -> str:
    """Put in what Grafana puts in."""
    known = {"$__rate_interval": "20s", "$testid": ".*", "$quantile_stat": "p95", "$quantile": "0.95"}
    for name, value in known.items():
        expression = expression.replace(name, value)
    assert "$" not in expression
    return expression


def unanswered(server: Server, asked: Iterator[str] | tuple[str, ...]) -> list[str]:
    """Return the expressions that have no data from the beginning of the run to a little after it."""
    now = time.time()
    return [one for one in asked if not server.over(filled(one), now - 15, now + 15)]


def ran(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, **environ: str) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PLANRUNNER_PROMETHEUS_PUSH_INTERVAL", "1s")
    for name, text in environ.items():
        monkeypatch.setenv(name, text)
    Path("plan.yml").write_text(PLAN)
    assert outcome(["run", "plan.yml", "--out", f"prometheus={server.write}", "--quiet"]) == 99


@pytest.mark.slow
@pytest.mark.server("prometheus")
def test_dashboards_are_answered_with_statistics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with prometheus(tmp_path) as server:
        statistics = "med,min,max,p(95),p(99)"
        ran(server, tmp_path, monkeypatch, K6_PROMETHEUS_RW_TREND_STATS=statistics)
        assert unanswered(server, (*expressions(), *BOTH, *NUMBERS)) == []
        assert server.get("/api/v1/label/testid/values") != []


@pytest.mark.slow
@pytest.mark.server("prometheus")
def test_dashboards_are_answered_with_native_histograms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with prometheus(tmp_path, "--enable-feature=native-histograms") as server:
        ran(server, tmp_path, monkeypatch, K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM="true")
        assert unanswered(server, (*expressions(), *BOTH, *HISTOGRAMS)) == []


def test_the_dashboard_is_as_its_script_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(EXAMPLE), *sys.path])
    import dashboard

    assert dashboard.dashboard() == DASHBOARD


def unknown(said: Any, read: Any, path: str = "") -> Iterator[str]:
    """Find what Grafana's models do not have, or have otherwise."""
    if isinstance(said, dict) and isinstance(read, dict):
        for name, child in said.items():
            where = f"{path}/{name}"
            yield from unknown(child, read[name], where) if name in read else (where,)
    elif isinstance(said, list) and isinstance(read, list) and len(said) == len(read):
        for number, pair in enumerate(zip(said, read, strict=True)):
            yield from unknown(*pair, f"{path}/{number}")
    elif said != read:
        yield path


def test_the_dashboard_is_what_grafanas_own_models_know() -> None:
    register_default_plugins()
    read = json.loads(JSONEncoder().encode(Dashboard.from_json(DASHBOARD)))
    fields = {re.sub(r"/\d+", "", where) for where in unknown(DASHBOARD, read)}
    # What Prometheus alone has of annotations, and what the page of a variable shows: not in the models.
    beside = {"annotations/list/step", "annotations/list/titleFormat", "templating/list/definition"}
    assert {where.lstrip("/") for where in fields} == beside


def test_panels_stand_beside_each_other_and_have_numbers_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        rows, columns = range(place["y"], place["y"] + place["h"]), range(place["x"], place["x"] + place["w"])
        cells = {(row, column) for row in rows for column in columns}
        assert not cells & taken
        taken |= cells
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)


def sources(node: Any) -> Iterator[str]:
    """Find the data sources that a dashboard names."""
    for name, child in (
        node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ())
    ):
        if name == "datasource":
            yield child["uid"]
        yield from sources(child)


def test_no_data_source_has_to_be_chosen_by_hand() -> None:
    provisioned = yaml.safe_load((EXAMPLE / "provisioning" / "datasources" / "planrunner.yml").read_text())
    assert set(sources(DASHBOARD)) <= {one["uid"] for one in provisioned["datasources"]}
    assert "__inputs" not in DASHBOARD


def test_every_secret_comes_from_the_environment() -> None:
    compose = yaml.safe_load((EXAMPLE / "compose.yml").read_text())
    secret = re.compile("PASSWORD|TOKEN")
    found = [
        value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if secret.search(name)
    ]
    assert len(found) == 4
    assert all(re.fullmatch(r"\$\{\w+:\?.+\}", value) for value in found)


def test_ports_are_open_on_this_machine_alone_and_files_are_there() -> None:
    compose = yaml.safe_load((EXAMPLE / "compose.yml").read_text())
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        local = [volume.split(":")[0] for volume in service["volumes"] if volume.startswith("./")]
        assert all((EXAMPLE / name).is_dir() for name in local)
