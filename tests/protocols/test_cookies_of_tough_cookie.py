"""Cookies, compared with tough-cookie, the jar of Node.js's clients (RFC 6265, and some of its successor).

Both jars are given the same lines and say what they send to some URLs. Where they do not agree, OTHERWISE
says why; lines made at random hold nothing of that, and must agree.
"""

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from nginx import program
from npm import modules

from planrunner.protocols.http.cookies import LONGEST, SIZE, Jar
from planrunner.protocols.http.urls.url import split

pytestmark = [pytest.mark.slow, pytest.mark.server("node")]

FOLDER = Path(__file__).parent / "tough-cookie"
HOSTS = (
    "shop.example.com",
    "example.com",
    "x.shop.example.com",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "a.co.uk",
)
PATHS = ("", "/", "/a", "/a/", "/a/b", "/a/b/c?d=/e", "/ab", "/a%20b/")
ASKED = [f"{scheme}://{host}{path}" for scheme in ("http", "https") for host in HOSTS for path in PATHS]
HOME, SAFE = "http://shop.example.com/a/b", "https://shop.example.com/a/b"
URLS = (HOME, SAFE, "http://localhost/a/b", "http://127.0.0.1/", "https://[::1]/a/b/c", "http://example.com")
PAST, FUTURE = "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"

Case = Sequence[tuple[str, str]]
"""URLs and the Set-Cookie lines that come from there."""

PAIRS = [
    "s=1",
    "s",
    "=s",
    "=s=t",
    "==s",
    "s==",
    "",
    "=",
    "s=",
    ' s = "a b" ',
    's="a',
    "\ts\t=\ta\t",
    "s=a,b",
    "s=ü",
]
ATTRIBUTES = [
    *("Secure", "SECURE=x", "HttpOnly", "SameSite=None", "SameSite=Strict", "Partitioned", "", "=", "x=y;=z"),
    *("Path", "Path=", "Path=a", "Path=/", "Path=/a", "PATH = /a/", "Path=/ab", "Path=/; Path=x", "Path=/ü"),
    *("Domain", "Domain=", "Domain=.", "Domain=example.com", "Domain=.EXAMPLE.com", "Domain=..example.com"),
    *("Domain=example.com.", "Domain=com", "Domain=shop.example.com", "Domain=x.shop.example.com"),
    *("Domain=127.0.0.1", "Domain=0.0.1", "Domain=localhost", "Domain=ample.com", "Domain=ex\u00e4mple.com"),
    *(
        "Max-Age",
        "Max-Age=0",
        "Max-Age=-0",
        "Max-Age=-1",
        "Max-Age=-",
        "Max-Age=+1",
        "Max-Age=1.5",
        "Max-Age=99",
    ),
    *("Max-Age=0; Max-Age=x", f"Max-Age=0; Expires={FUTURE}", f"Max-Age=99; Expires={PAST}"),
    *(f"Expires={PAST}", f"Expires={PAST}; Expires=x", f"Expires={PAST}; Expires={FUTURE}", "Expires"),
    *(
        f"Expires={date}"
        for date in ("1 jan 1970 0:0:0", "Thursday, 01-Jan-70 00:00:00 GMT", "01 Jan 70 00:00:60")
    ),
    *(
        f"Expires={date}"
        for date in ("Thu Jan  1 00:00:00 1970", "31 Feb 1980 00:00:00", "29 Feb 1980 00:00:00")
    ),
    *(
        f"Expires={date}"
        for date in ("1 Jan 1600 00:00:00", "1 Jan 99 1:1:1", "1 Jan 69 1:1:1", "Jan 1 1980")
    ),
]
NAMES = ["__Secure-s=1", "__Secure-s=1; Secure", "__Host-s=1; Secure; Path=/", "__Host-s=1; Secure"]
NAMES += [
    "__Host-s=1; Secure; Path=/a",
    "__Host-s=1; Path=/",
    "__Host-s=1; Secure; Path=/; Domain=shop.example.com",
]
SINGLE = [*PAIRS, *NAMES, *(f"s=1; {attribute}" for attribute in ATTRIBUTES)]

SEVERAL = [
    ["s=1", "t=2", "s=3"],
    ["s=1; Path=/", "s=2; Path=/a", "s=3; Path=/a/b", "t=4; Path=/a"],
    ["s=1; Domain=example.com", "s=2; Path=/a/b", "s=3; Domain=.example.com"],
    ["s=1", "t=2", "s=; Max-Age=0"],
    ["s=1", "s=2; Path=/", f"s=; Expires={PAST}", "s=4"],
    ["a", "b", "=c", "a=1"],
]


class Difference(NamedTuple):
    """Lines about which the jars do not agree, by what they send to one URL."""

    why: str
    case: Case
    asked: str
    ours: str
    theirs: str


SIX, BIG = "http://[::1]/a/b", "x" * (SIZE - 1)
OTHERWISE = [
    Difference("the last Domain counts, be it empty", [(HOME, "s=1; Domain=com; Domain=")], HOME, "s=1", ""),
    Difference("a prefix is one in any case", [(SAFE, "__host-s=1")], SAFE, "", "__host-s=1"),
    Difference("a value that passes for such a name", [(SAFE, "__Secure-s")], SAFE, "", "__Secure-s"),
    Difference("control characters: all or nothing", [(HOME, "s=1\x00; t")], HOME, "", "s=1"),
    Difference("DEL is one", [(HOME, "s=a\x7fb")], HOME, "", "s=a\x7fb"),
    Difference("in attributes too", [(HOME, "s=1; Path=/\x01; Path=/")], HOME, "", "s=1"),
    Difference("but a tab is none", [(HOME, "s=a\tb")], HOME, "s=a\tb", ""),
    Difference("name and value are limited", [(HOME, f"st={BIG}")], HOME, "", f"st={BIG}"),
    Difference("attributes are limited", [(HOME, f"s=1; Path=/{'x' * LONGEST}")], HOME, "s=1", ""),
    Difference("the host of an IPv6 URL has brackets", [(SIX, "s=1; Domain=[::1]")], SIX, "s=1", ""),
    Difference("the same", [(SIX, "s=1; Domain=::1")], SIX, "", "s=1"),
    Difference(
        "one for the host alone is another one than one for its subdomains",
        [(HOME, "s=1"), (HOME, "s=2; Domain=shop.example.com")],
        HOME,
        "s=1; s=2",
        "s=2",
    ),
    Difference(
        "what comes in the clear does not pass for a secure one",
        [(SAFE, "s=1; Secure; Path=/"), (HOME, "s=2; Path=/")],
        SAFE,
        "s=1",
        "s=2",
    ),
    Difference(
        "the same, for the same path",
        [(SAFE, "s=1; Secure"), (HOME, "s=2")],
        SAFE,
        "s=1",
        "s=2",
    ),
    Difference(
        "a path is compared as it is sent, not decoded",
        [("http://localhost/a%20b/", "s=1; Path=/a b")],
        "http://localhost/a%20b/",
        "",
        "s=1",
    ),
    Difference(
        "no Public Suffix List: cookies for all of co.uk harm nobody in a test",
        [("http://a.co.uk/", "s=1; Domain=co.uk")],
        "http://b.co.uk/",
        "s=1",
        "",
    ),
]


def at_random(number: int) -> Case:
    """Make up to four lines, all over TLS or none, for nobody but hosts of which no domain is named."""
    random = Random(number)
    scheme = random.choice(("http", "https"))
    case = []
    for _ in range(random.randint(1, 4)):
        host = random.choice(("shop.example.com", "x.shop.example.com", "localhost", "127.0.0.1"))
        attributes = [
            random.choice(
                ("", "", "Domain=example.com", "domain=.Example.Com", "Domain=com", "Domain=other.example")
            ),
            random.choice(("", "", "Path=/", "path = /a", "Path=/a/b", "Path=b", "Path")),
            random.choice(("", "", "Secure", "HttpOnly", "SameSite=Lax", "x=y")),
            random.choice(("", "", "", "Max-Age=0", "Max-Age=99", "Max-Age=x", "Max-Age=-1")),
            random.choice(("", "", "", f"Expires={PAST}", f"expires={FUTURE}", "Expires=never")),
        ]
        random.shuffle(attributes)
        pair = random.choice(("a=1", "a=2", "b=1", "b=2", "c", "=d", "e=", '"f"="1 2"', " g = h "))
        line = ";".join([pair, *(each for each in attributes if each or random.random() < 0.2)])
        case.append((f"{scheme}://{host}{random.choice(('', '/', '/a/', '/a/b', '/a/b/c'))}", line))
    return case


CASES: list[Case] = [
    *([(url, line)] for url in URLS for line in SINGLE),
    *([(url, line) for line in lines] for url in URLS for lines in SEVERAL),
    *(at_random(number) for number in range(600)),
]


def ours(case: Case, asked: Sequence[str]) -> list[str]:
    jar, now = Jar(), time.time()
    for url, line in case:
        jar.store([line.encode()], split(url), now)
    return ["; ".join(cookie.text.decode() for cookie in jar.matching(split(url), now)) for url in asked]


def theirs(cases: Sequence[tuple[Case, Sequence[str]]]) -> list[list[str]]:
    """Ask tough-cookie about all cases at once: node takes a while to start."""
    node = program("node")
    assert node is not None
    done = subprocess.run(
        [node, FOLDER / "jar.cjs"],
        input=json.dumps(cases),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
        env={"NODE_PATH": str(modules(FOLDER))},
    )
    answers: list[list[str]] = json.loads(done.stdout)
    return answers


def test_both_jars_send_the_same_cookies() -> None:
    answers = theirs([(case, ASKED) for case in CASES])
    differences = [
        (case, url, mine, tough)
        for case, answer in zip(CASES, answers, strict=True)
        for url, mine, tough in zip(ASKED, ours(case, ASKED), answer, strict=True)
        if mine != tough
    ]
    assert differences == []
    assert sum(any(answer) for answer in answers) > len(CASES) / 2  # most are about cookies that are stored


def test_where_they_do_not_it_has_a_reason() -> None:
    answers = theirs([(each.case, [each.asked]) for each in OTHERWISE])
    for each, (answer,) in zip(OTHERWISE, answers, strict=True):
        assert (each.why, *ours(each.case, [each.asked]), answer) == (each.why, each.ours, each.theirs)
