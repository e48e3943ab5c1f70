"""Pages say what the code says: those that are generated, and the tables that are not."""

import json
import re
import runpy
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from documents import ROOT, Block, blocks, prose

from planrunner.checks.matchers import MATCHERS
from planrunner.errors import Exit, Problems
from planrunner.metrics.series import METRICS, TAGS
from planrunner.metrics.threshold.rule import AGGREGATES
from planrunner.pacing.choice import EXECUTORS
from planrunner.plan.checks import KINDS
from planrunner.plan.load import load
from planrunner.plan.schema import document
from planrunner.plan.steps import ACTIONS
from planrunner.values.functions import FUNCTIONS
from planrunner.values.names import RUNTIME

GENERATOR = runpy.run_path(str(ROOT / "docs" / "generate.py"))
MADE: dict[Path, str] = GENERATOR["pages"]()
PLACES: Mapping[str, tuple[str, ...]] = GENERATOR["places"](document())
HOW_TO = ROOT / "docs" / "how-to"
PARTS = [
    block for block in blocks(ROOT / "docs" / "reference" / "plan.md", "yaml") if "not a plan" in block.marks
]
VALUES = [
    (name, example)
    for name, node in document()["definitions"].items()
    if name in PLACES
    for example in node.get("examples", ())
]

STEPS = "steps: [{get: /}]"
BESIDE: Mapping[str, Mapping[str, str]] = {
    "text": {"file": "template: chat.j2"},
    "steps": {
        "as": f"for_each: [1]\n{STEPS}",
        "else": f"if: ${{status == 200}}\n{STEPS}",
        "every": f"until: ${{status == 200}}\nmax: 3\n{STEPS}",
        "for_each": f"as: item\n{STEPS}",
        **dict.fromkeys(("group", "if", "repeat"), STEPS),
        "max": f"until: ${{status == 200}}\n{STEPS}",
        "steps": "repeat: 3",
        "template": "get: /\nbody_file: order.xml",
        **dict.fromkeys(("while", "until"), f"max: 3\n{STEPS}"),
    },
    "data": {
        **dict.fromkeys(("at", "delimiter", "encoding"), "file: data/customers.csv"),
        **dict.fromkeys(("pick", "at_end", "secret"), "rows: [{password: x}]"),
    },
    "multipart": dict.fromkeys(("type", "filename"), "file: menu.png"),
    "choose": {"weight": STEPS},
    "stages": {"duration": "target: 1", "target": "duration: 1m"},
    "save": {"attribute": "html: a"},
    "metrics": {"unit": "type: trend"},
}
"""What must stand beside a key that stands alone in an example, by what the mapping around it belongs to."""

REST = {
    "target": "target: demo",
    "endpoints": "endpoints: {login: {get: /}, recommend: {get: /}}",
    "flows": "flows: {look_around: [{get: /}]}",
    "metrics": "metrics: {ingredients: {type: trend}}",
}
"""What examples refer to."""

FILES = {
    "common/login.yml": "endpoints: {sign_in: {post: /api/users/token/login}}",
    "common/profiles.yml": "profiles: {small: {load: {vus: 1}}}",
}


def column(page: Path, head: str) -> str:
    """Return the first cells of the table whose first head is this, one a line."""
    _, _, rows = page.read_text().partition(f"\n| {head} |")
    table = rows.partition("\n\n")[0].splitlines()[2:]
    return "\n".join(row.split(" | ")[0] for row in table)


def names(text: str) -> set[str]:
    """Return what stands in backticks, calls without their arguments."""
    return {name.partition("(")[0] for name in re.findall(r"`([^`]+)`", text)}


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.name)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    assert page.read_text() == MADE[page], "run: python docs/generate.py"


def complaints(text: str, folder: Path) -> list[str]:
    """Load a plan with the product's own loader, and return what that says."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    problems = Problems()
    load(text.encode(), str(folder / "plan.yml"), problems)
    return [f"{problem.message}: {problem.hint}" for problem in problems if not problem.warning]


def whole(way: Sequence[str], text: str) -> str:
    """Make a plan of what stands somewhere in it: `steps - checks -` leads to one of a step's checks."""
    text = completed(way, text)
    for number in range(len(way) - 1, -1, -1):
        below = textwrap.indent(text, "  ")
        text = f"- {below.lstrip()}" if way[number] == "-" else f"{way[number].strip('<>')}:\n{below}"
        text = completed(way[:number], text)
    if not re.search(r"^(steps|scenarios):", text, re.MULTILINE):
        text = f"{text}\n{STEPS}"
    rest = [line for key, line in REST.items() if not re.search(rf"^{key}:", text, re.MULTILINE)]
    return "\n".join(["name: Part", *rest, text]) + "\n"


def completed(way: Sequence[str], text: str) -> str:
    """Add what a mapping needs beside its only key; a step without an action gets a request."""
    owner = next((part for part in reversed(way) if part != "-" and not part.startswith("<")), "")
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    if not keys or way[-1:] == (owner,):
        return text
    more = BESIDE.get(owner, {}).get(keys[0], "") if len(keys) == 1 else ""
    if owner in ("steps", "preflight") and not more and not ACTIONS.keys() & keys:
        more = "get: /"
    return f"{text.rstrip()}\n{more}\n" if more else text


@pytest.mark.parametrize("block", PARTS, ids=str)
def test_every_example_of_the_plan_reference_can_be_loaded(block: Block, tmp_path: Path) -> None:
    mark = block.marks["not a plan"]
    if mark.startswith("a file"):
        (tmp_path / "part.yml").write_text(block.text)
        assert complaints(f"name: Whole\nuse: [part.yml]\n{STEPS}\n", tmp_path) == []
    else:
        way = tuple(mark.removeprefix("below ").split()) if mark.startswith("below ") else ()
        assert complaints(whole(way, block.text), tmp_path) == []


@pytest.mark.parametrize(("name", "example"), VALUES, ids=lambda value: str(value)[:30])
def test_every_example_of_the_schema_can_be_loaded(name: str, example: object, tmp_path: Path) -> None:
    *way, key = PLACES[name]
    value = json.dumps(example)
    assert (
        complaints(whole(way, f"- {value}" if key == "-" else f"{key.strip('<>')}: {value}"), tmp_path) == []
    )


def test_every_example_of_the_schema_is_on_the_page() -> None:
    page = (ROOT / "docs" / "reference" / "plan.md").read_text()
    missing = [
        name
        for name, example in VALUES
        if GENERATOR["_inline"](example) not in page
        and GENERATOR["_block"](example, PLACES[name]) not in page
    ]
    assert missing == []


def test_every_function_is_documented() -> None:
    assert names(column(HOW_TO / "variables-and-expressions.md", "function")) == FUNCTIONS.keys()


def test_every_name_of_the_run_is_documented() -> None:
    told = names(column(HOW_TO / "variables-and-expressions.md", "name"))
    assert told == {*RUNTIME, "headers"}


def test_every_check_is_documented() -> None:
    assert names(column(HOW_TO / "requests-and-checks.md", "check")) == KINDS.keys()


def test_every_matcher_is_documented() -> None:
    assert names(column(HOW_TO / "requests-and-checks.md", "matcher")) == MATCHERS.keys()


def test_every_executor_is_documented() -> None:
    page = (HOW_TO / "load.md").read_text()
    assert {name for name in EXECUTORS if f"| `{name}` |" in page} == EXECUTORS.keys()


def test_every_metric_can_be_found_on_the_page_of_thresholds() -> None:
    page = names(prose(HOW_TO / "thresholds.md"))
    assert METRICS.keys() <= page


def test_every_aggregate_is_documented() -> None:
    page = names(prose(HOW_TO / "thresholds.md"))
    wanted = {name.partition("(")[0] for group in AGGREGATES.values() for name in group}
    assert wanted <= page


def test_every_tag_that_this_version_sets_is_documented() -> None:
    assert names(column(HOW_TO / "thresholds.md", "tag")) == {*TAGS}


def test_every_exit_code_is_documented() -> None:
    told = column(HOW_TO / "reports-and-ci.md", "code")
    assert [int(code) for code in re.findall(r"\d+", told)] == sorted(Exit)
