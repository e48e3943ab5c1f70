"""`planrunner schema`: what is printed is the published schema, and works wherever it is put."""

import json

import pytest
from jsonschema import Draft7Validator
from published import FOLDER, Schema, published
from referencing import Registry
from referencing.jsonschema import DRAFT7

from planrunner.cli.main import outcome

FRAGMENTS = [
    {},
    {"endpoints": {"login": {"get": "/"}}, "http": {"timeout": "3s"}},
    {"name": "x"},
    {"endpoints": {"login": {"gat": "/"}}, "flows": {"a": []}},
    {"profiles": {"smoke": {"load": {"vus": "a"}, "http": None}}},
]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert outcome(["schema", *arguments]) == 0
    return capsys.readouterr().out


def places(validator: Draft7Validator, value: object) -> list[str]:
    return sorted("/".join(map(str, error.absolute_path)) for error in validator.iter_errors(value))


@pytest.mark.parametrize("kind", ["plan", "result"])
def test_a_schema_is_printed_as_it_is_published(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, kind) == (FOLDER / f"{kind}.schema.json").read_text("utf-8")


def test_the_schema_of_plans_is_printed_where_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == printed(capsys, "plan")


def test_the_schema_of_fragments_needs_no_other_file(capsys: pytest.CaptureFixture[str]) -> None:
    alone = Draft7Validator(json.loads(printed(capsys, "--fragment")))
    assert [places(alone, value) for value in FRAGMENTS] == [
        [],
        [],
        [""],
        ["endpoints/login", "flows/a"],
        ["profiles/smoke/load/vus"],
    ]


def test_the_files_side_by_side_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    alone = Draft7Validator(json.loads(printed(capsys, "--fragment")))
    plan: Schema = published("plan")
    registry = Registry().with_resource("plan.schema.json", DRAFT7.create_resource(plan))
    beside = Draft7Validator(published("fragment"), registry=registry)
    assert [places(beside, value) for value in FRAGMENTS] == [places(alone, value) for value in FRAGMENTS]


def test_results_have_no_fragments(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["schema", "result", "--fragment"]) == 2
    assert "--fragment is about plans" in capsys.readouterr().err
