"""The result file: what is written can be read, and its schema is the published one."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planrunner import result
from planrunner.result import Moment, Result, Timeline, columns

SCHEMA = Path(__file__).parent.parent / "schemas" / "result.schema.json"
NUMBERS = st.floats(-1e300, 1e300)
SCALARS: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    float: NUMBERS,
    int: st.integers(-(2**31), 2**31),
    bool: st.booleans(),
    type(None): st.none(),
}


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Make a strategy for a type of the result, its limits included."""
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        meta = arguments[1]
        return anything(arguments[0]) if meta.ge is None else st.integers(meta.ge, (meta.lt or 2**40) - 1)
    if get_origin(hint) is Literal:
        return st.sampled_from(arguments)
    if get_origin(hint) is tuple:
        return st.lists(anything(arguments[0]), max_size=2).map(tuple)
    if get_origin(hint) is Mapping:
        return st.dictionaries(anything(arguments[0]), anything(arguments[1]), max_size=2)
    if hint is Timeline:  # its columns are equally long
        return st.lists(anything(Moment), max_size=3).map(columns)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: anything(part) for name, part in hints.items()})
    return st.one_of([anything(one) for one in arguments]) if arguments else SCALARS[hint]


RESULTS: st.SearchStrategy[Result] = anything(Result)


@pytest.mark.slow
@settings(max_examples=25)
@given(RESULTS)
def test_what_is_written_is_read_back(made: Result) -> None:
    assert result.from_json(result.to_json(made)) == made


@pytest.mark.slow
@settings(max_examples=25)
@given(RESULTS)
def test_what_is_written_keeps_to_the_schema(made: Result) -> None:
    Draft202012Validator(json.loads(SCHEMA.read_bytes())).validate(json.loads(result.to_json(made)))


def test_the_published_schema_is_the_one_of_the_classes() -> None:
    """Write it anew with `python -c` and the expression below when a class has changed."""
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(result.schema(), indent=2) + "\n"


@pytest.mark.slow
def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(result.schema())


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (b"{", "truncated"),
        (b"", "truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "missing required field `format`"),
        (b'{"format": 1}', "it has format 1, written by planrunner an unknown version; this is planrunner 0"),
        (
            b'{"format": 3, "planrunner": "7.1"}',
            "it has format 3, written by planrunner 7.1; this is .* 2: run",
        ),
        (b'{"format": "x"}', r"Expected `int`, got `str` - at `\$.format`"),
        (b'{"format": 2}', "missing required field `planrunner`"),
        (b"\xff", "it is not text in UTF-8"),
        (b'{"format": 2, "planrunner": "\xff"}', "it is not text in UTF-8"),
        (b"plan: {}", "malformed"),
    ],
)
def test_what_is_no_result_is_refused_with_its_place(written: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        result.from_json(written)


def test_columns_of_different_lengths_are_refused() -> None:
    uneven = {**minimal(), "timeline": {"at": [0.0]}}
    with pytest.raises(ValueError, match=r"not equally long - at `\$.timeline`"):
        result.from_json(json.dumps(uneven).encode())


def test_a_file_has_a_line_for_each_thing_in_it() -> None:
    timeline: dict[str, Any] = {name: [] for name in ("at", "seconds")}
    metric = {"name": "d", "type": "rate", "contains": "default", "selector": "", "values": {"rate": 1.0}}
    full = msgspec.convert({**minimal(), "metrics": [metric, metric], "timeline": timeline}, Result)
    lines = result.to_json(full).decode().splitlines()
    assert len([line for line in lines if line.startswith('    {"name":"d",')]) == 2
    assert '    "at": [],' in lines
    assert '  "exit_code": 0,' in lines


def test_a_file_is_indented_and_ends_with_a_newline() -> None:
    small = msgspec.json.decode(json.dumps(minimal()), type=Result)
    written = result.to_json(small)
    assert (written.startswith(b'{\n  "format": 2,'), written.endswith(b"}\n")) == (True, True)


def test_a_number_is_found_by_metric_aggregate_and_selector() -> None:
    values = [
        {"name": "d", "type": "trend", "contains": "time", "selector": s, "values": {"med": v}}
        for s, v in (("", 1.5), ("a:b", 2.5))
    ]
    made = msgspec.convert({**minimal(), "metrics": values}, Result)
    found = [
        made.value("d", "med"),
        made.value("d", "med", "a:b"),
        made.value("d", "avg"),
        made.value("x", "med"),
    ]
    assert found == [1.5, 2.5, None, None]


def minimal() -> dict[str, Any]:
    lists = ("scenarios", "metrics", "thresholds", "checks", "requests", "errors")
    return {
        "format": 2,
        "planrunner": "0",
        "plan": {"name": "", "description": "", "file": "", "text": ""},
        "target": "",
        "started": "",
        "duration": 0.0,
        "verdict": "passed",
        "judged": False,
        "exit_code": 0,
        "stopped": "",
        **{name: [] for name in lists},
        "timeline": {},
    }
