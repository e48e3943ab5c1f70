from pathlib import Path
from typing import Any

import pytest
from replying import NAMES, PLACE, WANTED, check, complaint, reply, scope, tree, wrong

from planrunner.checks import build
from planrunner.checks.schemas import DIALECTS, SchemaError, compile_schema
from planrunner.errors import Place, Problems
from planrunner.plan.model import Check, Condition, Setting
from planrunner.values.expressions import UNKNOWN, Names

PIZZA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Z]"},
        "size": {"$ref": "#/$defs/size"},
        "toppings": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1},
    },
    "patternProperties": {"^x-": {"type": "number"}},
    "additionalProperties": False,
    "$defs": {"size": {"enum": ["S", "L"]}},
}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"name": "Diavola", "size": "L", "toppings": ["a", "b"], "x-a": 1}', ""),
        ("{}", "$: 'name' is a required property"),
        ("[1]", "$: [1] is not of type 'object'"),
        ('{"name": null}', "$.name: null is not of type 'string'"),
        ('{"name": {"a": true}}', "$.name: {\"a\":true} is not of type 'string'"),
        ('{"name": "diavola"}', "$.name: 'diavola' does not match '^[A-Z]'"),
        ('{"name": "D", "size": "M"}', "$.size: 'M' is not one of ['S', 'L']"),
        ('{"name": "D", "toppings": []}', "$.toppings: [] should be non-empty"),
        ('{"name": "D", "toppings": ["a", 5, 6]}', "$.toppings[1]: 5 is not of type 'string'"),
        ('{"name": "D", "toppings": ["a", "a"]}', '$.toppings: ["a","a"] has non-unique elements'),
        ('{"name": "D", "x-a": "1"}', "$['x-a']: '1' is not of type 'number'"),
        ('{"name": "D", "y": 1}', "$: Additional properties are not allowed ('y' was unexpected)"),
        ("<html>", "the body is not JSON (it begins with '<html>')"),
        ("", "the body is empty, so not JSON"),
    ],
)
def test_a_body_fits_an_inline_schema(body: str, says: str) -> None:
    assert complaint(check("json_schema", ("schema", PIZZA)), reply(body)) == says


def test_a_reply_that_never_came_has_no_json() -> None:
    answer = reply(status=0, error="timeout")
    assert complaint(check("json_schema", ("schema", {})), answer) == "no reply: timeout"


def misfit(schema: Any, data: Any) -> str:
    return compile_schema(schema)(data)


@pytest.mark.parametrize(
    ("schema", "data", "says"),
    [
        (True, 1, ""),
        (False, 1, "$: False schema does not allow 1"),
        ({"type": "string", "pattern": "a"}, 5, "$: 5 is not of type 'string'"),
        ({"pattern": "a"}, 5, ""),
        ({"patternProperties": {"a": False}, "additionalProperties": False}, 5, ""),
        (
            {"patternProperties": {"a": True}, "additionalProperties": {"type": "null"}},
            {"b": 1, "a": 1},
            "$.b: 1 is not of type 'null'",
        ),
        ({"uniqueItems": True}, [1, True, "1", None, [1], {"a": 1}, {"a": 2}], ""),
        (
            {"uniqueItems": True},
            [{"a": [1]}, {"a": [1.0]}],
            '$: [{"a":[1]},{"a":[1.0]}] has non-unique elements',
        ),
        ({"uniqueItems": False}, [1, 1], ""),
        (
            {"anyOf": [{"type": "string"}, {"type": "object", "required": ["q"]}]},
            {},
            "$: 'q' is a required property",
        ),
        ({"format": "email"}, "no address", ""),
        ({"enum": [{"$schema": "x"}]}, {"$schema": "x"}, ""),
        (
            {"$id": "http://x/y", "$defs": {"a": {"$id": "z", "type": "null"}}, "$ref": "z"},
            1,
            "$: 1 is not of type 'null'",
        ),
        (
            {"$dynamicRef": "#a", "$defs": {"q": {"$dynamicAnchor": "a", "type": "null"}}},
            1,
            "$: 1 is not of type 'null'",
        ),
        ({"shapes": {"a": {"type": "null"}}, "$ref": "#/shapes/a"}, 1, "$: 1 is not of type 'null'"),
    ],
)
def test_a_schema_means_what_its_specification_says(schema: Any, data: Any, says: str) -> None:
    assert misfit(schema, data) == says


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("end", ["", "#"])
def test_the_dialect_is_what_the_schema_says(dialect: str, end: str) -> None:
    item = {"$schema": dialect, "pattern": "^(a+)+$"}
    schema = {
        "$schema": dialect + end,
        "properties": {"a": {"$ref": "#"}, "b": item},
        "minimum": 1,
        "exclusiveMinimum": True,
    }
    if "04" not in dialect:
        schema["exclusiveMinimum"] = 1
    hostile = "a" * 50 + "!"
    says = f"'{hostile}' does not match '^(a+)+$'"
    found = compile_schema(schema)
    assert [found(1), found({"a": {"b": hostile}})] == [
        "$: 1 is less than or equal to the minimum of 1",
        f"$.a.b: {says}",
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^(a+)+$"},
        {"patternProperties": {"^(a+)+$": False}},
        {"patternProperties": {"^(a+)+$": True}, "additionalProperties": {"type": "null"}},
    ],
)
def test_no_body_makes_a_pattern_slow(schema: Any) -> None:
    assert len(misfit(schema, "a" * 50_000 + "!")) + len(misfit(schema, {"a" * 50_000 + "!": None})) < 200


@pytest.mark.slow
def test_no_body_makes_unique_items_slow() -> None:
    assert misfit({"uniqueItems": True}, [{"id": number} for number in range(20_000)]) == ""


def test_a_body_with_many_errors_is_not_read_to_its_end() -> None:
    assert misfit({"items": {"type": "null"}}, [5] * 1_000_000) == "$[0]: 5 is not of type 'null'"


@pytest.mark.parametrize(("schema", "data"), [({"$ref": "#"}, 1), ({"multipleOf": 0.01}, 10**400)])
def test_what_cannot_be_held_against_a_schema_is_a_complaint(schema: Any, data: Any) -> None:
    assert (
        misfit(schema, data) == "the body is nested too deeply for the schema, or a number in it is too large"
    )


def test_hostile_text_is_harmless_and_cut() -> None:
    says = misfit({"additionalProperties": {"type": "null"}}, {"\x1b" * 9: "\x1b" + "a" * 500})
    key = "\ufffd" * 9
    assert says == f"$['{key}']: '\\x1b{'a' * 59}…' is not of type 'null'"


def test_a_long_reason_is_cut() -> None:
    assert len(misfit({"additionalProperties": False}, {"a" * 500: 1})) == 124


DEEP: Any = {}
for _ in range(5000):
    DEEP = {"not": DEEP}
NOWHERE = "leads nowhere; nothing is fetched, so it must lead into the schema: '#/$defs/NAME'"


@pytest.mark.parametrize(
    ("schema", "message", "path"),
    [
        ({"type": "strin"}, "type: 'strin' is not valid under any of the given schemas", ("type",)),
        (
            {"properties": {"a": {"minimum": "1"}}},
            "properties.a.minimum: '1' is not of type 'number'",
            ("properties", "a", "minimum"),
        ),
        ({"required": "a"}, "required: 'a' is not of type 'array'", ("required",)),
        ({"$ref": "https://example.com/a.json"}, f"'https://example.com/a.json' {NOWHERE}", ("$ref",)),
        ({"items": {"$ref": "#/$defs/a"}}, f"'#/$defs/a' {NOWHERE}", ("items", "$ref")),
        ({"$ref": "#/a", "a": "text"}, "'#/a' leads to no schema", ("$ref",)),
        (
            {"allOf": [{"$ref": "#/a"}], "a": {"type": "strin"}},
            "type: 'strin' is not valid under any of the given schemas",
            ("allOf", 0, "$ref"),
        ),
        ({"$schema": "http://json-schema.org/draft-04/schema#", "$ref": {}}, f"{{}} {NOWHERE}", ("$ref",)),
        (
            {"$schema": "draft-07"},
            "unknown dialect 'draft-07'; draft 4, 6, 7, 2019-09 and 2020-12 are known",
            ("$schema",),
        ),
        ({"$schema": 7}, "unknown dialect 7; draft 4, 6, 7, 2019-09 and 2020-12 are known", ("$schema",)),
        (
            {"not": {"$schema": "http://json-schema.org/draft-07/schema"}},
            "a schema within this one has another dialect, 'http://json-schema.org/draft-07/schema'",
            (),
        ),
        (
            {"items": {"pattern": "a(?=b)"}},
            "'a(?=b)': RE2, which keeps every search fast, has no lookahead: (?=",
            ("items", "pattern"),
        ),
        ({"patternProperties": {"(": True}}, "'(': no regular expression: missing ): '('", ()),
        (
            {"patternProperties": {}, "not": {"unevaluatedProperties": False}},
            "`patternProperties` cannot be used together with `unevaluatedProperties`",
            (),
        ),
        ([1], "write a mapping, or the name of a file in which there is one", ()),
        (DEEP, "it is nested too deeply", ()),
    ],
)
def test_a_wrong_schema_says_why_and_where(schema: Any, message: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(schema)
    assert (str(caught.value), caught.value.path) == (message, path)


def test_a_schema_may_leave_patterns_to_others_where_properties_are_not_evaluated() -> None:
    schema = {"properties": {"a": True}, "unevaluatedProperties": False}
    assert misfit(schema, {"a": 1, "b": 2}).startswith("$: Unevaluated properties are not allowed ('b'")


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            {"type": "strin"},
            "2: wrong JSON schema (type: 'strin' is not valid under any of the given schemas)",
        ),
        ({"required": {"a": 1}}, "1: wrong JSON schema (required: {\"a\":1} is not of type 'array')"),
        (
            {"not": {"patternProperties": {"(": {}}}},
            "1: wrong JSON schema ('(': no regular expression: missing ): '(')",
        ),
        ({"enum": "${word}"}, "2: wrong JSON schema (enum: 'pizza' is not of type 'array')"),
        ({"const": "${toke}"}, "2: unknown variable 'toke' (one of: limit, n, word)"),
        ({"const": "${token}"}, "2: 'token' is not known here (here only variables are known)"),
        ("${n}", "2: wrong JSON schema (write a mapping, or the name of a file in which there is one)"),
    ],
)
def test_a_wrong_inline_schema_is_a_problem_of_the_plan(schema: Any, message: str) -> None:
    assert wrong(check("json_schema", ("schema", schema))) == [message]


def test_a_schema_may_use_variables() -> None:
    assert complaint(check("json_schema", ("schema", {"const": "${n}"})), reply("6")) == "$: 5 was expected"


def test_a_wrong_part_of_a_variable_stands_where_the_variable_is_used() -> None:
    problems = Problems()
    made = Condition("schema", {"properties": Setting("${a}", WANTED, "${a}")}, PLACE)
    build(Check("json_schema", "a check", (made,), PLACE), Names({"a": {"b": {"type": "x"}}}), problems)
    assert [(p.message, p.place.line) for p in problems] == [("wrong JSON schema", 2)]


def test_a_schema_that_needs_a_variable_which_was_not_given_is_left_alone() -> None:
    problems = Problems()
    made = Condition("schema", tree({"const": "${a}"}), PLACE)
    built = build(Check("json_schema", "a check", (made,), PLACE), Names({"a": UNKNOWN}), problems)
    assert (problems.found, built(reply("1"), scope())) == ([], "")


def of_file(folder: Path, name: str) -> tuple[Any, list[str]]:
    """Compile a check of a schema that a plan in this folder names; and say what is wrong with it."""
    problems = Problems()
    made = Condition("file", Setting(name, Place(str(folder / "plan.yml"), 2, 2), name), PLACE)
    names = Names(NAMES.variables, folder=str(folder))
    built = build(Check("json_schema", "a check", (made,), PLACE), names, problems)
    return built, [f"{p.place.line}: {p.message} ({p.hint})" for p in problems]


@pytest.mark.parametrize("name", ["pizza.json", "${word}.json"])
def test_a_schema_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "pizza.json").write_text('{"type": "object"}')
    built, problems = of_file(tmp_path, name)
    assert (built(reply("1"), scope()), problems) == ("$: 1 is not of type 'object'", [])


def test_a_file_may_hold_the_schema_that_is_false(tmp_path: Path) -> None:
    (tmp_path / "pizza.json").write_text("false")
    built, problems = of_file(tmp_path, "pizza.json")
    assert (built(reply("1"), scope()), problems) == ("$: False schema does not allow 1", [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "2: wrong value 'pizza.json' (it is not JSON: Input data was truncated)"),
        (b'"\xff"', "2: wrong value 'pizza.json' (it is not JSON: "),
        (b'{"type": "strin"}', "2: wrong JSON schema (type: 'strin' is not valid"),
    ],
)
def test_a_wrong_file_is_a_problem_of_the_plan(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "pizza.json").write_bytes(text)
    built, (found,) = of_file(tmp_path, "pizza.json")
    assert found.startswith(message)
    assert built(reply("1"), scope()) == ""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("piza.json", "2: wrong value 'piza.json' (there is no such file; did you mean 'pizza.json'?)"),
        ("../pizza.json", "2: wrong value '../pizza.json' (it must be below the plan's folder"),
        ("${token}", "2: unknown variable 'token'"),
    ],
)
def test_a_file_that_is_not_there_is_a_problem_of_the_plan(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "pizza.json").write_text("{}")
    _, (found,) = of_file(tmp_path, name)
    assert found.startswith(message)


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs a file that cannot be read")
def test_a_file_that_cannot_be_read_is_a_problem_of_the_plan() -> None:
    _, problems = of_file(Path("/proc/self"), "mem")
    assert problems == ["2: wrong value 'mem' (it cannot be read: Input/output error)"]
