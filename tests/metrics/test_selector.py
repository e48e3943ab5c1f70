"""Selectors: how they are read and written, and which series they pick."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.selector import Selector, Tag, selector
from planrunner.metrics.series import Key


@pytest.mark.parametrize(
    ("text", "metric", "tags"),
    [
        ("http_reqs", "http_reqs", ()),
        (" http_reqs { } ", "http_reqs", ()),
        ("checks{check:status is 200}", "checks", (Tag("check", ("status is 200",)),)),
        (
            "a{name:GET http://h:1/x, scenario!=warm}",
            "a",
            (Tag("name", ("GET http://h:1/x",)), Tag("scenario", ("warm",), wanted=False)),
        ),
        ("a{check:'x, y','scenario':b}", "a", (Tag("check", ("x, y",)), Tag("scenario", ("b",)))),
        ("a{name:it's {b}}", "a", (Tag("name", ("it's {b}",)),)),
        ('a{name:"a ""b"", c"}', "a", (Tag("name", ('a "b", c',)),)),
        ('a{name:"x" or "y, z"}', "a", (Tag("name", ('"x" or "y, z"',)),)),
        ("a{name:,b:}", "a", (Tag("name", ("",)), Tag("b", ("",)))),
    ],
)
def test_a_selector_is_read_as_k6_reads_it(text: str, metric: str, tags: tuple[Tag, ...]) -> None:
    assert selector(text) == Selector(metric, tags)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("status:[500, 503]", Tag("status", ("500", "503"))),
        ("status!=[200,204]", Tag("status", ("200", "204"), wanted=False)),
        ("name:[ GET /a , \"b, c\", 'd]']", Tag("name", ("GET /a", "b, c", "d]"))),
        ("name:[5*]", Tag("name", ("5*",))),
        ("name:'[a]'", Tag("name", ("[a]",))),
        ("name:a[0]", Tag("name", ("a[0]",))),
    ],
)
def test_a_list_is_any_of_several_values(text: str, tag: Tag) -> None:
    assert selector(f"a{{{text}}}") == Selector("a", (tag,))
    assert selector(f"a{{{text}, b:c}}") == Selector("a", (tag, Tag("b", ("c",))))


@pytest.mark.parametrize("text", ["", "{a:b}", "a{b}", "a{b:c", "a b", "a{b:c,,d:e}"])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"metric or metric|is not tag:value"):
        selector(text)


@pytest.mark.parametrize("text", ["a{b:[c}", "a{b:[]}", "a{b:[c] d}", "a{b:[c,]}", "a{b:['c}"])
def test_a_list_without_its_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write the values of b as a list \[a, b\]"):
        selector(text)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("m", True),
        ("other", False),
        ("m{name:GET /a?[b]}", True),
        ("m{name:GET*}", True),
        ("m{name!=GET*}", False),
        ("m{name:GET /a?[b],scenario:x}", True),
        ("m{name:GET /a?b}", False),
        ("m{endpoint:x}", False),
        ("m{endpoint!=x}", True),
        ("m{scenario:[w, x]}", True),
        ("m{scenario:[w, y]}", False),
        ("m{scenario!=[w, *]}", False),
    ],
)
def test_a_selector_picks_by_all_of_its_tags(text: str, picked: bool) -> None:
    key = Key("m", (("name", "GET /a?[b]"), ("scenario", "x")))
    assert selector(text).picks(key) is picked


VALUES = st.text(st.sampled_from("ab *,'\"[]{}:!="), max_size=6)
NAMES = st.sampled_from(["a", "b", "own_tag"])
TAGS = st.builds(Tag, NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple), st.booleans())
SELECTORS = st.builds(Selector, st.just("m"), st.lists(TAGS, max_size=3).map(tuple))


@pytest.mark.slow
@given(SELECTORS)
def test_a_selector_that_is_written_is_read_as_the_same(picked: Selector) -> None:
    assert selector(str(picked)) == picked


@pytest.mark.slow
@given(SELECTORS, st.dictionaries(NAMES, VALUES.filter(bool), max_size=3))
def test_a_selector_picks_what_a_naive_one_picks(picked: Selector, has: dict[str, str]) -> None:
    def is_one(value: str, patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)

    expected = all(is_one(has.get(tag.name, ""), tag.values) is tag.wanted for tag in picked.tags)
    assert picked.picks(Key("m", tuple(sorted(has.items())))) is expected


def test_only_the_star_is_a_wildcard() -> None:
    assert selector("m{name:a.c}").picks(Key("m", (("name", "abc"),))) is False
