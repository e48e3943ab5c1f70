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
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.terms import Origin

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
        ("#part", H, "GET /x/a"),
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


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", METHODS)
def test_methods_change_as_in_browsers(method: str, status: int) -> None:
    changes = method == "POST" if status in {301, 302} else status == 303 and method not in {"GET", "HEAD"}
    after = "GET" if changes else method  # fetch, 4.5: HTTP-redirect fetch, step 12
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


ABOUT_A_BODY = settings(
    **{
        "Content-Encoding": "identity",
        "Content-Language": "en",
        "content-location": "/c",
        "Content-MD5": "x",
        "Digest": "x",
        "Repr-Digest": "x",
        "Last-Modified": "x",
        "Expect": "100-continue",
    }
)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_where_the_method_changes_nothing_is_left_of_the_body(method: str) -> None:
    session = Scripted(by_path(a=to("/b", 303), b=to("/c", 307)))
    headers = {**ABOUT_A_BODY, **settings(X="1")}
    send(session, compiled("/a", method=method, body=JsonBody(at(1), PLACE), headers=headers))
    for _, text in session.asked[1:]:
        assert headers_of(text).keys() == {"Host", "User-Agent", "Accept", "X"}
        assert text.endswith("\r\n\r\n")


def test_where_the_method_stays_the_body_stays_too() -> None:
    session = Scripted(by_path(a=to("/b", 302), b=to("/c", 303)))
    send(session, compiled("/a", method="GET", body=JsonBody(at(1), PLACE), headers=ABOUT_A_BODY))
    assert len({text.partition("\r\n")[2] for _, text in session.asked}) == 1


def test_a_body_goes_where_307_leads() -> None:
    session = Scripted(by_path(a=to("/b", 307)))
    send(session, compiled("/a", method="POST", body=JsonBody(at("${token}"), PLACE)), token="t")
    first, second = (text for _, text in session.asked)
    assert second == first.replace("/a", "/b", 1)


def test_a_body_goes_to_another_origin_too() -> None:
    session = Scripted(by_path(a=to("http://g/b", 308)))
    send(session, compiled("/a", method="PATCH", body=JsonBody(at(1), PLACE)))
    assert session.asked[1][1].endswith("\r\n\r\n1")


@pytest.mark.parametrize("location", ["https://h/b", "http://h:81/b", "http://g/b"])
def test_what_is_private_stays_with_its_origin(location: str) -> None:
    session = Scripted(by_path(a=to(location), b=to("http://h/c")))
    headers = settings(Authorization="secret", Host="virtual", **{"proxy-authorization": "secret", "X": "1"})
    send(session, compiled("/a", headers=headers, cookies=settings(s="1")))
    first, *later = (headers_of(text) for _, text in session.asked)
    assert {"Authorization", "Cookie", "proxy-authorization"} <= first.keys()
    assert [found["Host"] for found in (first, *later)] == ["virtual", location.split("/")[2], "h"]
    assert [found.keys() - {"User-Agent", "Accept", "Host"} for found in later] == [{"X"}, {"X"}]


@pytest.mark.parametrize("location", ["//h:80/b", "HTTP://H/b", "http://u:p@h/b"])
def test_an_origin_has_many_spellings(location: str) -> None:
    session = Scripted(by_path(a=to(location)))
    send(session, compiled("/a", headers=settings(Authorization="x")))
    assert headers_of(session.asked[0][1]) == headers_of(session.asked[1][1])


def test_nobody_is_told_where_a_redirect_came_from() -> None:
    session = Scripted(by_path(a=to("/b"), b=to("https://g/c")))
    send(session, compiled("/a?secret=1"))
    assert [name for _, text in session.asked for name in headers_of(text)] == [
        *("Host", "User-Agent", "Accept") * 3
    ]


def test_within_an_origin_all_headers_are_sent_again() -> None:
    session = Scripted(by_path(a=to("/b")))
    send(session, compiled("/a", headers=settings(Authorization="x", Host="v"), cookies=settings(s="1")))
    assert headers_of(session.asked[0][1]) == headers_of(session.asked[1][1])


@pytest.mark.parametrize(("most", "times", "code"), [(None, 11, 1740), (0, 1, 0), (3, 4, 0), (12, 13, 0)])
def test_at_the_bound_the_redirect_is_the_reply_and_without_one_a_failure(
    most: int | None, times: int, code: int
) -> None:
    session = Scripted(lambda *_: to("/a"))
    reply = send(session, compiled("/a", max_redirects=None if most is None else at(most)))
    assert (len(session.asked), len(reply.hops)) == (times, times - 1)
    assert (reply.status, reply.error_code, reply.awaited) == (302, code, False)


def test_as_many_redirects_as_are_usual_are_no_failure() -> None:
    script = {f"/{step}": to(f"/{step + 1}") for step in range(10)}
    session = Scripted(lambda path, _: script.get(path, answer()))
    reply = send(session, compiled("/0"))
    assert (reply.status, reply.error, len(reply.hops)) == (200, "", 10)


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_statuses_lead_nowhere(status: int) -> None:
    session = Scripted(by_path(a=to("/b", status)))
    assert (send(session, compiled("/a")).status, session.lines) == (status, ["GET /a"])


@pytest.mark.parametrize("headers", [(), (("Location", ""),), (("Location", ""), ("location", ""))])
def test_a_redirect_that_names_no_place_is_the_reply(headers: tuple[tuple[str, str], ...]) -> None:
    session = Scripted(by_path(a=answer(302, *headers)))
    reply = send(session, compiled("/a"))
    assert (reply.status, reply.error, reply.error_code, len(session.asked)) == (302, "", 0, 1)


def test_a_place_may_be_named_twice() -> None:
    session = Scripted(by_path(a=to("/b", 302, ("location", "/b"), ("Location", ""))))
    assert (send(session, compiled("/a")).status, session.lines) == (200, ["GET /a", "GET /b"])


def test_two_places_are_none() -> None:
    session = Scripted(by_path(a=to("/b", 302, ("location", "/c"))))
    reply = send(session, compiled("/a"))
    assert (reply.status, reply.error_code, len(session.asked)) == (302, 1741, 1)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("ftp://h/", 1742),
        ("javascript:alert(1)", 1742),
        ("my.app://signed-in?code=1", 1742),
        ("http://[::1", 1741),
        ("http://:80/b", 1741),
        ("http://h:0/", 1741),
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
