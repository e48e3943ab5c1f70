"""Picking: what is picked out of a body is what its JSON holds, whatever the body is."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from planrunner.protocols import Reply
from planrunner.values.data import NOTHING
from planrunner.values.paths import Key, Path, plain
from planrunner.values.picking import PATIENCE, UNREAD, Picker


def reply(body: bytes) -> Reply:
    made = Reply()
    made.body = body
    return made


def path(*keys: Key) -> Path:
    return plain("$", list(keys))


def picking(*paths: Path) -> list[Callable[[Any], Any]]:
    picker = Picker()
    return [picker.add(one) for one in paths]


NAMES = some.sampled_from(["a", "b", "", "ü", 'q"', "back\\", "a.b", "\n"])
KEYS = some.lists(NAMES | some.integers(-3, 3), max_size=4)
LEAVES = some.none() | some.booleans() | some.integers(-9, 9) | some.floats(-9, 9) | some.text(max_size=3)
TREES = some.recursive(
    LEAVES, lambda below: some.lists(below, max_size=3) | some.dictionaries(NAMES, below, max_size=4)
)


@pytest.mark.slow
@given(some.lists(KEYS, min_size=1, max_size=5), some.lists(TREES, min_size=1, max_size=3))
def test_what_is_picked_is_what_the_whole_holds(wanted: list[list[Key]], bodies: list[Any]) -> None:
    paths = [path(*keys) for keys in wanted]
    reads = picking(*paths)
    for body in bodies:
        one = reply(json.dumps(body).encode())
        assert [read(one) for read in reads] == [each.first(body) for each in paths]


def test_the_rest_of_the_body_is_not_made() -> None:
    (read,) = picking(path("a", "b"))
    one = reply(b'{"x": [1, 2, 3], "a": {"c": {}, "b": {"d": [4]}}}')
    assert read(one) == {"d": [4]}
    assert one.whole is UNREAD


def test_a_body_is_decoded_once_for_all_paths() -> None:
    first, second = picking(path("a"), path("b"))
    one = reply(b'{"a": 1, "b": 2}')
    assert first(one) == 1
    one.body = b"no JSON any more"
    assert second(one) == 2


def test_of_names_that_come_twice_the_last_one_counts_as_in_the_whole() -> None:
    (read,) = picking(path("a", "b"))
    one = reply(b'{"a": {"b": 1}, "a": {"b": 2}}')
    assert read(one) == one.json()["a"]["b"] == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b'{"a": 1} x', b"[" * 100_000])
def test_what_is_no_json_says_so(body: bytes) -> None:
    (read,) = picking(path("a"))
    with pytest.raises(ValueError, match="the body is not JSON"):
        read(reply(body))


@pytest.mark.parametrize("body", [b'["an error"]', b'"no"', b'{"a": [1]}', b'{"a": "b"}'])
def test_a_body_of_another_shape_is_read_as_a_whole(body: bytes) -> None:
    (read,) = picking(path("a", "b"))
    one = reply(body)
    assert read(one) is NOTHING
    assert one.whole == json.loads(body)


def test_null_on_the_way_is_nothing_and_at_the_end_a_value() -> None:
    ends, leads = picking(path("a"), path("b", "c"))
    one = reply(b'{"a": null, "b": null}')
    assert (ends(one), leads(one)) == (None, NOTHING)


def test_where_the_whole_is_needed_each_time_nothing_is_picked_any_more() -> None:
    (read,) = picking(path("a"))
    for _ in range(PATIENCE):
        one = reply(b'{"a": 1}')
        assert (read(one), one.json()) == (1, {"a": 1})
    last = reply(b'{"a": 1}')
    assert (read(last), last.whole) == (1, {"a": 1})


def test_what_was_parsed_already_is_not_decoded_again() -> None:
    (read,) = picking(path("a"))
    one = reply(b'{"a": 1}')
    whole = one.json()
    one.body = b"no JSON any more"
    assert read(one) == whole["a"]


def test_what_is_forgotten_is_read_again_when_it_is_asked_for() -> None:
    (read,) = picking(path("a"))
    one = reply(b'{"a": 1}')
    assert (read(one), one.json()) == (1, {"a": 1})
    one.forget()
    assert (one.whole, one.picked) == (UNREAD, None)
    assert (read(one), one.json()) == (1, {"a": 1})


def test_a_value_and_a_part_of_it_may_both_be_wanted() -> None:
    for order in ((path("a"), path("a", "b")), (path("a", "b"), path("a"))):
        found = {one(reply(b'{"a": {"b": 1}}')) == 1 for one in picking(*order)}
        assert found == {True, False}


def test_an_item_without_the_wanted_name_has_nothing_there() -> None:
    (read,) = picking(path("items", 1, "id"))
    assert read(reply(b'{"items": [{"id": 1}, {"name": "b"}]}')) is NOTHING
    assert read(reply(b'{"items": [{"id": 1}]}')) is NOTHING
    assert read(reply(b'{"items": [{"id": 1}, {"id": 2}]}')) == 2
