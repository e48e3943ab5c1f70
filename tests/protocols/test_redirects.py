"""Redirects: what is sent where, what stays behind, and where it ends."""

import asyncio

import pytest
from requesting import (
    PLACE,
    Scripted,
    answer,
    at,
    by_path,
    compiled,
    headers_of,
    send,
    settings,
    to,
    whole,
    within,
)

from planrunner.plan.model import JsonBody
from planrunner.protocols import Reply
from planrunner.protocols.http.dial import Origin
from planrunner.protocols.http.faults import fault

H = Origin(False, "h", 80)


def test_a_redirect_is_followed_and_remembered() -> None:
    session = Scripted(by_path(a=to("/b"), b=to("c?x=1#part", 301), c=answer(200, body=b"here")))
    reply = send(session, compiled("/a"))
    assert session.lines == ["GET /a", "GET /b", "GET /c?x=1"]
    assert (reply.status, reply.body, reply.awaited) == (200, b"here", False)
    assert [(hop.status, hop.awaited, hop.hops, hop.method) for hop in reply.hops] == [
        (302, True, (), ""),
        (301, True, (), ""),
    ]


@pytest.mark.parametrize(
    ("location", "origin", "line"),
    [
        ("b", H, "GET /x/b"),
        ("../b", H, "GET /b"),
        ("?y=1", H, "GET /x/a?y=1"),
        ("", H, "GET /x/a"),
        ("//g/b", Origin(False, "g", 80), "GET /b"),
        ("https://g:9/ü b", Origin(True, "g", 9), "GET /%C3%BC%20b"),
        ("HTTP://H/b", H, "GET /b"),
    ],
)
def test_a_location_may_be_relative(location: str, origin: Origin, line: str) -> None:
    replies = iter([to(location)])
    session = Scripted(lambda *_: next(replies, answer()))
    send(session, compiled("/x/a"))
    assert (session.asked[1][0], session.lines[1]) == (origin, line)


@pytest.mark.parametrize(
    ("method", "status", "after"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("PUT", 302, "PUT"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("HEAD", 303, "HEAD"),
        ("GET", 303, "GET"),
        ("DELETE", 301, "DELETE"),
    ],
)
def test_methods_change_as_in_browsers(method: str, status: int, after: str) -> None:
    session = Scripted(by_path(a=to("/b", status)))
    reply = send(session, compiled("/a", method=method))
    assert session.lines == [f"{method} /a", f"{after} /b"]
    assert (reply.method, reply.hops[0].method) == (after if after != method else "", "")
    assert [terms.head_only for terms in session.terms] == [method == "HEAD"] * 2


def test_a_method_that_changed_stays_changed() -> None:
    session = Scripted(by_path(a=to("/b"), b=to("/c", 307)))
    reply = send(session, compiled("/a", method="POST"))
    assert session.lines == ["POST /a", "GET /b", "GET /c"]
    assert [reply.method, *(hop.method for hop in reply.hops)] == ["GET", "", "GET"]


def test_a_post_that_becomes_a_get_has_no_body() -> None:
    session = Scripted(by_path(a=to("/b", 303)))
    send(session, compiled("/a", method="POST", body=JsonBody(at(1), PLACE), headers=settings(X="1")))
    after = headers_of(session.asked[1][1])
    assert after.keys() == {"Host", "User-Agent", "Accept", "X"}
    assert session.asked[1][1].endswith("\r\n\r\n")


def test_a_body_goes_where_307_leads() -> None:
    session = Scripted(by_path(a=to("/b", 307)))
    send(session, compiled("/a", method="POST", body=JsonBody(at("${token}"), PLACE)), token="t")
    first, second = (text for _, text in session.asked)
    assert second == first.replace("/a", "/b", 1)


@pytest.mark.parametrize("location", ["https://h/b", "http://h:81/b", "http://g/b"])
def test_what_is_private_stays_with_its_origin(location: str) -> None:
    session = Scripted(by_path(a=to(location), b=to("http://h/c")))
    headers = settings(Authorization="secret", Host="virtual", X="1")
    send(session, compiled("/a", headers=headers, cookies=settings(s="1")))
    first, *later = (headers_of(text) for _, text in session.asked)
    assert {"Authorization", "Cookie"} <= first.keys()
    assert [found["Host"] for found in (first, *later)] == ["virtual", location.split("/")[2], "h"]
    assert [{"Authorization", "Cookie"} & found.keys() for found in later] == [set(), set()]


def test_within_an_origin_all_headers_are_sent_again() -> None:
    session = Scripted(by_path(a=to("/b")))
    send(session, compiled("/a", headers=settings(Authorization="x", Host="v"), cookies=settings(s="1")))
    assert headers_of(session.asked[0][1]) == headers_of(session.asked[1][1])


@pytest.mark.parametrize(("most", "times"), [(None, 11), (0, 1), (3, 4)])
def test_at_the_bound_the_redirect_is_the_reply(most: int | None, times: int) -> None:
    session = Scripted(lambda *_: to("/a"))
    reply = send(session, compiled("/a", max_redirects=None if most is None else at(most)))
    assert (len(session.asked), len(reply.hops)) == (times, times - 1)
    assert (reply.status, reply.error, reply.awaited) == (302, "", False)


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_statuses_lead_nowhere(status: int) -> None:
    session = Scripted(by_path(a=to("/b", status)))
    assert (send(session, compiled("/a")).status, session.lines) == (status, ["GET /a"])


def test_a_redirect_that_names_no_place_is_the_reply() -> None:
    reply = send(Scripted(by_path(a=answer(302))), compiled("/a"))
    assert (reply.status, reply.error, reply.error_code) == (302, "", 0)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("ftp://h/", 1742),
        ("javascript:alert(1)", 1742),
        ("my.app://signed-in?code=1", 1742),
        ("http://[::1", 1741),
        ("http://:80/b", 1741),
        ("http://u:p@h/", 1741),
        (f"https://{'a' * 64}.h/", 1741),
    ],
)
def test_a_redirect_that_cannot_be_followed_is_the_reply_with_an_error(location: str, code: int) -> None:
    session = Scripted(by_path(a=to("/b"), b=to(location)))
    reply = send(session, compiled("/a"))
    assert (reply.status, reply.error_code, len(reply.hops), len(session.asked)) == (302, code, 1, 2)
    assert reply.error == fault(code).message


def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed() -> None:
    session = Scripted(by_path(a=to("http://evil/")))
    reply = send(session, compiled("/a", allow_hosts=(at("h"),)))
    assert (reply.status, reply.error_code, len(session.asked)) == (302, 1111, 1)


def test_a_redirect_goes_to_the_host_that_is_dialled_for_its_url() -> None:
    session = Scripted(by_path(a=to("http://g:9/b")))
    send(session, compiled("/a", hosts=settings(g="backend")))
    assert session.asked[1][0] == Origin(False, "backend", 9, "g")


def test_the_timeout_holds_for_all_hops_together() -> None:
    def slow(path: str, _: str) -> Reply:
        reply = to("/b" if path == "/a" else "/c")
        reply.duration, reply.timings = 0.5, (0.25, 0.0, 0.0, 0.0, 0.5, 0.0, 0.5)
        return reply if path != "/c" else answer()

    session = Scripted(slow)
    send(session, compiled("/a", timeout=within("2s")))
    assert [terms.timeout for terms in session.terms] == [2.0, 1.25, 0.5]


def test_a_hop_that_fails_is_the_reply() -> None:
    failed = Reply()
    failed.error, failed.error_code = "connection refused", 1212
    reply = send(Scripted(by_path(a=to("/b"), b=failed)), compiled("/a"))
    assert (reply.status, reply.error_code, [hop.status for hop in reply.hops]) == (0, 1212, [302])


def test_what_is_cut_short_tells_the_hops_behind_it() -> None:
    async def main() -> tuple[Reply | None, Reply | None]:
        session = Scripted(by_path(a=to("/b"), b=to("/c")))
        script = session.script

        def hanging(path: str, text: str) -> Reply:
            if path == "/c":
                raise asyncio.CancelledError
            return script(path, text)

        session.script = hanging
        with pytest.raises(asyncio.CancelledError):
            await whole(compiled("/a"), session)
        return session.interrupt(), session.interrupt()

    found, again = asyncio.run(main())
    assert found is not None
    assert (found.status, found.awaited, [hop.status for hop in found.hops], again) == (
        302,
        True,
        [302],
        None,
    )
