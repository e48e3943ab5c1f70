"""The schema is a product: editors read it too, and the rest of the code has to agree with it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from reading import plan_of, wrong

from planrunner import units
from planrunner.checks import CHECKS
from planrunner.checks.matchers import MATCHERS
from planrunner.errors import Problems
from planrunner.plan.checks import KINDS
from planrunner.plan.node import plain
from planrunner.plan.requests import ASKED, DEFAULTS, METHODS, OWN
from planrunner.plan.scenarios import SHORT_FORM
from planrunner.plan.schema import document
from planrunner.plan.source import read
from planrunner.plan.steps import KNOWN
from planrunner.plan.use import LAYERED, NAMED

SCHEMA = document()
DEFINITIONS = SCHEMA["definitions"]
GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "plan").glob("*.yml"))
PARTS = {"items", "additionalProperties", "propertyNames", "then", "else"}  # `if` asks, nobody writes it
NAMED_BY_CODE = {"fragment"}  # what `use` reads
FROM_LATER_DRAFTS = {
    "$defs",
    "unevaluatedProperties",
    "dependentRequired",
    "prefixItems",
    "minContains",
    "$anchor",
}


def nodes(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Find everything in a schema that describes a value."""
    yield path, schema
    for key in {"properties", "definitions"} & schema.keys():
        for name, part in schema[key].items():
            yield from nodes(part, f"{path}/{name}")
    for key in PARTS & schema.keys():
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key], f"{path}/{key}")


NODES = dict(nodes(SCHEMA))


def test_the_schema_is_valid_draft_07() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_no_keyword_is_from_a_later_draft() -> None:
    assert {key for node in NODES.values() for key in node} & FROM_LATER_DRAFTS == set()


def refers(node: dict[str, Any]) -> bool:
    """Say whether a node is only a reference, or one beside null."""
    return set(node) == {"$ref"} or (set(node) == {"if", "else"} and node["if"] == {"type": "null"})


@pytest.mark.parametrize("key", ["title", "description"])
def test_every_value_is_explained_to_testers(key: str) -> None:
    silent = [path for path, node in NODES.items() if not node.get(key) and not refers(node)]
    assert silent == []


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(SCHEMA)))
    assert used | NAMED_BY_CODE == set(DEFINITIONS)


def test_every_mapping_with_fixed_keys_refuses_others() -> None:
    open_ended = [
        path for path, n in NODES.items() if "properties" in n and n.get("additionalProperties") is not False
    ]
    assert open_ended == ["/variable/then"]


def test_every_default_and_example_is_right() -> None:
    resolver = {"definitions": DEFINITIONS}
    wrong = [
        f"{path}: {example}"
        for path, node in NODES.items()
        for example in [*node.get("examples", []), *([node["default"]] if "default" in node else [])]
        if not Draft7Validator({**resolver, "allOf": [without_siblings(node)]}).is_valid(example)
    ]
    assert wrong == []


def without_siblings(node: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": node["$ref"]} if "$ref" in node else node


def misfits(validator: Any, schema: dict[str, Any], value: object) -> list[str]:
    return sorted(str(list(error.absolute_path)) for error in validator(schema).iter_errors(value))


@pytest.mark.slow
def test_newer_drafts_judge_alike() -> None:
    newer = {**SCHEMA, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    nodes = [read(plan.read_bytes(), plan.name, Problems()) for plan in GOLDEN]
    values = [plain(node) for node in nodes if node]
    assert [misfits(Draft202012Validator, newer, value) for value in values] == [
        misfits(Draft7Validator, SCHEMA, value) for value in values
    ]


TEXTS = st.one_of(
    st.from_regex(DEFINITIONS["duration"]["pattern"].split("|\\$")[0].replace("(?!\\n)", ""), fullmatch=True),
    st.from_regex(DEFINITIONS["rate"]["pattern"].split("|\\$")[0].replace("(?!\\n)", ""), fullmatch=True),
    st.text("0123456789.hms/µud ", max_size=8),
)


def accepts(reader: Any, text: str) -> bool:
    try:
        reader(text)
    except ValueError:
        return False
    return True


@pytest.mark.slow
@given(TEXTS)
def test_units_and_schema_accept_the_same_texts(text: str) -> None:
    for name, reader in (("duration", units.duration), ("rate", units.rate)):
        assert bool(re.search(DEFINITIONS[name]["pattern"], text)) == accepts(reader, text)


@pytest.mark.parametrize(
    "text", ["200", "2xx", "200-299", "20", "2x", "200-", "600-700", "abc", "2XX", "200\n"]
)
def test_status_patterns_accept_what_units_read(text: str) -> None:
    if re.search(DEFINITIONS["status"]["pattern"], text):
        assert len(units.statuses(text)) > 0


def properties(name: str) -> set[str]:
    return set(DEFINITIONS[name]["properties"])


def test_the_schema_knows_the_checks_that_can_be_made() -> None:
    assert properties("check") - {"name", "required"} == set(KINDS) == set(CHECKS)


def test_the_schema_knows_the_matchers_that_can_be_made() -> None:
    assert set(DEFINITIONS["json_check"]["additionalProperties"]["properties"]) == set(MATCHERS)


def test_the_schema_knows_the_steps_that_can_be_read() -> None:
    assert properties("step") == KNOWN


def test_the_schema_knows_the_defaults_that_can_be_read() -> None:
    assert properties("http") == {*DEFAULTS}


def test_the_schema_knows_the_probes_that_can_be_read() -> None:
    assert properties("probe") == {"request", "within", "name", "checks", *METHODS, *OWN}


def test_the_schema_knows_the_scenarios_of_the_short_form() -> None:
    assert set(SHORT_FORM) == properties("scenario") & set(SCHEMA["properties"]) - {"target", "http", "tags"}


def test_a_profile_may_change_all_of_a_plan_but_its_name_and_profiles() -> None:
    assert properties("profile") == set(SCHEMA["properties"]) - {"name", "profiles", "use"}


def test_the_schema_knows_the_fragments_that_can_be_merged() -> None:
    assert properties("fragment") == {*NAMED, *LAYERED}


def test_the_schema_knows_the_endpoints_that_can_be_read() -> None:
    assert properties("endpoint") == {*METHODS, *OWN, *ASKED}


PLACES = [
    "target: ${a}",
    "http: {headers: {A: '${a}'}, timeout: '${a}', expected_status: '${a}'}",
    "http: {expected_status: ['${a}']}",
    "load: {vus: '${a}', duration: '${a}', rate: '${a}', stages: [{duration: '${a}', target: '${a}'}]}",
    "scenarios: {a: {start_after: '${a}', target: '${a}', steps: [{log: '${a}'}]}}",
    "endpoints: {a: {get: '${a}', query: {a: '${a}'}, json: {a: ['${a}']}, save: {b: '${a}'}}}",
    "endpoints: {a: {get: '/', body: '${a}', timeout: '${a}', save: {b: {header: '${a}', default: '${a}'}}}}",
    "thresholds: {a: '${a}', b: {threshold: '${a}', min_samples: '${a}'}}",
    "thresholds: {a: {threshold: '${a}', abort_on_fail: true, delay_abort_eval: '${a}'}}",
    "vu_setup: [{think: '${a}'}, {think: {mean: '${a}', spread: 'x ${a}'}}]",
    "http: {cookies: {a: '${a}'}, auth: {bearer: '${a}'}, max_redirects: '${a}', cookie_jar: '${a}'}",
    "http: {hosts: {a: '${a}'}, rewrite_host: '${a}', allow_hosts: ['${a}']}",
    "endpoints: {a: {post: /, target: '${a}', form: {a: '${a}', b: ['${a}']}, tags: {a: '${a}'}}}",
    "endpoints: {a: {post: /, multipart: {a: '${a}', b: {file: '${a}', type: '${a}', filename: '${a}'}}}}",
    "endpoints: {a: {post: /, graphql: {query: '${a}', variables: '${a}', operation: '${a}'}}}",
    "endpoints: {a: {post: /, body_file: '${a}', auth: {basic: {username: '${a}', password: '${a}'}}}}",
    "data: {a: {file: '${a}', delimiter: '${a}', encoding: '${a}'}}",
    "setup: [{repeat: '${a}', steps: [{for_each: '${a}', as: b, steps: [{set: {c: '${a}'}}]}]}]",
    "setup: [{while: '${a}', max: '${a}', every: '${a}', steps: [{log: a}]}]",
    "setup: [{choose: [{weight: '${a}', steps: [{log: a}]}]}]",
    "setup_timeout: '${a}'\nteardown_timeout: '${a}'\npreflight: [{get: '${a}', within: '${a}'}]",
    "tags: {a: '${a}'}\nmetrics: {m: {type: trend}}\nsetup: [{record: {m: '${a}'}}]",
]


@pytest.mark.parametrize("text", PLACES)
def test_any_value_may_be_computed(text: str) -> None:
    steps = "" if text.startswith("scenarios") else "steps: [{get: '${a}'}]\n"
    assert plan_of(f"name: x\n{text}\n{steps}").name == "x"


@pytest.mark.parametrize("text", ["duration: |\n    30s\n", "rate: |\n    5/s\n"])
def test_a_line_break_is_no_part_of_a_unit(text: str) -> None:
    _, complaints = wrong(f"name: x\nload:\n  {text}steps: [{{get: /}}]\n")
    assert [complaint.split("' ")[1].split()[0:2] for complaint in complaints] == [["is", "not"]]
