"""Cookies: what is stored, for how long, and where it is sent (RFC 6265)."""

import pytest

from planrunner.protocols.http.cookies import FOUND, IN_ALL, PER_DOMAIN, SIZE, Jar, parse, read_date
from planrunner.protocols.http.url import split

NOW = 1_000_000_000.0
HOME = "http://shop.example.com/a/b?q=/x/y"


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
        ("s=1; Secure", HOME),
    ],
)
def test_a_cookie_is_sent_nowhere_else(line: str, url: str) -> None:
    assert sent(jar(line), url) == []


def test_a_secure_cookie_is_sent_over_tls() -> None:
    assert sent(jar("s=1; Secure; HttpOnly"), "https://shop.example.com/a/") == ["s=1"]


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("s=1; Domain=other.example.com", HOME),
        ("s=1; Domain=x.shop.example.com", HOME),
        ("s=1; Domain=com", HOME),
        ("s=1; Domain=0.0.1", "http://127.0.0.1/"),
        ("nothing", HOME),
        ("=1", HOME),
        ("", HOME),
        ("s=a\x01b", HOME),
        ("s=" + "x" * SIZE, HOME),
    ],
)
def test_what_a_host_may_not_set_is_not_stored(line: str, url: str) -> None:
    assert parse(line.encode(), split(url), NOW) is None


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1/", "http://[::1]/"])
def test_a_host_without_dots_or_an_address_may_name_itself(url: str) -> None:
    host = split(url).origin.host
    made = jar(f"s=1; Domain={host}", url=url)
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
    ],
)
def test_a_cookie_is_sent_until_it_ends(line: str, until: float) -> None:
    made = jar(line)
    assert (sent(made, now=until - 1), sent(made, now=until)) == (["s=1"], [])


@pytest.mark.parametrize("line", ["s=1", "s=1; Max-Age=x", "s=1; Expires=never"])
def test_a_cookie_whose_end_is_not_said_never_ends(line: str) -> None:
    assert sent(jar(line), now=NOW * 1000) == ["s=1"]


@pytest.mark.parametrize("end", ["Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_cookie_that_has_ended_deletes_the_one_that_is_there(end: str) -> None:
    assert jar("s=1", "t=2", f"s=; {end}", f"gone=; {end}").cookies.keys() == {
        ("shop.example.com", "/a", b"t")
    }


def test_a_cookie_is_replaced_by_one_of_its_name_domain_and_path() -> None:
    assert sent(jar("s=1", "t=2", "s=3")) == ["s=3", "t=2"]


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
