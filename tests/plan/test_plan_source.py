import pytest
from reading import FILE, at, complaints, node_of

from planrunner.errors import Place, Problems
from planrunner.plan.node import Node, plain
from planrunner.plan.source import read


def problems_of(data: bytes) -> list[str]:
    problems = Problems()
    read(data, FILE, problems)
    return complaints(problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: ${b} and ${c[0]}", "${b} and ${c[0]}"),
        ("{get: /a?b=1&c=2}", "/a?b=1&c=2"),
        ("[?a, b?]", ["?a", "b?"]),
        ("{? a : b}", "b"),
        ("? a\n: b", "b"),
        ("a: http://localhost:8000/#top", "http://localhost:8000/#top"),
        ("a: p(95) < 500ms", "p(95) < 500ms"),
        ("a: one\n  two\n\n  three", "one two\nthree"),
        ("{a: one\n two}", "one two"),
        ("a: 'it''s'", "it's"),
        ('a: "\\ud83c\\udf55"', "🍕"),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: >-\n  one\n  two\n", "one two"),
        ("a: x # comment", "x"),
        ('{"a":1}', 1),
        ("a: 1.10", 1.1),
        ("%YAML 1.2\n---\na: x\n...\n", "x"),
    ],
)
def test_yaml_means_what_a_tester_expects(text: str, value: object) -> None:
    found = plain(node_of(text))
    assert (next(iter(found.values())) if isinstance(found, dict) else found) == value


@pytest.mark.parametrize(
    ("text", "place", "raw"),
    [
        ("a: 1.10 # x", at(1, 4, 4), "1.10"),
        ("a:  'b c'", at(1, 5, 5), "b c"),
        ("a:", at(1, 3, 1), ""),
        ("a: one\n  two", at(1, 4, 3), "one two"),
        ("a: |\n  one\n", at(1, 4, 1), "one\n"),
        ("\na: {b: 1}", at(2, 4, 1), ""),
        ("a:\n  - 1\n", at(2, 3, 1), ""),
        ("a:\r\n  b:\r\n    c: d", at(2, 3, 1), ""),
        ("\ufeffa: b", at(1, 4, 1), "b"),
        ("# \u2028a: é", at(2, 4, 1), "é"),
    ],
)
def test_a_value_knows_where_it_stands(text: str, place: Place, raw: str) -> None:
    node = node_of(text).fields["a"]
    assert (node.place, node.raw) == (place, raw)


def test_a_key_knows_where_it_stands() -> None:
    node = node_of('a: 1\n"b c": {d: 2}\n')
    assert node.keys == {"a": at(1, 1, 1), "b c": at(2, 1, 5)}
    assert node.fields["b c"].keys == {"d": at(2, 9, 1)}


def test_an_alias_stands_where_it_is_used() -> None:
    node = node_of("a: &x {c: 30}\nb: *x\n")
    assert node.fields["b"] == Node(node.fields["a"].value, at(2, 4, 2), "", node.fields["a"].keys)


def test_the_lines_are_kept_for_messages() -> None:
    problems = Problems()
    read("\ufeffa: 1\r\nb: é".encode(), FILE, problems)
    assert problems.lines == {FILE: ["a: 1", "b: é"]}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\xff\xfea\x00", "0:0 the file is UTF-16"),
        (b"\xfe\xff\x00a", "0:0 the file is UTF-16"),
        (b"a: \x00", "0:0 the file is no text: it contains NUL bytes"),
        (b"a: b\nc: \xe9\n", "2:4 the file is not UTF-8: byte 0xe9"),
        (b"\xef\xbb\xbfa: \xe9\n", "1:4 the file is not UTF-8: byte 0xe9"),
        (b"a: \x1b[31m", "1:4 the control character U+001B may not stand here"),
        ("a: \ufffe".encode(), "1:4 the control character U+FFFE may not stand here"),
        (b"a" * (1024 * 1024 + 1), "0:0 the file is larger than 1 MiB"),
    ],
)
def test_only_utf_8_text_is_read(data: bytes, complaint: str) -> None:
    assert problems_of(data) == [complaint]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[" * 65 + "]" * 65, "1:65 the plan is nested more than 64 levels deep"),
        ("[" * 100_000, "1:65 the plan is nested more than 64 levels deep"),
        ("a: &a x\nb: [" + "*a, " * 1001 + "]", "2:4005 the plan has more than 1,000 aliases"),
        (
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 70)),
            "63:12 the plan is nested more than 64 levels deep",
        ),
        (
            "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
            "6:10 the plan has more than 100,000 values",
        ),
    ],
    ids=["depth", "brackets", "aliases", "depth by aliases", "billion laughs"],
)
def test_limits_stop_the_reading(text: str, complaint: str) -> None:
    assert problems_of(text.encode()) == [complaint]


def test_64_levels_are_allowed() -> None:
    assert node_of("[" * 64 + "]" * 64).items != []


@pytest.mark.slow
def test_a_plan_has_at_most_100_000_values() -> None:
    assert problems_of(b"[" + b"1," * 100_000 + b"]") == ["1:200000 the plan has more than 100,000 values"]


def test_the_first_of_two_equal_keys_counts() -> None:
    problems = Problems()
    node = read(b"a: 1\na: 2\nb: 3\n", FILE, problems)
    assert node is not None
    assert (plain(node), node.damaged, node.keys["a"]) == ({"a": 1, "b": 3}, True, at(1, 1, 1))


def test_what_is_wrong_is_left_out_and_the_rest_kept() -> None:
    problems = Problems()
    node = read(b"a: !x 1\nb: [1e999, 2, !y [3]]\n3: 4\n", FILE, problems)
    assert node is not None
    assert (plain(node), sorted(node.keys)) == ({"b": [2]}, ["a", "b"])
    assert (node.damaged, node.fields["b"].damaged) == (True, True)


def test_a_tag_in_a_list_ends_with_its_value() -> None:
    problems = Problems()
    read(b"[!x y, 1]", FILE, problems)
    assert [problem.hint for problem in problems] == [
        'leave the tag out; if it is meant as text, write "!x y"'
    ]


def test_an_alias_of_something_left_out_is_left_out() -> None:
    problems = Problems()
    node = read(b"a: &x !y 1\nb: *x\n", FILE, problems)
    assert node is not None
    assert (plain(node), complaints(problems)) == ({}, ["1:4 a plan has no YAML tags"])


def test_an_alias_can_be_a_key() -> None:
    assert plain(node_of("a: &x b\n*x : 1\n")) == {"a": "b", "b": 1}


@pytest.mark.parametrize("text", ["'<<': 1", '"<<": 1'])
def test_a_merge_key_in_quotes_is_a_key(text: str) -> None:
    assert plain(node_of(text)) == {"<<": 1}


@pytest.mark.parametrize(
    "text", ["a: x # y", "a: x  #", "a: x #-y", "a: 'x' #y", "a: x#1", "a: #\n  b", "#a\na: x"]
)
def test_an_ordinary_comment_is_no_warning(text: str) -> None:
    assert problems_of(text.encode()) == []


def test_a_comment_that_was_hardly_meant_is_a_warning() -> None:
    problems = Problems()
    read(b"a: pass #1\n", FILE, problems)
    assert (complaints(problems), problems.failed) == (["1:9 a `#` after a space begins a comment"], False)
