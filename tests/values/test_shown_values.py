from typing import Any

import pytest

from planrunner.values.data import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\n\x1bb", "'a\\n\\x1bb'"),
        ("it's", '"it\'s"'),
        ("x" * 120, f"'{'x' * 120}'"),
        ("x" * 121, f"'{'x' * 120}…'"),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ([1, {"a": "b"}], '[1,{"a":"b"}]'),
        (["\u202e"], '["\\u202e"]'),
        (list(range(100)), "[" + ",".join(map(str, range(100)))[:119] + "…"),
        (float("nan"), "a number"),
    ],
)
def test_a_value_is_shown_on_one_line(value: Any, text: str) -> None:
    assert shown(value) == text


def test_data_too_deep_to_show_is_named() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert shown(deep, 5000) == "a list"
