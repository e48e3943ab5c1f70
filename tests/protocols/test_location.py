"""Locations: where a redirect leads, in whatever way the target writes it."""

import pytest

from planrunner.protocols.http.terms import Origin
from planrunner.protocols.http.urls.location import follow
from planrunner.protocols.http.urls.url import OtherSchemeError, split

FROM = split("http://h/x/a?q=1")


@pytest.mark.parametrize(
    ("location", "to"),
    [
        (b"b", "http://h/x/b"),
        (b"/b?c", "http://h/b?c"),
        (b"?y", "http://h/x/a?y"),
        (b"?", "http://h/x/a?"),
        (b"#part", "http://h/x/a?q=1"),
        (b"../../../b/./c/..", "http://h/b/"),
        (b"%2e%2E/b%2fc/.%2e/d/%2e", "http://h/d/"),
        (b"//G:81", "http://g:81/"),
        (b"\\\\g\\b", "http://g/b"),
        (b"///g/b", "http://g/b"),
        (b"http:b", "http://h/x/b"),
        (b"https:g/b", "https://g/b"),
        (b" \tHTTPS://g/a\tb ", "https://g/ab"),
        (b"https://g?x#y?z", "https://g/?x"),
        (b"http://0x7f.1:0080/", "http://127.0.0.1/"),
        (b"http://[0::1]:80", "http://[::1]/"),
    ],
)
def test_a_location_is_read_as_in_browsers(location: bytes, to: str) -> None:
    assert follow(FROM, location) == split(to)


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/ü b?ß", "/%C3%BC%20b?%C3%9F"),
        ("/a%20b%zz?%", "/a%20b%zz?%"),
        ("/a|b^c{}?'|^{}`\"<>", "/a|b%5Ec%7B%7D?%27|^{}`%22%3C%3E"),
        ("/\x01?\x7f", "/%01?%7F"),
    ],
)
def test_what_is_encoded_is_what_browsers_encode(location: str, asked: str) -> None:
    assert follow(FROM, location.encode()).path == asked


def test_bytes_that_are_no_utf_8_stay_what_they_are() -> None:
    assert follow(FROM, b"/caf\xe9?\xfc").path == "/caf%E9?%FC"


def test_a_host_may_be_encoded_or_not() -> None:
    hosts = {
        follow(FROM, location.encode()).host for location in ("//müller.example", "//m%C3%BCller.example")
    }
    assert hosts == {"xn--mller-kva.example"}


def test_a_name_and_password_go_unused() -> None:
    to = follow(FROM, b"http://user:secret@g@g:81/b")
    assert (to.origin, to.host, to.path) == (Origin(False, "g", 81), "g:81", "/b")


def test_the_dots_of_a_plans_own_path_are_resolved_when_something_is_relative_to_it() -> None:
    base = split("http://h/a/../b/./c?q")
    assert [follow(base, location).path for location in (b"d", b"?x", b"#x")] == ["/b/d", "/b/c?x", "/b/c?q"]


@pytest.mark.parametrize(
    "location", [b"ftp://h/", b"javascript:alert(1)", b"data:,x", b"my.app+x://a", b"blob:"]
)
def test_another_scheme_is_for_others(location: bytes) -> None:
    with pytest.raises(OtherSchemeError):
        follow(FROM, location)


@pytest.mark.parametrize(
    "location",
    [
        b"http://",
        b"https:",
        b"//",
        b"//u@/",
        b"//:80/",
        b"//h:x/",
        b"//h:0/",
        b"//h:65536/",
        b"//h:80:80/",
        b"//[::1/",
        b"//[::1]h/",
        b"//[fe80::1%25eth0]/",
        b"//[g]/",
        b"//a b/",
        b"//a%00b/",
        b"//1.2.3.4.5/",
        b"//\xff/",
    ],
)
def test_what_no_browser_understands_leads_nowhere(location: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        follow(FROM, location)
    assert type(caught.value) is not OtherSchemeError
