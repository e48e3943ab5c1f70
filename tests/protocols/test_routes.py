"""Routes: which host is dialled for a URL, which one is told, and which may not be asked."""

from typing import Any

import pytest
from requesting import NAMES, PLACE, at, compiled, complaints, headers_of, prepared, sent, settings

from planrunner.errors import Problems
from planrunner.plan.model import Request
from planrunner.protocols.http.terms import Origin
from planrunner.protocols.http.urls.routes import Address, NotAllowedError, Routes, address, compile_routes
from planrunner.protocols.http.urls.url import split
from planrunner.values.expressions import EvaluationError


def routes(**rest: Any) -> Routes:
    problems = Problems()
    made = compile_routes(Request(PLACE, **rest), NAMES, problems)
    assert list(problems) == []
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shop.Example", ("shop.example", None)),
        ("shop.example:8443", ("shop.example", 8443)),
        ("*.example.com", ("*.example.com", None)),
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("::1", ("::1", None)),
        ("[0:0::1]:80", ("::1", 80)),
        ("[::1]", ("::1", None)),
        ("::ffff:1.2.3.4", ("::ffff:102:304", None)),
        ("[fe80::1%eth0]:80", ("fe80::1%eth0", 80)),
        ("bücher.example", ("xn--bcher-kva.example", None)),
    ],
)
def test_an_address_is_a_host_with_or_without_a_port(text: str, found: tuple[str, int | None]) -> None:
    assert address(text) == Address(*found)


@pytest.mark.parametrize(
    "text", ["", "http://h", "h/x", "h:0", "h:70000", "h:x", "[h]:1", "a b", "ü" * 70, "a" * 64, "127.1"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="write a host like"):
        address(text)


@pytest.mark.parametrize(
    ("hosts", "url", "dialled"),
    [
        ({"shop.example": "127.0.0.1"}, "http://shop.example/", ("127.0.0.1", 80)),
        ({"shop.example": "127.0.0.1:81"}, "http://SHOP.example:9/", ("127.0.0.1", 81)),
        ({"shop.example:9": "h", "shop.example": "g"}, "http://shop.example:9/", ("h", 9)),
        ({"shop.example:9": "h"}, "http://shop.example/", ("shop.example", 80)),
        ({"*.example": "[::1]:82"}, "http://a.shop.example/", ("::1", 82)),
        ({"*.example": "a", "*.shop.example": "b"}, "http://a.shop.example/", ("b", 80)),
        ({"*.example": "a"}, "http://example/", ("example", 80)),
        ({"shop.example": "${host}"}, "http://shop.example/", ("h", 9)),
    ],
)
def test_another_host_is_dialled_than_the_urls(
    hosts: dict[str, str], url: str, dialled: tuple[str, int]
) -> None:
    assert routes(hosts=settings(**hosts)).of(url).dial[1:3] == dialled


def test_the_host_of_the_url_stays_in_header_and_certificate() -> None:
    call = compiled(target="https://shop.example:8443", hosts=settings(**{"shop.example": "10.0.0.1:1"}))
    assert call.constant is not None
    assert call.constant[0].dial == Origin(True, "10.0.0.1", 1, "shop.example")
    assert headers_of(sent(call))["Host"] == "shop.example:8443"


@pytest.mark.parametrize("wanted", [True, "true"])
def test_the_host_is_rewritten_where_the_plan_says_so(wanted: object) -> None:
    hosts = settings(**{"shop.example": "backend:1"})
    call = compiled(target="https://shop.example", hosts=hosts, rewrite_host=at(wanted))
    assert call.constant is not None
    assert call.constant[0].dial == Origin(True, "backend", 1)
    assert headers_of(sent(call))["Host"] == "backend:1"


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        ("shop.example", "http://shop.example:81/"),
        ("shop.example:81", "http://shop.example:81/"),
        ("*.example", "https://a.shop.example/"),
        ("*.example:443", "https://a.shop.example/"),
        ("other", "http://nowhere.invalid/"),
    ],
)
def test_a_host_that_is_listed_may_be_asked(listed: str, url: str) -> None:
    assert routes(allow_hosts=(at(listed),)).of(url).url == split(url)


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        (["shop.example"], "http://a.shop.example/"),
        (["shop.example:81"], "http://shop.example/"),
        (["*.example"], "http://example/"),
        ([], "http://shop.example/"),
    ],
)
def test_any_other_host_may_not(listed: list[str], url: str) -> None:
    with pytest.raises(NotAllowedError, match="is not among allow_hosts"):
        routes(allow_hosts=tuple(at(one) for one in listed)).of(url)


def test_a_url_that_may_not_be_asked_is_a_problem_of_the_plan() -> None:
    assert complaints(target="http://h:81", allow_hosts=(at("other"),)) == ["'h:81' is not among allow_hosts"]


def test_a_url_of_the_run_that_may_not_be_asked_is_an_error_of_the_run() -> None:
    call = compiled("${token}/a", target=None, allow_hosts=(at("h"),))
    assert sent(call, token="http://h").startswith("GET /a ")
    with pytest.raises(EvaluationError, match="'evil' is not among allow_hosts"):
        sent(call, token="http://evil")


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ({"hosts": settings(**{"http://h": "x"})}, "'http://h' is no host"),
        ({"hosts": settings(h="http://x")}, "wrong value 'http://x'"),
        ({"allow_hosts": (at("a/b"),)}, "wrong value 'a/b'"),
        ({"rewrite_host": at("perhaps")}, "wrong value 'perhaps'"),
        ({"hosts": settings(h="${token}")}, "'token' is not known here"),
    ],
)
def test_what_is_wrong_with_hosts_is_said_before_the_run(rest: dict[str, Any], message: str) -> None:
    assert [problem.message for problem in prepared("/a", **rest)[1]] == [message]
