"""Which proxy is meant: URLs as curl writes them, the environment as Go reads it."""

import pytest

from planrunner.protocols.http.opening.proxy import Proxy, from_environment, read, rules, unasked

P, Q = Proxy("proxy.example", 3128), Proxy("other.example", 80)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://proxy.example:3128", P),
        ("http://proxy.example:3128/", P),
        ("http://other.example", Q),
        ("http://[::1]:3128", Proxy("::1", 3128)),
        ("http://amy:s%40cret@proxy.example:3128", Proxy("proxy.example", 3128, "Basic YW15OnNAY3JldA==")),
        ("http://amy@proxy.example:3128", Proxy("proxy.example", 3128, "Basic YW15Og==")),
        ("http://:x@proxy.example:3128", Proxy("proxy.example", 3128, "Basic Ong=")),
    ],
)
def test_the_url_of_a_proxy_is_read(url: str, proxy: Proxy) -> None:
    assert read(url) == proxy
    assert [rules(url).of("shop.example", 80, tls=tls) for tls in (False, True)] == [proxy, proxy]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("socks5://proxy.example:1080", "only HTTP proxies are supported, socks5 is not"),
        ("https://proxy.example", "only HTTP proxies are supported, https is not"),
        ("proxy.example:3128", "write a URL like http://proxy.example:3128"),
        ("http://", "write a URL like"),
        ("http://proxy.example:0", "write a URL like"),
        ("http://proxy.example:99999", "write a URL like"),
        ("http://proxy.example/path", "write a URL like"),
        ("http://proxy.example/?query", "write a URL like"),
    ],
)
def test_what_is_no_http_proxy_is_refused(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(url)


def test_without_a_word_of_the_plan_there_is_none() -> None:
    assert rules("", {"HTTP_PROXY": "http://proxy.example"}).of("shop.example", 80, tls=False) is None


def test_a_proxy_of_the_plan_holds_for_this_machine_too() -> None:
    assert rules("http://proxy.example:3128").of("localhost", 80, tls=False) == P


ONE, TWO = "http://proxy.example:3128", "http://other.example"


@pytest.mark.parametrize(
    ("environment", "plain", "tls"),
    [
        ({}, None, None),
        ({"HTTP_PROXY": ONE}, P, None),
        ({"HTTPS_PROXY": ONE}, None, P),
        ({"http_proxy": ONE, "https_proxy": TWO}, P, Q),
        ({"HTTP_PROXY": ONE, "http_proxy": TWO}, P, None),
        ({"HTTP_PROXY": "", "http_proxy": TWO}, Q, None),
        ({"ALL_PROXY": ONE}, P, P),
        ({"all_proxy": ONE, "HTTPS_PROXY": TWO}, P, Q),
        ({"HTTP_PROXY": "proxy.example:3128"}, P, None),
        ({"HTTP_PROXY": ONE, "REQUEST_METHOD": "GET"}, None, None),
        ({"HTTP_PROXY": ONE, "http_proxy": TWO, "REQUEST_METHOD": "GET"}, Q, None),
        ({"HTTPS_PROXY": ONE, "REQUEST_METHOD": "GET"}, None, P),
    ],
)
def test_the_environment_says_which_proxy(
    environment: dict[str, str], plain: Proxy | None, tls: Proxy | None
) -> None:
    found = rules("env", environment)
    assert (found.of("shop.example", 80, tls=False), found.of("shop.example", 443, tls=True)) == (plain, tls)


def test_a_variable_that_names_another_kind_of_proxy_is_an_error() -> None:
    with pytest.raises(ValueError, match="environment variable all_proxy: only HTTP proxies are supported"):
        rules("env", {"all_proxy": "socks5h://proxy.example:1080"})


# The cases are those of golang.org/x/net/http/httpproxy (proxy_test.go), and what its comments promise.
@pytest.mark.parametrize(
    ("no_proxy", "host", "port", "used"),
    [
        ("", "shop.example", 80, True),
        ("shop.example", "shop.example", 80, False),
        ("shop.example", "www.shop.example", 80, False),
        ("shop.example", "notshop.example", 80, True),
        ("shop.example", "SHOP.example", 80, False),
        ("SHOP.example", "shop.example", 80, False),
        (".shop.example", "www.shop.example", 80, False),
        (".shop.example", "shop.example", 80, True),
        ("*.shop.example", "www.shop.example", 80, False),
        ("*.shop.example", "shop.example", 80, True),
        ("a.example, shop.example", "shop.example", 80, False),
        ("shop.example:80", "shop.example", 80, False),
        ("shop.example:80", "shop.example", 81, True),
        ("shop.example:80", "www.shop.example", 80, False),
        ("*", "shop.example", 80, False),
        ("a.example,*", "10.0.0.1", 80, False),
        ("10.0.0.1", "10.0.0.1", 80, False),
        ("10.0.0.1", "10.0.0.2", 80, True),
        ("10.0.0.1:80", "10.0.0.1", 80, False),
        ("10.0.0.1:80", "10.0.0.1", 81, True),
        ("10.0.0.0/8", "10.1.2.3", 80, False),
        ("10.0.0.0/8", "11.1.2.3", 80, True),
        ("10.0.0.0/8", "shop.example", 80, True),
        ("fd00::/8", "fd00::1", 80, False),
        ("fd00::1", "fd00::1", 80, False),
        ("[fd00::1]", "fd00::1", 80, False),
        ("[fd00::1]:80", "fd00::1", 81, True),
        ("[fd00::1]:80", "fd00::1", 80, False),
        ("example/8", "shop.example", 80, True),
        ("0.0.1", "10.0.0.1", 80, True),
        (",, .,:80,*.", "shop.example", 80, True),
        ("bücher.example", "xn--bcher-kva.example", 80, False),
        ("a..b", "shop.example", 80, True),
        ("", "localhost", 80, False),
        ("", "127.0.0.1", 80, False),
        ("", "127.1.2.3", 80, False),
        ("", "::1", 80, False),
        ("", "shop.localhost", 80, True),
    ],
)
def test_the_environment_says_what_needs_no_proxy(no_proxy: str, host: str, port: int, used: bool) -> None:
    found = from_environment({"HTTP_PROXY": ONE, "no_proxy": no_proxy})
    assert (found.of(host, port, tls=False) is not None) == used


def test_the_upper_case_holds() -> None:
    found = from_environment({"HTTP_PROXY": ONE, "NO_PROXY": "a.example", "no_proxy": "shop.example"})
    assert found.of("shop.example", 80, tls=False) == P


@pytest.mark.parametrize(
    ("environment", "host", "name"),
    [
        ({}, "shop.example", ""),
        ({"https_proxy": ONE}, "shop.example", "https_proxy"),
        ({"ALL_PROXY": ONE}, "shop.example", "ALL_PROXY"),
        ({"HTTP_PROXY": ONE}, "shop.example", ""),
        ({"https_proxy": ONE, "NO_PROXY": "shop.example"}, "shop.example", ""),
        ({"https_proxy": ONE}, "localhost", ""),
        ({"https_proxy": "socks5://proxy.example"}, "shop.example", ""),
    ],
)
def test_a_variable_that_others_would_obey_can_be_told(
    environment: dict[str, str], host: str, name: str
) -> None:
    assert unasked(host, 443, environment, tls=True) == name
