"""Cookies on their way: back to the target in the requests that follow, for as long as the plan says."""

from typing import Any

import pytest
from requesting import (
    PLACE,
    Scripted,
    answer,
    at,
    by_path,
    compiled,
    complaints,
    headers_of,
    send,
    sent,
    settings,
    to,
)

from planrunner.plan.model import JsonBody
from planrunner.values.expressions import EvaluationError

SET = ("Set-Cookie", "s=1; Path=/")


def cookies(session: Scripted) -> list[str]:
    return [headers_of(text).get("Cookie", "") for _, text in session.asked]


def test_cookies_come_back_in_the_next_request() -> None:
    session = Scripted(by_path(a=answer(200, SET, ("set-cookie", "t=2"))))
    for path in ("/a", "/b", "/b"):
        send(session, compiled(path))
    assert cookies(session) == ["", "s=1; t=2", "s=1; t=2"]


def test_cookies_of_a_redirect_go_to_where_it_leads() -> None:
    session = Scripted(by_path(a=to("/b", 302, SET)))
    reply = send(session, compiled("/a"))
    assert (cookies(session), reply.cookie("s")) == (["", "s=1"], "1")


def test_cookies_of_a_jar_follow_their_own_rules_to_another_origin() -> None:
    session = Scripted(by_path(a=to("http://h:81/b", 302, SET), b=to("http://g/c")))
    send(session, compiled("/a"))
    assert cookies(session) == ["", "s=1", ""]


def test_a_request_may_send_cookies_of_its_own() -> None:
    call = compiled("/b", cookies={**settings(a="1", b="${limit}"), "gone": None})
    assert call.constant is not None
    session = Scripted(by_path())
    send(session, call)
    assert cookies(session) == ["a=1; b=5"]


def test_cookies_of_a_request_win_over_the_jars() -> None:
    session = Scripted(by_path(a=answer(200, SET, ("Set-Cookie", "t=2"))))
    send(session, compiled("/a"))
    send(session, compiled("/b", cookies=settings(s="9")))
    send(session, compiled("/b", headers=settings(cookie="x=0"), cookies=settings(t="${token}")), token="7")
    assert cookies(session)[1:] == ["s=9; t=2", "x=0; t=7; s=1"]


@pytest.mark.parametrize(
    ("own", "line", "after"),
    [
        ({"s": "0"}, "s=1; Path=/", "s=1"),
        ({"s": "0", "t": "2"}, "s=1; Path=/", "t=2; s=1"),
        ({"s": "0"}, "s=; Max-Age=0", ""),
        ({"s": "0"}, "t=1; Path=/", "s=0; t=1"),
        ({"s": "0"}, "s; Path=/", "s=0; s"),
    ],
)
def test_what_a_redirect_sets_wins_over_the_requests_own(own: dict[str, str], line: str, after: str) -> None:
    session = Scripted(by_path(a=to("/b", 302, ("Set-Cookie", line)), b=to("/c")))
    send(session, compiled("/a", cookies=settings(**own)))
    assert cookies(session)[1:] == [after, after]


def test_without_a_jar_a_redirect_changes_no_cookies_of_the_requests_own() -> None:
    session = Scripted(by_path(a=to("/b", 302, SET)))
    send(session, compiled("/a", cookie_jar=at("off"), cookies=settings(s="0")))
    assert cookies(session) == ["s=0", "s=0"]


def test_a_body_stays_whole_when_cookies_are_put_in() -> None:
    session = Scripted(by_path(a=answer(200, SET)))
    call = compiled("/a", method="POST", body=JsonBody(at("\r\n\r\n"), PLACE))
    send(session, call)
    send(session, call)
    first, second = (text for _, text in session.asked)
    assert second == first.replace("\r\n\r\n", "\r\nCookie: s=1\r\n\r\n", 1)


def test_an_iteration_begins_without_the_cookies_of_the_last() -> None:
    session = Scripted(by_path(a=answer(200, SET), setup=answer(200, ("Set-Cookie", "login=1; Path=/"))))
    send(session, compiled("/setup"))
    session.keep()
    for path in ("/a", "/b"):
        send(session, compiled(path))
    session.begin()
    send(session, compiled("/b"))
    assert cookies(session) == ["", "login=1", "login=1; s=1", "login=1"]


def test_the_cookies_of_a_vu_outlive_its_iterations() -> None:
    session = Scripted(by_path(a=answer(200, SET)))
    send(session, compiled("/a", cookie_jar=at("vu")))
    session.begin()
    send(session, compiled("/b", cookie_jar=at("vu")))
    assert cookies(session) == ["", "s=1"]


def test_without_a_jar_cookies_are_neither_stored_nor_sent() -> None:
    session = Scripted(by_path(a=answer(200, SET), c=answer(200, ("Set-Cookie", "c=3"))))
    send(session, compiled("/a"))
    send(session, compiled("/c", cookie_jar=at("off"), cookies=settings(own="1")))
    send(session, compiled("/b"))
    assert cookies(session) == ["", "own=1", "s=1"]


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ({"cookies": settings(**{"a b": 1})}, "'a b' is no cookie name"),
        ({"cookies": {"a=": None}}, "'a=' is no cookie name"),
        ({"cookies": settings(a="1;b=2")}, "the value of cookie a holds a semicolon or a control character"),
        ({"cookie_jar": at("always")}, "wrong value 'always'"),
        ({"max_redirects": at("many")}, "wrong value 'many'"),
    ],
)
def test_what_is_wrong_is_said_before_the_run(rest: dict[str, Any], message: str) -> None:
    assert complaints(**rest) == [message]


def test_a_cookie_of_the_run_cannot_bring_others_along() -> None:
    call = compiled(cookies=settings(a="${token}"))
    with pytest.raises(EvaluationError, match=r"the value of cookie a holds a semicolon .* \(p.yml:1\)"):
        sent(call, token="1; admin=1")
