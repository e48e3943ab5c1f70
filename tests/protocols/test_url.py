"""URLs: where to connect, what to send."""

import pytest

from planrunner.protocols.http.terms import Origin
from planrunner.protocols.http.urls.url import Url, encode_part, host_header, join, split


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://h", Url(Origin(False, "h", 80), "h", "/")),
        ("http://h:80/a", Url(Origin(False, "h", 80), "h", "/a")),
        ("https://h/a?b=1", Url(Origin(True, "h", 443), "h", "/a?b=1")),
        ("https://H.example:8443/", Url(Origin(True, "h.example", 8443), "h.example:8443", "/")),
        ("http://[::1]:8080/x", Url(Origin(False, "::1", 8080), "[::1]:8080", "/x")),
        (
            "http://müller.example/",
            Url(Origin(False, "xn--mller-kva.example", 80), "xn--mller-kva.example", "/"),
        ),
        ("http://h/a b/<c>/ü", Url(Origin(False, "h", 80), "h", "/a%20b/%3Cc%3E/%C3%BC")),
        ("http://h/a%20b?c=%C3&d=a;b", Url(Origin(False, "h", 80), "h", "/a%20b?c=%C3&d=a;b")),
        ("http://h/a#part", Url(Origin(False, "h", 80), "h", "/a")),
        ("http://h?x=1", Url(Origin(False, "h", 80), "h", "/?x=1")),
        ("http://h/a?", Url(Origin(False, "h", 80), "h", "/a?")),
        ("HTTPS://h:/a", Url(Origin(True, "h", 443), "h", "/a")),
        ("http://h:0081/a", Url(Origin(False, "h", 81), "h:81", "/a")),
        ("http://[0::0:1]", Url(Origin(False, "::1", 80), "[::1]", "/")),
        ("http://h/a/../%2e/b\\c|d", Url(Origin(False, "h", 80), "h", "/a/../%2e/b%5Cc%7Cd")),
        (f"http://{'a' * 63}.test./", Url(Origin(False, f"{'a' * 63}.test.", 80), f"{'a' * 63}.test.", "/")),
    ],
)
def test_a_url_is_taken_apart(text: str, url: Url) -> None:
    assert split(text) == url


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("/a", "begins with http:// or https://"),
        ("ftp://h/", "begins with http:// or https://"),
        ("http://", "names no host"),
        ("http://h:port/", "is no URL"),
        ("http://h:99999/", "is no URL"),
        ("http://h:0/", "its port is not between 1 and 65535"),
        ("http://h:65536/", "its port is not between 1 and 65535"),
        ("http://h:٣/", "its host is followed by something else than `:` and a port"),
        ("http://[::bad/", "is no URL"),
        ("http://[::g]/", "is no URL"),
        ("http://[::1]h/", "its host is followed by something else than `:` and a port"),
        (
            "http://[fe80::1%eth0]/",
            "its address has a zone (RFC 9844): write a name, and the address in `hosts`",
        ),
        ("http:///h", "names no host"),
        ("http:/h", "begins with http:// or https://"),
        (" http://h", "begins with http:// or https://"),
        ("http://h/a\tb", "it holds a tab or a line break"),
        ("http://h/a\n", "in YAML, `>-` leaves out the last one"),
        ("http://" + "a" * 70 + "ü.example/", "is no URL"),
        (f"http://{'a' * 64}.test/", "a part of its host is empty or longer than 63 characters"),
        ("http://a..test/", "a part of its host is empty"),
        ("http://.test/", "a part of its host is empty"),
        ("http://a b/", "its host holds a space or a control character"),
        ("http://a\0b.test/", "its host holds a space or a control character"),
        (f"http://{'a.' * 127}a/", "its host is longer than 253 characters"),
        ("http://user:secret@h/", "may not hold a user name or password"),
        ("http://user:secret@h:port/", "may not hold a user name or password"),
        ("http://@h/", "may not hold a user name or password"),
    ],
)
def test_what_is_no_url_says_why(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        split(text)
    assert complaint in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "url", "whole"),
    [
        ("http://h", "/a", "http://h/a"),
        ("http://h/", "a", "http://h/a"),
        ("http://h/base", "/a?b", "http://h/base/a?b"),
        ("http://h/base/", "/a", "http://h/base/a"),
        ("http://h", "https://other/x", "https://other/x"),
        ("http://h", "HTTPS://other/x", "HTTPS://other/x"),
    ],
)
def test_a_relative_url_stands_behind_the_target(target: str, url: str, whole: str) -> None:
    assert join(target, url) == whole


def test_a_value_stays_one_part_of_a_url() -> None:
    assert encode_part("a/b?c=d&e ü%") == "a%2Fb%3Fc%3Dd%26e%20%C3%BC%25"


def test_a_zone_is_for_connecting_and_is_sent_to_nobody() -> None:
    assert host_header(Origin(False, "fe80::1%eth0", 8080)) == "[fe80::1]:8080"
