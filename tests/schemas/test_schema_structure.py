"""The schema is a product of its own: editors and other programs read it, so it is held to its promises."""

import json
import re

import pytest
from jsonschema import Draft7Validator
from published import DEFINITIONS, NODES, PLAN, Schema, fits, inserted, nodes, published, validator

from planrunner import __version__

FRAGMENT = published("fragment")
EXPLAINED_ELSEWHERE = ({"$ref"}, {"if", "else"})  # by what they refer to
WORDS = {
    *("$comment", "$ref", "$schema", "definitions", "if", "then", "else", "type", "enum", "required"),
    *("properties", "additionalProperties", "propertyNames", "items"),
    *("pattern", "minimum", "maximum", "minLength", "minItems", "minProperties"),
    *("title", "description", "markdownDescription", "default", "examples"),
    *("errorMessage", "patternErrorMessage", "markdownEnumDescriptions", "defaultSnippets"),
}
"""What the product and editors both understand; `oneOf` and its like tell nobody which branch was meant."""


@pytest.mark.parametrize("schema", [PLAN, FRAGMENT], ids=["plan", "fragment"])
def test_a_published_schema_is_valid_draft_07(schema: Schema) -> None:
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("schema", [PLAN, FRAGMENT], ids=["plan", "fragment"])
def test_a_published_schema_says_which_version_it_is_of(schema: Schema) -> None:
    assert schema["$comment"] == f"planrunner {__version__.rpartition('.')[0]}"


def test_only_words_are_used_that_errors_can_be_told_from() -> None:
    assert {word for node in NODES.values() for word in node} - WORDS == set()


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = set(re.findall(r'#/definitions/(\w+)"', json.dumps([PLAN, FRAGMENT])))
    assert used == set(DEFINITIONS)


@pytest.mark.parametrize("key", ["title", "description"])
def test_every_node_that_an_editor_shows_is_explained(key: str) -> None:
    silent = [
        path for path, node in NODES.items() if not node.get(key) and set(node) not in EXPLAINED_ELSEWHERE
    ]
    assert silent == []


def test_a_title_is_a_name_and_a_description_a_sentence() -> None:
    told = [(path, node) for path, node in NODES.items() if "title" in node]
    odd = [
        path for path, n in told if n["title"].endswith(".") or not n["description"].endswith((".", "}", ")"))
    ]
    assert odd == []


def test_every_mapping_with_fixed_keys_refuses_others() -> None:
    open_ended = [
        path for path, n in NODES.items() if "properties" in n and n.get("additionalProperties") is not False
    ]
    assert open_ended == ["/variable/then"]  # where a mapping may also be the value itself


def test_every_required_key_is_a_known_one() -> None:
    strange = [path for path, n in NODES.items() if set(n.get("required", ())) - set(n.get("properties", ()))]
    assert strange == []


def test_every_pattern_says_what_to_write() -> None:
    assert [path for path, n in NODES.items() if ("pattern" in n) != ("patternErrorMessage" in n)] == []


def test_every_word_of_a_choice_is_explained() -> None:
    assert [
        path
        for path, n in NODES.items()
        if len(n.get("enum", [])) != len(n.get("markdownEnumDescriptions", []))
    ] == []


def test_every_default_and_example_fits_its_own_node() -> None:
    wrong = [
        f"{path}: {value}"
        for path, node in NODES.items()
        for value in [*node.get("examples", []), *([node["default"]] if "default" in node else [])]
        if not validator(node).is_valid(value)
    ]
    assert wrong == []


def test_every_snippet_inserts_what_fits() -> None:
    wrong = [
        f"{path}: {snippet['label']}"
        for path, node in NODES.items()
        for snippet in node.get("defaultSnippets", [])
        if not snippet["description"] or not validator(node).is_valid(inserted(snippet["body"]))
    ]
    assert wrong == []


def test_what_a_snippet_inserts_is_what_its_placeholders_say() -> None:
    assert inserted({"$1": ["\\${${2:token}}", "${1:\\$.path}", 3]}) == {"word": ["${token}", "$.path", 3]}


def test_nodes_of_other_parts_are_found_too() -> None:
    inner = {"title": "Inner"}
    found = nodes({"items": inner, "properties": {"a": {"else": inner}}, "additionalProperties": False})
    assert [path for path, _ in found] == ["", "/a", "/a/else", "/items"]


def keys(name: str) -> set[str]:
    return set(DEFINITIONS[name]["properties"])


@pytest.mark.parametrize("name", ["http", "endpoint", "dataset"])
def test_a_profile_may_change_every_key(name: str) -> None:
    assert keys(f"profile_{name}") == keys(name)


def test_a_profile_may_change_every_key_of_a_scenario() -> None:
    assert keys("profile_scenario") == keys("scenario")


def test_a_profile_may_change_all_of_a_plan_but_what_it_is_made_of() -> None:
    assert set(PLAN["properties"]) - keys("profile") == {"name", "use", "profiles"}


def test_every_key_of_a_profile_may_be_null() -> None:
    parts = [name for name in DEFINITIONS if name == "profile" or name.startswith("profile_")]
    keyed = [name for name in parts if "properties" in DEFINITIONS[name]]
    assert all(fits(name, dict.fromkeys(keys(name))) for name in keyed)


@pytest.mark.parametrize("owner", ["endpoint", "step", "probe"])
def test_whatever_sends_a_request_may_say_what_http_says(owner: str) -> None:
    assert keys("http") - keys(owner) == set()


def test_steps_say_what_endpoints_say() -> None:
    assert keys("endpoint") - keys("step") == set()


def test_preflights_say_what_endpoints_say_but_keep_nothing() -> None:
    assert keys("endpoint") - keys("probe") == {"save", "record", "tags"}


def test_a_fragment_has_the_parts_that_plans_share() -> None:
    assert keys("fragment") == {"endpoints", "flows", "data", "profiles", "thresholds", "http"}
