"""URLs, compared with Ada, which reads them for Node.js as browsers do (WHATWG URL).

Where a redirect leads must be the same, or nowhere; each reason to go nowhere stands in NOWHERE. A plan is
told that its URL is wrong where a browser guesses (STRICT); what it sends otherwise stands in OTHERWISE.
"""

from urllib.parse import unquote_to_bytes

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from planrunner.protocols.http.urls.location import follow
from planrunner.protocols.http.urls.url import Url, split


def words(text: str) -> list[str]:
    return text.split()


BASES = ["http://h/x/a?q=1", "https://h", "http://[::1]:8443/a//b/?", "https://h:80/%2E/a/../b%2fc/|d?'"]

PATHS = r"""
    b ./b ../b ../../../b b/ b/. b/.. b/c/../.. / /b /./b /../b /b/.. /b/. /b//..//c ..;/b ... /b/.../c
    b?c/../d %2e %2E%2e/b .%2e b/%2e./c %2e%2e%2f %252e ? ?b ?b?c ?b#c?d # #b b#c ?\ ?' b'c ?`|{}^\ `|{}^\ \b
    /@b /: /% /%zz /%4 /%41 ?% ?%zz /"<># ?"<># /[] ?[] b:c ./b:c 1b:c /ü /%C3%BC ?ü /b;c=d,e&f=~!$*()_+
"""
HOSTS = r"""
    //g //g/ ///g ////g/b //g?b //g#b //G.Example/ \\g /\g \/g \\\g g\h //u@g //u:p@g:81/b //u@v@g //@g //u@
    //g:80 //g:443 //g:8080 //g: //g:00443 //g:65535 //g:65536 //g:0 //g:8a //g:-1 //g:80:81 //:80 //u:p@:80
    //g. //g../ //.g //g..h //. //a_b //-a- //a--b //%67 //%2567 //g%20h //g<h //g^h //g|h //g"h //g{}`h
    //g~!$&'()*+,;=h //g%00 //g%2fh //g%5ch //g%3ah //g%40h //% //%g //%ff //a@b/c@d //a\@b //a?@b //a#@b
    //straße.example //STRASSE.example //ẞ.example //müller.example //βόλος.example //日本語。jp //例え.テスト
    //אב.example //א1b.example //xn--tda.example //XN--TDA //xn--a //xn-- //💩.la //☃ //ü_ //-ü //ü.xn--a //℀
"""
ADDRESSES = r"""
    //127.1 //0x7f.1 //0x7F000001 //017700000001 //0 //0x //00 //08 //1.2.3.4.5 //1.2.3 //256.0.0.1
    //1.256.1 //1.2.65536 //4294967295 //4294967296 //1.2.3.4. //1..2 //1.2.3.0x4 //a.1 //1.a //a.0x1 //a.0xg
    //%31.2.3.4 //[::1] //[::1]:81/b //[0:0:0:0:0:0:0:1] //[::FFFF:1.2.3.4] //[::1.2.3.4] //[1::2::3] //[::1
    //::1 //[::1]b //b[::1] //[fe80::1%25eth0] //[fe80::1%eth0] //[v1.a] //[1] //[1:0:0:2:0:0:0:3] //[]
    //[1:0:2:0:3:0:4:0] //[::12345] //[::1.2.3] //[::1.2.3.04] //[:1] //[1:2:3:4:5:6:7::]
    //[1:2:3:4:5:6:7:8:9]
"""
SCHEMES = r"""
    http:b http:/b http://b http:///b http:\\b https:b https:/b https:\b/c HTTP:b http: https: http:?b
    https:?b http:#b https:// https://?b https://#b http://:80 HtTpS://g:443 ftp://g/ FTP:g
    javascript:alert(1) data:,b ws://g file:///b mailto:b app+1.0-x://g blob:http://g
    about:blank :b ://g http//g h+://g
"""
BLANKS = [
    "",
    " ",
    "/a b",
    " /b ",
    "?b ",
    "\t/\tb\n",
    "ht\ttp:/\n/g\r/b",
    "//g h",
    "\x01//g\x1f",
    "/\x00",
    "?\x7f",
]
ODD = [
    "//" + "g" * 64,
    "//" + "g." * 128,
    "//" + "ü" * 60,
    "//a\u00adb",
    "//\u00ad",
    "//a\u200db",
    "//\ufffd",
]
ODD += ["//\uff47.\uff11", "//g\u2024h", "//mu\u0308ller", "//\uff0541", "//\u0640\u0627", "//\u2260"]
LOCATIONS = [*BLANKS, *ODD, *words(PATHS + HOSTS + ADDRESSES + SCHEMES)]

PIECES = words(r"""
    http: https: ftp: x: / / // \ ? # @ : :80 :443 :0 :65536 h g.example . .. %2e %2E%2e %2f % %zz %41 %C3 | ^
    a ' " [ ] [::1] [1::%1] 127.1 0x7f 08 256 1.2.3.4 ~ é ß Ü xn--a xn--tda _ - { } ` < & = + ;
""")
PIECES += [" ", "\t", "\n", "\x00", "\x1f", "\x7f", "\u3002", "\uff11", "\u00ad"]
PLAIN = [piece for piece in PIECES if piece not in {"\\", ".", "..", "%2e", "%2E%2e"}]  # the rest: OTHERWISE
OF_A_NAME = words("a Z 0 - _ . ß ς ẞ é ü K · א ب ज ं / 中 ﬃ ℀ xn-- xn--zca %c3%9f %C3 -- 0x 256")
OF_A_NAME += ["\u0301", "\u200d", "\u00ad", "\u3002", "\uff41"]
OF_AN_ADDRESS = words("0 1 : . % :: ffff 0001 00001 1.2.3.4 1.2.3.256 01 %eth0 0:0:0:")
OF_A_NUMBER = words("0 1 255 256 0x 0xff 010 08 . . .")

NOWHERE = {
    "its port is not between 1 and 65535": ("//g:0", "browsers do not connect to port 0 either (fetch, 2.9)"),
    "a part of its host is empty or longer": ("//g..h", "no name lookup takes it (RFC 1035, 2.3.4)"),
    "its host is longer than": ("//" + "g." * 128, "the same"),
    "its host cannot be written in ASCII": (
        "//☃",
        "no registry gives it away (IDNA 2008); xn--n3h leads there",
    ),
}

STRICT = {
    "http:g": "begins with http:// or https://",
    "http:/g": "begins with http:// or https://",
    "\\\\g": "begins with http:// or https://",
    " http://g": "begins with http:// or https://",
    "http:///g": "it names no host",
    "http://g\\b": "its host holds a \\",
    "http://%67/": "its host holds a %",
    "http://u:p@g/": "a URL may not hold a user name or password",
    "http://@g/": "a URL may not hold a user name or password",
    "http://127.1/": "its host is another form of the address 127.0.0.1",
    "http://0x7f.0.0.1/": "its host is another form of the address 127.0.0.1",
    "http://010.0.0.1/": "its host is another form of the address 8.0.0.1",
    "http://1.2.3.4./": "its host is another form of the address 1.2.3.4",
    "http://g/a\tb": "it holds a tab or a line break",
    "http://g/a\n": "it holds a tab or a line break",
    "http://g:0/": "its port is not between 1 and 65535",
    "http://g../": "a part of its host is empty or longer",
    "http://☃/": "its host cannot be written in ASCII",
}

OTHERWISE = {
    # URL: what we send, what browsers send, why
    "http://h/a/../b": ("/a/../b", "/b", "as written, and as k6 sends it: a test may be about just that"),
    "http://h/a/%2e%2E/b": ("/a/%2e%2E/b", "/b", "the same"),
    "http://h/a\\b": ("/a%5Cb", "/a/b", "no URL has a \\ (RFC 3986), and a plan means what it says"),
    "http://h/a|b[c]": ("/a%7Cb[c]", "/a|b[c]", "no URL has a | (RFC 3986), and some servers refuse it"),
    "http://h/?{a}|`\\^": ("/?%7Ba%7D%7C%60%5C%5E", "/?{a}|`\\^", "the same"),
    "http://h/?it's": ("/?it's", "/?it%27s", "a URL may have it (RFC 3986)"),
    "http://h/ ?b ": ("/%20?b%20", "/%20?b", "a space at the end is one, too"),
}

Place = tuple[str, str, str]
"""Scheme, host as the header has it, and what is asked for."""


def in_browsers(text: str, base: str | None = None) -> Place | None:
    """Return where a URL leads in browsers; None for what is none, or of another scheme."""
    try:
        url = URL(text, base)
    except ValueError:
        return None
    if url.protocol not in {"http:", "https:"}:
        return None
    whole = url.href.partition("#")[0]  # `search` does not tell whether there is a ? with nothing behind it
    return url.protocol, url.host, whole[whole.index("/", len(url.protocol) + 2) :]


def ours(url: Url) -> Place:
    return "https:" if url.origin.tls else "http:", url.host, url.path


def both(location: str, base: str) -> tuple[Place | str, Place | None]:
    """Return where a Location leads from what we sent, or why it leads nowhere; and where in browsers."""
    url = split(base)
    wanted = in_browsers(location, f"{ours(url)[0]}//{url.host}{url.path}")
    try:
        return ours(follow(url, location.encode())), wanted
    except ValueError as error:
        return str(error), wanted


def agrees(found: Place | str, wanted: Place | None) -> bool:
    """Whether both lead to one place, or ours nowhere for a good reason."""
    if isinstance(found, str):
        return wanted is None or found.startswith(tuple(NOWHERE))
    return found == wanted


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_leads_where_it_leads_browsers(location: str) -> None:
    assert [base for base in BASES if not agrees(*both(location, base))] == []


@pytest.mark.slow
@examples(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from(BASES))
def test_any_redirect_leads_where_it_leads_browsers(location: str, base: str) -> None:
    assert agrees(*both(location, base)), both(location, base)


@pytest.mark.slow
@examples(max_examples=200)
@given(
    st.one_of(
        st.lists(st.sampled_from(OF_A_NAME), max_size=7).map("".join),
        st.lists(st.sampled_from(OF_AN_ADDRESS), max_size=9).map(lambda parts: f"[{''.join(parts)}]"),
        st.lists(st.sampled_from(OF_A_NUMBER), max_size=9).map("".join),
    )
)
def test_any_host_is_the_one_that_browsers_ask(host: str) -> None:
    assert agrees(*both(f"//{host}", BASES[0])), both(f"//{host}", BASES[0])


@pytest.mark.parametrize(("reason", "location"), [(reason, seen[0]) for reason, seen in NOWHERE.items()])
def test_each_reason_to_go_nowhere_is_needed(reason: str, location: str) -> None:
    found, wanted = both(location, BASES[0])
    assert isinstance(found, str)
    assert (found.startswith(reason), wanted is None) == (True, False)


@pytest.mark.parametrize(("text", "complaint"), STRICT.items())
def test_a_plan_is_told_where_a_browser_guesses(text: str, complaint: str) -> None:
    assert in_browsers(text, "http://h/") is not None
    with pytest.raises(ValueError) as caught:
        split(text)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(("text", "sent"), OTHERWISE.items())
def test_what_a_plan_sends_otherwise_has_a_reason(text: str, sent: tuple[str, str, str]) -> None:
    there = in_browsers(text)
    assert there is not None
    assert (split(text).path, there[2]) == sent[:2]


@pytest.mark.slow
@examples(max_examples=200)
@given(
    st.sampled_from(["http://", "https://", "HTTP://"]),
    st.lists(st.sampled_from([*OF_A_NAME, "[::1]", ":80", ":8080", "1.2.3.4"]), min_size=1, max_size=5).map(
        "".join
    ),
    st.lists(st.sampled_from(PLAIN)).map("".join),
)
def test_any_url_that_a_plan_may_have_means_what_it_means_in_browsers(
    scheme: str, host: str, path: str
) -> None:
    text = f"{scheme}{host}/{path}z"  # a blank at the end means nothing in browsers
    wanted = in_browsers(text)
    try:
        found = ours(split(text))
    except ValueError:
        return  # STRICT, or no URL in browsers either
    assert wanted is not None
    assert (found[:2], unquote_to_bytes(found[2])) == (wanted[:2], unquote_to_bytes(wanted[2]))
