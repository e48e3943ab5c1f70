"""What a tester sees in an editor: yaml-language-server is asked as VS Code, Neovim and others ask it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import PROPERTY, Server, running
from npm import modules
from published import DEFINITIONS, PLAN

from planrunner.cli.main import outcome
from planrunner.plan.steps import ACTIONS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PLANS = sorted((ROOT / "plans").rglob("*.yml"))
MODELINE = "# yaml-language-server: $schema=plan.schema.json\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the server for a folder with the schema, as `planrunner schema > plan.schema.json` leaves it."""
    program = modules(Path(__file__).parent) / ".bin" / "yaml-language-server"
    folder = tmp_path_factory.mktemp("edited")
    schema = ROOT / "schemas" / "plan.schema.json"
    (folder / "plan.schema.json").write_text(schema.read_text("utf-8"), "utf-8")
    with running(program, folder) as server:
        yield server


def offered(server: Server, name: str, text: str) -> list[str]:
    """Return the keys that are offered where `|` stands."""
    before, _, after = (MODELINE + text).partition("|")
    uri = server.open(name, before + after)
    line = before.count("\n")
    found = server.at("completion", uri, line, len(before) - before.rfind("\n") - 1)
    return [item["label"] for item in found["items"] if item["kind"] == PROPERTY]


def explained(server: Server, name: str, text: str, word: str) -> str:
    """Return what is shown when the mouse is over a word."""
    uri = server.open(name, MODELINE + text)
    before = (MODELINE + text).partition(word)[0]
    found = server.at("hover", uri, before.count("\n"), len(before) - before.rfind("\n"))
    return str(found["contents"]["value"])


def test_a_load_is_offered_its_keys_and_nothing_else(server: Server) -> None:
    offers = offered(server, "load.yml", "name: x\nload:\n  |")
    assert sorted(offers) == sorted(DEFINITIONS["load"]["properties"])


def test_keys_that_are_there_are_not_offered_again(server: Server) -> None:
    offers = offered(server, "more.yml", "name: x\nload:\n  vus: 10\n  |")
    assert sorted(offers) == sorted(DEFINITIONS["load"]["properties"].keys() - {"vus"})


def test_a_plan_is_offered_its_keys(server: Server) -> None:
    assert sorted(offered(server, "plan.yml", "name: x\n|")) == sorted(PLAN["properties"].keys() - {"name"})


def test_a_step_is_offered_everything_that_a_step_can_do(server: Server) -> None:
    offers = offered(server, "step.yml", "name: x\nsteps:\n  - |")
    assert ACTIONS.keys() - set(offers) == set()


def test_the_load_of_a_profile_is_offered_the_same_keys(server: Server) -> None:
    offers = offered(server, "profile.yml", "name: x\nprofiles:\n  smoke:\n    load:\n      |")
    assert sorted(offers) == sorted(DEFINITIONS["load"]["properties"])


def test_an_endpoint_of_a_profile_is_offered_the_keys_of_endpoints(server: Server) -> None:
    text = "name: x\nprofiles:\n  smoke:\n    endpoints:\n      login:\n        |"
    assert sorted(offered(server, "changed.yml", text)) == sorted(DEFINITIONS["endpoint"]["properties"])


def test_a_key_is_explained(server: Server) -> None:
    told = explained(server, "hover.yml", "name: x\nload:\n  vus: 10\n", "vus")
    assert "How many virtual users run at the same time." in told


def test_an_explanation_shows_an_example(server: Server) -> None:
    told = explained(server, "example.yml", "name: x\ndata:\n  a: {rows: [1]}\n", "data")
    assert "wishes: {rows: [thin crust, extra cheese], pick: random}" in told


def test_a_key_of_a_profile_is_explained_as_elsewhere(server: Server) -> None:
    told = explained(
        server, "deep.yml", "name: x\nprofiles:\n  a:\n    http:\n      timeout: 5s\n", "timeout"
    )
    assert "How long a request may take before it is given up" in told


WRONG = [
    "load: {vus: 1}\nsteps: [{get: /}]\n",
    "name: x\nload:\n  vus: many\n  duration: 30\nsteps:\n  - get: /\n",
    "name: x\nsteps:\n  - gt: /\n  - get: /\n    check: []\n  - think: long\n",
    "name: x\nsteps:\n  - get: /\n    checks:\n      - status: 99\n      - size: 3s\n      - json: a\n",
    "name: x\nsteps:\n  - post: /\n    auth:\n      basic: {username: a}\n    cookies:\n      a b: c\n",
    "name: x\nsteps:\n  - post: /\n    multipart:\n      a:\n        path: x\n    max_redirects: -1\n",
    "name: x\nsteps:\n  - repeat: often\n    steps: []\n  - stop: all\n",
    "name: x\nuse: common.yml\nmetrics:\n  a: {type: timer}\nsteps:\n  - get: /\n",
    "name: x\ndata:\n  a:\n    rows: [1]\n    pick: any\nsteps:\n  - get: /\nsetup_timeout: 3\n",
    "name: x\nsteps:\n  - get: /\nprofiles:\n  a:\n    http:\n      timeout: 3\n    load:\n      users: 1\n",
    "name: x\nsteps:\n  - get: /\nthresholds:\n  http_reqs:\n    - abort_on_fail: true\n",
    "name: x\nscenarios:\n  my scenario:\n    steps:\n      - get: /\n",
]
"""Mistakes of the kind that a schema can know; of a missing key, editors underline the key of its mapping."""


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_an_editor_underlines_the_lines_that_validate_names(
    number: int, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.yml"
    plan.write_text(MODELINE + WRONG[number])
    assert outcome(["validate", str(plan)]) == 104
    complaints = capsys.readouterr().err
    told = {int(line) for line in re.findall(rf"^{re.escape(str(plan))}:(\d+):", complaints, re.MULTILINE)}
    uri = server.open(f"wrong{number}.yml", MODELINE + WRONG[number])
    assert {found["range"]["start"]["line"] + 1 for found in server.wrong(uri)} == told


RIGHT = """name: x
use: [parts/login.yml]
data: {customers: {rows: [{name: Ada}], pick: per_vu}}
flows: {look: [{get: /}]}
scenarios:
  browse:
    load: {stages: [{duration: 1m, target: 100/s}], max_vus: 5}
    steps:
      - flow: look
      - get: /
        headers: {Accept: null}
        expected_status: [200-299, 404]
        checks: [{status: 2xx, required: true}, {header: {Content-Type: {contains: json}}}]
      - think: 1s-5s
        if: ${vu.id == 1}
profiles: {smoke: {load: {vus: 1, duration: 30s}, scenarios: {browse: {tags: null}}, http: null}}
"""


def test_an_editor_finds_nothing_wrong_with_what_is_right(server: Server) -> None:
    assert server.wrong(server.open("right.yml", MODELINE + RIGHT)) == []


def test_an_editor_finds_nothing_wrong_with_the_plans_of_this_repository(server: Server) -> None:
    kinds = {str(plan): "fragment" if plan.parent.name == "parts" else "plan" for plan in PLANS}
    for plan, kind in kinds.items():
        schema = (ROOT / "schemas" / f"{kind}.schema.json").as_uri()
        text = "\n".join(Path(plan).read_text("utf-8").splitlines()[1:])  # without a schema of its own
        server.open(plan, f"# yaml-language-server: $schema={schema}\n{text}\n")
    wrong = {plan: server.wrong(Path(plan).as_uri()) for plan in kinds}
    assert {plan: found for plan, found in wrong.items() if found} == {}
