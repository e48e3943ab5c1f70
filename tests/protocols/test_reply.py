"""Replies: headers, text and JSON of what came back."""

import pytest

from planrunner.protocols import Reply


def reply(body: bytes = b"", *headers: tuple[bytes, bytes]) -> Reply:
    made = Reply()
    made.body, made.headers = body, list(headers)
    return made


def test_a_header_is_found_in_any_case_and_joined_when_there_are_several() -> None:
    made = reply(b"", (b"X-Id", b"1"), (b"x-id", b"2"), (b"Name", b"\xfcber"))
    assert (made.header("X-ID"), made.header("name"), made.header("other")) == ("1, 2", "über", None)


def test_text_that_is_not_utf8_is_shown_as_far_as_it_is() -> None:
    assert reply(b"caf\xe9").text() == "caf\ufffd"


def test_json_is_parsed_once() -> None:
    made = reply(b'{"a": [1]}')
    assert made.json() == {"a": [1]}
    assert made.json() is made.json()


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"NaN", b"\xff", b"[" * 100_000])
def test_what_is_not_json_says_so(body: bytes) -> None:
    with pytest.raises(ValueError, match="the body is not JSON"):
        reply(body).json()


def test_a_cookie_is_found_in_the_reply_that_set_it_last() -> None:
    first = reply(b"", (b"Set-Cookie", b"a=0"), (b"set-cookie", b"b=1; Path=/"))
    second = reply(b"", (b"Set-Cookie", b"c = 2 "))
    last = reply(b"", (b"SET-COOKIE", b"a=1"), (b"Set-Cookie", b'a="2"; Secure'), (b"X", b"d=4"))
    last.hops = (first, second)
    assert [last.cookie(name) for name in ("a", "b", "c", "d", "A")] == ['"2"', "1", "2", None, None]


def test_a_set_cookie_without_a_name_is_none() -> None:
    assert reply(b"", (b"Set-Cookie", b"a")).cookie("a") is None
