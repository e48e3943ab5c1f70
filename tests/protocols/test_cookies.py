"""Cookies: what is stored, for how long, and where it is sent (draft-ietf-httpbis-rfc6265bis)."""

import pytest

from planrunner.protocols.http.cookies import (
    FOUND,
    IN_ALL,
    LONGEST,
    PER_DOMAIN,
    SIZE,
    Jar,
    named,
    parse,
    read_date,
)
from planrunner.protocols.http.urls.url import split

NOW = 1_000_000_000.0
HOME = "http://shop.example.com/a/b?q=/x/y"
SAFE = "https://shop.example.com/a/b"


def jar(*lines: str, url: str = HOME, lasting: bool = False) -> Jar:
    made = Jar()
    made.store([line.encode() for line in lines], split(url), NOW, lasting=lasting)
    return made


def sent(made: Jar, url: str = HOME, now: float = NOW) -> list[str]:
    return [cookie.text.decode() for cookie in made.matching(split(url), now)]


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("s=1", {"shop.example.com/a/b", "shop.example.com/a/c/d", "shop.example.com:81/a/"}),
        ("s=1; Path=/", {"shop.example.com/", "shop.example.com/a/b", "shop.example.com/other"}),
        ("s=1; Path=/a/b", {"shop.example.com/a/b", "shop.example.com/a/b/c"}),
        ("s=1; Path=/a/b/", {"shop.example.com/a/b/c"}),
        ("s=1; Path=a", {"shop.example.com/a/b"}),
        ("s=1; Domain=example.com", {"shop.example.com/a/x", "example.com/a/x", "x.y.example.com/a/x"}),
        ("s=1; domain=.EXAMPLE.com; path=/", {"example.com/"}),
        ("s=1; Domain=shop.example.com", {"shop.example.com/a/x", "x.shop.example.com/a/x"}),
        ("s=1; Domain=", {"shop.example.com/a/x"}),
        ("s=1; Domain=.", {"shop.example.com/a/x"}),
        ("s=1; Domain=other.example; Domain=", {"shop.example.com/a/x"}),
        ("s=1; Path=/x; Path=y", {"shop.example.com/a/b"}),
        ("s=1;;  ; path = /x ;=; Unknown=1", {"shop.example.com/x"}),
        ("s=1; SameSite=Strict; HttpOnly; Partitioned", {"shop.example.com/a/b"}),
        (f"s=1; Path=/{'x' * LONGEST}", {"shop.example.com/a/b"}),
        (f"s=1; Domain={'x' * LONGEST}x", {"shop.example.com/a/b"}),
    ],
)
def test_a_cookie_is_sent_where_it_belongs(line: str, there: set[str]) -> None:
    made = jar(line)
    assert {place for place in there if sent(made, f"http://{place}") == ["s=1"]} == there


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("s=1", "http://example.com/a/b"),
        ("s=1", "http://x.shop.example.com/a/b"),
        ("s=1", "http://shop.example.com/ab"),
        ("s=1; Path=/a/b", "http://shop.example.com/a/bc"),
        ("s=1; Path=/a/b", "http://shop.example.com/a"),
        ("s=1; Domain=other.example.com", HOME),
        ("s=1; Domain=example.com", "http://badexample.com/a/b"),
        ("s=1; Domain=shop.example.com", "http://example.com/a/b"),
    ],
)
def test_a_cookie_is_sent_nowhere_else(line: str, url: str) -> None:
    assert sent(jar(line), url) == []


def test_a_secure_cookie_comes_and_goes_over_tls() -> None:
    made = jar("s=1; Secure; HttpOnly", url=SAFE)
    assert (sent(made, SAFE), sent(made), sent(jar("s=1; Secure"), SAFE)) == (["s=1"], [], [])


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:81", "a.localhost", "127.0.0.1", "127.9.9.9:81", "[::1]:81"]
)
def test_on_this_machine_plain_http_is_safe_enough(host: str) -> None:
    assert sent(jar("s=1; Secure; Path=/", url=f"http://{host}/"), f"http://{host}/a") == ["s=1"]


@pytest.mark.parametrize("host", ["localhost.example", "notlocalhost", "128.0.0.1", "[::2]", "10.0.0.1"])
def test_no_other_host_is(host: str) -> None:
    assert parse(b"s=1; Secure", split(f"http://{host}/"), NOW) is None


@pytest.mark.parametrize(
    "line",
    ["s=1", "s=1; Path=/", "s=1; Path=/other", "s=1; Domain=example.com", "s=; Max-Age=0; Path=/"],
)
def test_what_comes_in_the_clear_does_not_pass_for_a_secure_cookie(line: str) -> None:
    made = jar("s=0; Secure; Path=/", url=SAFE)
    made.store([line.encode(), b"t=1"], split(HOME), NOW)
    assert [cookie.text for cookie in made.cookies.values()] == [b"s=0", b"t=1"]


def test_what_comes_in_the_clear_may_stand_below_a_secure_cookie_of_another_path_or_domain() -> None:
    made = jar("s=0; Secure; Path=/login", url=SAFE)
    made.store([b"s=1; Path=/", b"s=2; Path=/login/x"], split(HOME), NOW)
    assert sent(made, "https://shop.example.com/login/x") == ["s=0", "s=1"]


@pytest.mark.parametrize(
    ("line", "url", "stored"),
    [
        ("__Secure-s=1; Secure", SAFE, True),
        ("__Secure-s=1", SAFE, False),
        ("__SECURE-s=1", SAFE, False),
        ("__Secure-s=1; Secure", HOME, False),
        ("__Secure-s=1; Secure; Domain=example.com", SAFE, True),
        ("__Host-s=1; Secure; Path=/", SAFE, True),
        ("__Host-s=1; Secure; Path=/", "http://localhost/", True),
        ("__host-s=1; Path=/", SAFE, False),
        ("__Host-s=1; Secure", "https://shop.example.com/", False),
        ("__Host-s=1; Secure; Path=/a", SAFE, False),
        ("__Host-s=1; Secure; Path=/; Domain=shop.example.com", SAFE, False),
        ("__Host-s=1; Secure; Path=/; Domain=", SAFE, True),
        ("=__Host-s=1; Secure; Path=/", SAFE, False),
        ("__Secure-s; Secure", SAFE, False),
        ("__Secures=1", SAFE, True),
    ],
)
def test_a_name_that_promises_something_keeps_it(line: str, url: str, stored: bool) -> None:
    assert (parse(line.encode(), split(url), NOW) is not None) == stored


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("value", "value"),
        ("=value", "value"),
        (" = value ; Path=/", "value"),
        ("=a=b", "a=b"),
        ("name=", "name="),
        (" a b = c d ", "a b=c d"),
        ("s=1,t=2", "s=1,t=2"),
        ("s\t=\t1\t", "s=1"),
    ],
)
def test_a_cookie_needs_no_name_and_no_value(line: str, text: str) -> None:
    assert sent(jar(line)) == [text]


def test_a_cookie_without_a_name_is_one_by_itself() -> None:
    assert sent(jar("a", "b=1", "=c", "b=2")) == ["c", "b=2"]
    assert [named(pair) for pair in (b"a", b" a = b=c ", b"=")] == [(b"", b"a"), (b"a", b"b=c"), (b"", b"")]


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("s=1; Domain=other.example.com", HOME),
        ("s=1; Domain=x.shop.example.com", HOME),
        ("s=1; Domain=com", HOME),
        ("s=1; Domain=0.0.1", "http://127.0.0.1/"),
        ("s=1; Domain=shop.example.com.", HOME),
        ("s=1; Domain=..example.com", HOME),
        ("s=1; Domain=exämple.com", HOME),
        ("s=1; Domain=::1", "http://[::1]/"),
        ("=", HOME),
        (" ; Path=/", HOME),
        ("", HOME),
        ("s=a\x01b", HOME),
        ("s=1; Path=/\x7f", HOME),
        ("s=1\x00", HOME),
        ("s=" + "x" * SIZE, HOME),
        ("x" * (SIZE + 1), HOME),
    ],
)
def test_what_a_host_may_not_set_is_not_stored(line: str, url: str) -> None:
    assert parse(line.encode(), split(url), NOW) is None


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1/", "http://[::1]/"])
def test_a_host_without_dots_or_an_address_may_name_itself(url: str) -> None:
    made = jar(f"s=1; Domain={split(url).host}", url=url)
    assert (sent(made, url), sent(made, "http://x.localhost/")) == (["s=1"], [])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("Wed, 09-Jun-2021 10:18:14 GMT", 1623233894),
        ("1 jan 70 0:00:00", 0),
        ("1 Jan 69 00:00:00", 3124224000),
        ("1 January 0070 0:00:00.9 GMT+2", 0),
        ("Thu 01:00:00 1970x Jan-01th", 3600),
        ("29 Feb 2024 00:00:00", 1709164800),
    ],
)
def test_dates_are_read_in_all_their_forms(text: str, seconds: int) -> None:
    assert read_date(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "06 Nov 1994",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "1 Jan 1600 00:00:00",
        "1 Jan 2020 24:00:00",
        "1 Jan 2020 00:60:00",
        "31 Feb 2020 00:00:00",
        "29 Feb 2023 00:00:00",
        "0 Jan 2020 00:00:00",
        "1 Jan 199 00:00:00",
        "1 Jan 20200 00:00:00",
        "1 Jan 2020 00:00:000",
        "Jan 2020 00:00:00",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("s=1; Max-Age=10", NOW + 10),
        ("s=1; Max-Age=10; Expires=Sun, 06 Nov 1994 08:49:37 GMT", NOW + 10),
        ("s=1; Expires=Sun, 09 Sep 2001 01:46:50 GMT", NOW + 10),
        ("s=1; Expires=Sun, 09 Sep 2001 01:46:50 GMT; Expires=soon", NOW + 10),
        ("s=1; Max-Age=9; Max-Age=10; Max-Age=1.5; Max-Age=+1; Max-Age=", NOW + 10),
    ],
)
def test_a_cookie_is_sent_until_it_ends(line: str, until: float) -> None:
    made = jar(line)
    assert (sent(made, now=until - 1), sent(made, now=until)) == (["s=1"], [])


@pytest.mark.parametrize(
    "line", ["s=1", "s=1; Max-Age=x", "s=1; Expires=never", f"s=1; Max-Age={'9' * LONGEST}"]
)
def test_a_cookie_whose_end_is_not_said_never_ends(line: str) -> None:
    assert sent(jar(line), now=NOW * 1000) == ["s=1"]


@pytest.mark.parametrize("end", ["Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_cookie_that_has_ended_deletes_the_one_that_is_there(end: str) -> None:
    assert jar("s=1", "t=2", f"s=; {end}", f"gone=; {end}").cookies.keys() == {
        ("shop.example.com", True, "/a", b"t")
    }


def test_a_cookie_is_replaced_by_one_of_its_name_domain_and_path() -> None:
    assert sent(jar("s=1", "t=2", "s=3")) == ["s=3", "t=2"]


def test_a_cookie_for_subdomains_is_another_one() -> None:
    made = jar("s=1", "s=2; Domain=shop.example.com", "s=; Max-Age=0")
    assert sent(made) == ["s=2"]


def test_a_cookie_that_was_over_is_younger_than_those_that_were_not() -> None:
    made = jar("s=1; Max-Age=10", "t=2")
    made.store([b"s=3"], split(HOME), NOW + 10)
    assert sent(made, now=NOW + 10) == ["t=2", "s=3"]


def test_the_longest_path_comes_first_and_then_the_oldest() -> None:
    assert sent(jar("a=1; Path=/", "b=2", "c=3; Path=/", "d=4; Path=/a/b")) == ["d=4", "b=2", "a=1", "c=3"]


def test_a_value_is_sent_back_byte_for_byte() -> None:
    assert jar('s="a=b, ü"; Path=/').matching(split(HOME), NOW)[0].text == 's="a=b, ü"'.encode()


def test_it_is_remembered_for_some_urls_what_they_get() -> None:
    made = jar("s=1; Max-Age=10; Path=/")
    urls = [f"http://shop.example.com/{number}" for number in range(FOUND + 1)]
    assert [sent(made, url) for url in urls * 2] == [["s=1"]] * 2 * len(urls)
    assert sent(made, urls[0], NOW + 10) == []


def test_a_domain_may_fill_only_its_own_share() -> None:
    made = jar("first=1", *(f"n{number}=1" for number in range(PER_DOMAIN)))
    assert (len(made.cookies), sent(made)[0]) == (PER_DOMAIN, "n0=1")


def test_those_that_are_over_make_room_first() -> None:
    made = jar("first=1", *(f"n{number}=1; Max-Age=10" for number in range(PER_DOMAIN - 1)))
    made.store([b"last=1"], split(HOME), NOW + 10)
    assert sent(made, now=NOW + 10) == ["first=1", "last=1"]


def test_many_domains_together_may_not_fill_the_memory() -> None:
    made = Jar()
    for number in range(IN_ALL + 10):
        made.store([b"s=1"], split(f"http://h{number}.example.com/"), NOW)
    assert len(made.cookies) == IN_ALL
    assert (sent(made, "http://h9.example.com/"), sent(made, "http://h10.example.com/")) == ([], ["s=1"])


def test_an_iteration_begins_with_what_was_kept() -> None:
    made = jar("login=1", "other=1")
    made.keep()
    made.store([b"login=2", b"other=; Max-Age=0", b"cart=3"], split(HOME), NOW)
    during = sent(made)
    for _ in range(2):
        made.begin()
    assert (during, sent(made)) == (["login=2", "cart=3"], ["login=1", "other=1"])


def test_without_anything_kept_an_iteration_begins_empty() -> None:
    made = jar("s=1")
    made.begin()
    assert made.cookies == {}


def test_a_lasting_cookie_stays_until_it_is_deleted() -> None:
    made = jar("s=1", lasting=True)
    made.begin()
    stayed = sent(made)
    made.store([b"s=; Max-Age=0"], split(HOME), NOW, lasting=True)
    made.begin()
    assert (stayed, sent(made)) == (["s=1"], [])
