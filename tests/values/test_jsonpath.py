import json
import sys
from subprocess import run
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.values.data import NOTHING
from planrunner.values.jsonpath import path
from planrunner.values.paths import PathError
from planrunner.values.query import query

DATA = {"a": {"b c": [{"d": 1}, {"d": None}]}, "é": 2, "_x1": 3, "": 4, "it's": 5, '"': 6, "0": 7}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$", DATA),
        ("$.a['b c'][0].d", 1),
        ('$["a"]["b c"][-1].d', None),
        ("$.é", 2),
        ("$._x1", 3),
        ("$['']", 4),
        ('$["it\'s"]', 5),
        ("$['it\\'s']", 5),
        ("$['\"']", 6),
        ("$['0']", 7),
        ("$[0]", NOTHING),
        ("$.a['b c'][2]", NOTHING),
        ("$ .a ['b c'] [ 0 ].d", 1),
        ("$['\\u0061']['b c'][0].d", 1),
    ],
)
def test_a_plain_path_leads_to_one_value(text: str, found: Any) -> None:
    compiled = path(text)
    assert (compiled.plain, compiled.first(DATA)) == (True, found)
    assert list(compiled.matches(DATA)) == ([] if found is NOTHING else [(text, found)])


SEGMENTS = st.one_of(
    st.sampled_from(
        [".a", ".é", "._1", "[0]", "[-1]", "[-0]", "[01]", "['a']", '["a"]', "['\\'']", "['a]", "[ 1]"]
    ),
    st.integers().map(lambda index: f"[{index}]"),
    st.text("ab 1._-\x7f\ud800é'\"\\", max_size=3).map(lambda name: f".{name}"),
    st.text("ab\x1f\x7f\ud800é'\\", max_size=3).map(lambda name: f'["{name}"]'),
    st.text('ab\x1f\x7fé"\\', max_size=3).map(lambda name: f"['{name}']"),
)
VALUES = st.recursive(
    st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "é", "_1"]), inner),
    max_leaves=6,
)


def outcome(make: Any, text: str, data: Any) -> Any:
    try:
        return make(text).first(data)
    except PathError:
        return PathError


@pytest.mark.slow
@given(st.lists(SEGMENTS, max_size=3).map("".join), VALUES)
def test_our_own_reading_of_plain_paths_is_that_of_the_library(segments: str, data: Any) -> None:
    assert outcome(path, f"${segments}", data) == outcome(query, f"${segments}", data)


@pytest.mark.parametrize(
    "text", ["", "a", "$.", "$.a.", "$.1", "$[", "$['a'", "$.a b", "$[9007199254740992]"]
)
def test_what_is_no_path_is_an_error(text: str) -> None:
    with pytest.raises(PathError):
        path(text)


LIBRARIES = "re2", "selectolax", "jsonschema", "jsonpath_rfc9535", "referencing"


@pytest.mark.slow
def test_no_library_is_loaded_for_plain_checks() -> None:
    code = (
        "import json, sys, planrunner.checks.saves, planrunner.values.jsonpath as jsonpath;"
        "jsonpath.path('$.items[0].name');"
        f"print(json.dumps([name for name in {LIBRARIES} if name in sys.modules]))"
    )
    ended = run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert json.loads(ended.stdout) == []
