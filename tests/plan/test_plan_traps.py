"""What the golden plans do not show: the same traps in other surroundings."""

import pytest
from reading import FILE, at
from yaml.error import Mark, MarkedYAMLError

from planrunner.errors import Problem, Problems
from planrunner.plan.source import read
from planrunner.plan.traps import explain


def answer(text: str) -> list[str]:
    problems = Problems()
    read(text.encode(), FILE, problems)
    return [f"{p.place.line}:{p.place.column} {p.message} -> {p.hint}" for p in problems]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: [x, ${b}, y]", 'write "${b}"'),
        ("a: {b: ${c}/${d}, e: f}", 'write "${c}/${d}"'),
        ("a: {b: {c: x ${d}}}", 'write "x ${d}"'),
        ("[\nBearer ${b}\n]", 'write "Bearer ${b}"'),
        ("{a: ${b['c']}}", "write \"${b['c']}\""),
        ('{a: ${b["c"]}}', "write '${b[\"c\"]}'"),
    ],
)
def test_the_whole_value_around_a_template_is_quoted(text: str, hint: str) -> None:
    assert [line.split(" -> ")[1] for line in answer(text)] == [hint]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("- a: b: c", 'write - a: "b: c"'),
        ("- - b: c: d", 'write - - b: "c: d"'),
        ("a:!b {c: d: e", 'write a:!b {c: "d: e"'),
        ("'a b': b: c # d", "write 'a b': \"b: c\""),
        ('"a": b: "c"', 'write "a": \'b: "c"\''),
        ("a: 'b': c", "write a: \"'b': c\""),
    ],
)
def test_the_key_before_a_quoted_value_is_kept(text: str, hint: str) -> None:
    assert [line.split(" -> ")[1] for line in answer(text)] == [hint]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a: [b: c: d]", "1:9 a value that contains `: ` needs quotes", 'write "c: d"'),
        ("a: {b: 1 c: 2", "1:10 a comma is missing", "write {b: 1, c: 2"),
        ("a: {b: 1, c: 5s d: {e: f}}", "1:17 a comma is missing", "write {b: 1, c: 5s, d: {e: f}}"),
        ("[a: 1 b: 2]", "1:8 a value that contains `: ` needs quotes", 'write "1 b: 2"'),
        (
            "a: [b {c}, d]",
            "1:7 text that contains `{` needs quotes inside {} and []",
            'write "b ${c}"',
        ),
        (
            "{a{b: c, d:e}: f}",
            "1:3 a key with a selector needs quotes inside {} and []",
            'write "a{b:c, d:e}":',
        ),
        ("a{b:c}: d: e", "1:10 a value that contains `: ` needs quotes", 'write a{b:c}: "d: e"'),
        ("- a{b: c}: d", "1:7 a selector has no space behind its colon", "write a{b:c}: d"),
        ("a: {{b}}", "1:4 `{{` does not insert a value", 'write "${b}"'),
        ("a: [b, {{c}} d]", "1:8 `{{` does not insert a value", 'write "${c}"'),
        ("{{a}}: 1", "1:1 `{{` does not insert a value", 'write "${a}"'),
        ("{[a]: 1}", "1:2 a key must be text", "write a name before the `:`"),
        (
            "a: [*b c]",
            "1:5 `*b` refers to an anchor `&b` that is not above",
            'if it is meant as text, write "*b c"',
        ),
        ("a: !b!c d", "1:4 a value cannot begin with '!' unless it is in quotes", 'write "!b!c d"'),
        ("a: !<b c", "1:4 a value cannot begin with '!' unless it is in quotes", 'write "!<b c"'),
        ("a: |7x", "1:4 a value cannot begin with '|' unless it is in quotes", 'write "|7x"'),
        (
            "%YAML 2.0\n---\na: b",
            "1:1 a value cannot begin with '%' unless it is in quotes",
            'write "%YAML 2.0"',
        ),
        ("# a\n%b c", "2:1 a line cannot begin with '%'", 'write "%b c"'),
        ("a: ]", "1:4 a value cannot begin with ']' unless it is in quotes", 'write "]"'),
        (
            "a: 'b\n---\nc'",
            "1:4 this quote is never closed",
            "end the text with '; inside '...' an apostrophe is written twice",
        ),
        (
            r'a: "\xzz"',
            r"1:5 `\x` is not an escape that YAML knows",
            r"single quotes keep backslashes as they are: write '\xzz'",
        ),
        (
            r'a: "\d',
            r"1:5 `\d` is not an escape that YAML knows",
            r"single quotes keep backslashes as they are: write '\d'",
        ),
        (
            r"""a: "it's \d" """,
            r"1:10 `\d` is not an escape that YAML knows",
            r"single quotes keep backslashes as they are: write 'it''s \d'",
        ),
        ("a: b\tc: d", "1:5 YAML does not allow a tab here", "put a space, or the whole value in quotes"),
        ("a: b\n---\nc: [", "3:4 this `[` is never closed", "close it with `]`"),
        (
            "a:\n  b: c\n d: e",
            "3:2 this line is not aligned with the lines around it",
            "the lines around it begin in column 1",
        ),
        (
            "{a: 1}\nb: 2",
            "2:1 this line is not aligned with the lines around it",
            "the lines around it begin in column 1",
        ),
        (
            "a: b\n\n  c\nd",
            "4:1 this line has no key",
            "write `key: value`, or `- item` for an item of a list",
        ),
    ],
)
def test_a_trap_is_explained(text: str, message: str, hint: str) -> None:
    assert f"{message} -> {hint}" in answer(text)


def test_what_follows_a_mistake_on_its_line_is_not_said() -> None:
    assert len(answer("a: *b c: d")) == 1


def test_a_complaint_that_nobody_thought_of_is_still_located() -> None:
    error = MarkedYAMLError(problem="found a dragon", problem_mark=Mark("", 0, 1, 2, None, 0))
    assert explain(error, [], FILE, ["a", "b: c"]) == Problem(
        "this is not valid YAML: found a dragon", at(2, 3), "text with special characters needs quotes"
    )


def test_hints_show_no_invisible_characters() -> None:
    assert answer("a: @\u202eb") == [
        "1:4 a value cannot begin with '@' unless it is in quotes -> write \"@\ufffdb\""
    ]
