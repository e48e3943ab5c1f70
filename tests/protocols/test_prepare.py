"""Prepared requests: the bytes on the wire, once where they never change."""

from typing import Any

import pytest
from requesting import PLACE, at, prepared, sent, within

from planrunner import __version__
from planrunner.plan.model import JsonBody, Setting, TextBody, Timeout, Tree
from planrunner.protocols.http.terms import Origin
from planrunner.values.expressions import EvaluationError

USUAL = f"User-Agent: planrunner/{__version__}\r\nAccept: */*\r\n"


def test_a_request_without_run_time_values_is_written_once() -> None:
    call, problems = prepared("/a?x=${limit}")
    assert call.constant is not None
    route, data = call.constant
    assert (route.dial, data) == (
        Origin(False, "h", 80),
        f"GET /a?x=5 HTTP/1.1\r\nHost: h\r\n{USUAL}\r\n".encode(),
    )
    assert (list(problems), call.terms.timeout, call.terms.head_only, 399 in call.expected) == (
        [],
        60.0,
        False,
        True,
    )


def test_a_saved_value_is_put_in_each_time() -> None:
    call, _ = prepared("/r/${id}", headers={"Authorization": at("Token ${token}")})
    assert call.constant is None
    assert sent(call, id=7, token="t1").startswith("GET /r/7 HTTP/1.1\r\n")
    assert "Authorization: Token t2\r\n" in sent(call, id=7, token="t2")


@pytest.mark.parametrize(
    ("url", "target", "line"),
    [
        ("/q/${word}", "http://h", "GET /q/a%2Fb%20%C3%BC HTTP/1.1"),
        ("${base}/x", None, "GET /v1/x HTTP/1.1"),
        ("${base}/x?w=${word}", "http://h", "GET /v1/x?w=a%2Fb%20%C3%BC HTTP/1.1"),
        ("/x", "${base}", "GET /v1/x HTTP/1.1"),
        ("http://${host}/x/${word}", None, "GET /x/a%2Fb%20%C3%BC HTTP/1.1"),
        ("http://h:${port}/x?u=${base}", None, "GET /x?u=http%3A%2F%2Fbase%3A81%2Fv1 HTTP/1.1"),
        ("https://${host}", None, "GET / HTTP/1.1"),
        ("HTTPS://${host}/x", "http://g", "GET /x HTTP/1.1"),
        ("http://${host}?w=${word}", None, "GET /?w=a%2Fb%20%C3%BC HTTP/1.1"),
        ("/a b", "http://h", "GET /a%20b HTTP/1.1"),
        ("/${id}", "http://h", "GET /%E2%82%AC HTTP/1.1"),
        ("${id}", "http://h", "GET /%E2%82%AC HTTP/1.1"),
    ],
)
def test_values_in_a_url_are_encoded_but_not_the_base_url(url: str, target: str | None, line: str) -> None:
    call, problems = prepared(url, target)
    assert list(problems) == []
    assert sent(call, id="€").split("\r\n")[0] == line


def test_a_host_and_port_may_be_one_value() -> None:
    call, _ = prepared("http://${host}/x", None)
    assert call.constant is not None
    assert call.constant[0].dial == Origin(False, "h", 9)


def test_a_query_is_added_to_the_url() -> None:
    query = {"limit": at(10), "q": at("${word}&"), "x y": at("1.10"), "gone": None}
    assert sent(prepared("/a", query=query)[0]).startswith("GET /a?limit=10&q=a%2Fb%20%C3%BC%26&x%20y=1.10 ")
    assert sent(prepared("/a?b=1", query=query)[0]).startswith("GET /a?b=1&limit=10&")


def test_a_json_body_has_its_type_and_length() -> None:
    json: Tree = {"name": at("${word}"), "n": (at(1), at(True), at(None), at("${limit}"))}
    head, _, body = sent(prepared("/a", method="POST", body=JsonBody(json, PLACE))[0]).partition("\r\n\r\n")
    assert body == '{"name":"a/b ü","n":[1,true,null,5]}'
    assert "\r\nContent-Type: application/json" in head
    assert f"Content-Length: {len(body.encode())}\r\n" in head


def test_a_text_body_is_sent_as_it_is() -> None:
    head, _, body = sent(
        prepared("/a", method="PUT", body=TextBody(at("x=${token}"), PLACE))[0], token="1"
    ).partition("\r\n\r\n")
    assert (body, "Content-Type" in head) == ("x=1", False)


def test_a_post_without_a_body_says_that_it_has_none() -> None:
    assert "Content-Length: 0\r\n" in sent(prepared("/a", method="POST")[0])
    assert "Content-Length" not in sent(prepared("/a", method="DELETE")[0])


def test_headers_of_the_plan_stand_in_for_the_usual_ones() -> None:
    headers = {
        "user-agent": at("me"),
        "HOST": at("virtual"),
        "Accept": None,
        "X-Version": Setting(1.1, PLACE, "1.10"),
    }
    text = sent(prepared("/a", headers=headers)[0])
    assert text == "GET /a HTTP/1.1\r\nuser-agent: me\r\nHOST: virtual\r\nX-Version: 1.10\r\n\r\n"


def test_a_fragment_is_not_sent_and_hides_no_query() -> None:
    assert sent(prepared("/a#part", query={"x": at(1)})[0]).startswith("GET /a?x=1 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"headers": {"X": at("${token}")}}, "the value of header X holds a line break"),
        ({"url": "${token}/x"}, "begins with http:// or https://"),
    ],
)
def test_what_cannot_be_sent_is_an_error_of_the_run(value: dict[str, Any], message: str) -> None:
    url = value.pop("url", "/a")
    call, _ = prepared(url, None if url != "/a" else "http://h", **value)
    with pytest.raises(EvaluationError) as caught:
        sent(call, token="a\r\nEvil: 1")
    assert message in str(caught.value)


def test_a_target_of_the_run_swallows_no_path() -> None:
    call, _ = prepared("/a", "${token}")
    assert sent(call, token="http://h/api").startswith("GET /api/a ")
    with pytest.raises(EvaluationError, match="the target holds a query"):
        sent(call, token="http://h/api?key=1")


def test_an_absolute_url_asks_nothing_of_the_target() -> None:
    call, problems = prepared("http://g/a", "http://h?key=1")
    assert (list(problems), sent(call).split("\r\n")[:2]) == ([], ["GET /a HTTP/1.1", "Host: g"])


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("/a", "http://h", "h:80"),
        ("/a", "https://H/api", "h:443"),
        ("/r/${id}", "http://h", "h:80"),
        ("/r/${id}", "${base}", "base:81"),
        ("/r", "${token}", "${token}"),
        ("/r/${id}", "${token}", "${token}"),
        ("${base}/x/${id}", "http://h", "base:81"),
        ("http://${host}/x/${id}", None, "h:9"),
        ("https://h?x=${id}", None, "h:443"),
        ("http://${id}/x/${id}", "http://h", "http://${id}"),
        ("${token}/x/${id}", None, "${token}"),
        ("/x/${id}", "ftp://h", "ftp://h"),
        ("http://[::1]:9/${id}", None, "::1:9"),
    ],
)
def test_a_call_knows_its_host_as_far_as_the_plan_tells_it(url: str, target: str | None, host: str) -> None:
    assert prepared(url, target)[0].host == host


def test_half_a_surrogate_pair_from_a_reply_harms_nobody() -> None:
    call, _ = prepared("/a", method="POST", body=TextBody(at("${token}"), PLACE), headers={"X": at("${id}")})
    assert sent(call, token="\ud800", id="\udfff").endswith("\r\n\r\n?")


@pytest.mark.parametrize(
    ("url", "target", "rest", "message"),
    [
        ("/a", None, {}, "the URL '/a' is relative and there is no target"),
        ("/a", "ftp://h", {}, "'ftp://h' is no URL that begins with http:// or https://"),
        ("http://h:x/", None, {}, "'http://h:x/' is no URL: "),
        ("/a", "http://h/api?key=1#x", {}, "the target holds a query"),
        ("/a", "http://h/api#x", {}, "the target holds a fragment"),
        ("/${id}", "http://h?", {}, "the target holds a query"),
        (f"http://{'a' * 64}.test/", None, {}, "'http://aaa"),
        ("/a", "http://h", {"headers": {"X Y": at("1")}}, "'X Y' is no header name"),
        (
            "/a",
            "http://h",
            {"headers": {"Content-Length": at("9")}},
            "Content-Length is written by planrunner",
        ),
        ("/a", "http://h", {"headers": {"transfer-encoding": at("x")}}, "transfer-encoding is written by"),
        ("/a", "http://h", {"headers": {"X:Y": None}}, "'X:Y' is no header name"),
        ("/a", "http://h", {"headers": {"X": at("${word}\nb")}}, "the value of header X holds a line break"),
        ("/${nope}", "http://h", {}, "unknown variable 'nope'"),
        ("http://h/${nope", None, {}, "'${' is not closed"),
        ("/a", "http://h", {"timeout": Timeout(PLACE, at(5))}, "wrong value"),
        ("/a", "http://h", {"expected_status": (at("20x"),)}, "wrong value"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_before_the_run(
    url: str, target: str | None, rest: dict[str, Any], message: str
) -> None:
    _, problems = prepared(url, target, **rest)
    (problem,) = problems
    assert problem.message.startswith(message)
    assert problem.place.file == "p.yml"


@pytest.mark.parametrize("url", ["www.example.com/api", "localhost:3333/x", "“/api”", "//cdn.example/x"])
def test_a_relative_url_that_looks_like_another_host_is_a_warning(url: str) -> None:
    _, problems = prepared(url)
    (problem,) = problems
    assert (problem.warning, problem.message) == (True, f"{url!r} is put behind the target")


def test_timeout_and_expected_status_may_be_variables() -> None:
    call, problems = prepared("/a", timeout=within("${wait}"), expected_status=(at("2xx"), at(404)))
    assert (list(problems), call.terms.timeout) == ([], 2.0)
    assert call.expected == frozenset(range(200, 300)) | {404}


def test_no_status_at_all_may_be_expected() -> None:
    assert prepared("/a", expected_status=())[0].expected == frozenset()


def test_a_reply_to_head_has_no_body() -> None:
    assert prepared("/a", method="HEAD")[0].terms.head_only
