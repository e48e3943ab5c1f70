import pytest

from planrunner.checks.regex import compile_pattern


def wrong(pattern: object) -> str:
    with pytest.raises(ValueError) as caught:
        compile_pattern(pattern)
    return str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b+", "abbc", True),
        ("^b", "abbc", False),
        ("B", "abbc", False),
        ("(?i)B", "abbc", True),
        ("é$", "café", True),
        ("^.$", "é", True),
        ("a$", "a\n", False),
        ("(?m)a$", "a\n", True),
        (r"^\d$", "٣", False),
        (r"\x{e9}", "café", True),
        (r"\p{Lu}", "É", True),
        ("^.$", "\ud800", True),
        ("", "", True),
    ],
)
def test_a_pattern_is_found_anywhere_in_a_text(pattern: str, text: str, found: bool) -> None:
    assert compile_pattern(pattern).found(text) is found


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        (r"\d", ["1", "2", "3"]),
        (r"(\pL)\d", ["a", "é", "c"]),
        (r"(\w)\d", ["a", "c"]),
        (r"(?P<one>.)(\d)", ["a", "é", "c"]),
        (r"(é)|\d", ["é"]),
        ("x", []),
        ("x*", [""] * 7),
    ],
)
def test_the_values_are_first_groups_or_whole_matches(pattern: str, values: list[str]) -> None:
    assert list(compile_pattern(pattern).values("a1é2c3")) == values


def test_no_text_makes_a_search_slow() -> None:
    assert not compile_pattern("^(a+)+$").found("a" * 100_000 + "!")


LACKS = "RE2, which keeps every search fast, has no "


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a(?=b)", f"{LACKS}lookahead: (?="),
        ("a(?!b)", f"{LACKS}lookahead: (?!"),
        ("(?<=a)b", f"{LACKS}lookbehind: (?<="),
        ("(?<!a)b", f"{LACKS}lookbehind: (?<!"),
        (r"(a)\1", f"{LACKS}backreferences: \\1"),
        ("(?P<n>a)(?P=n)", f"{LACKS}backreferences: (?P"),
        (r"(?<n>a)\k<n>", f"{LACKS}backreferences: \\k"),
        ("(?>a)", f"{LACKS}atomic groups: (?>"),
        ("a++", f"{LACKS}possessive repetition: ++"),
        ("(?x) a", f"{LACKS}verbose mode: (?x"),
        (r"a\Z", f"{LACKS}\\Z; write \\z"),
        (r"\u00e9", f"{LACKS}\\u; write \\x{{20AC}}"),
    ],
)
def test_what_re2_lacks_is_told_by_its_name(pattern: str, message: str) -> None:
    assert wrong(pattern) == message


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a(b", "no regular expression: missing ): 'a(b'"),
        ("*", "no regular expression: no argument for repetition operator: '*'"),
        ("[z-a]", "no regular expression: invalid character class range: 'z-a'"),
        ("a" * 60 + "(\x1b", f"no regular expression: missing ): '{'a' * 40}…'"),
        ("(a{100}){100}", "no regular expression: invalid repetition size: '{100}'"),
        (r"\pL{1000}\pL{1000}", "no regular expression: pattern too large - compile failed"),
        ("\ud800", "no regular expression: it holds half a character"),
        (5, "write a regular expression in single quotes"),
        (None, "write a regular expression in single quotes"),
    ],
)
def test_what_is_no_pattern_is_told(pattern: object, message: str) -> None:
    assert wrong(pattern) == message


def test_re2_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    wrong("a(b")
    assert capfd.readouterr() == ("", "")
