"""Redirects, compared with httpx, which others wrote; where it does otherwise, browsers decide (fetch)."""

from collections.abc import Sequence

import httpx
import pytest
from requesting import PLACE, Scripted, at, by_path, compiled, headers_of, send, settings, to

from planrunner.plan.model import JsonBody

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE")
STATUSES = (301, 302, 303, 307, 308)
LOCATIONS = ("/b", "?x=1", "//g/b", "http://h:81/b", "https://h/b", "http://H:80/b", "../b#part")

OTHERWISE = {
    # status and method: what httpx sends and why we do not
    (302, method): ("GET", "httpx: what browsers do; but they change POST alone (fetch, 4.5), as after 301")
    for method in METHODS
    if method not in {"GET", "HEAD", "POST"}
}


def httpx_sends(method: str, status: int, location: str, **headers: str) -> Sequence[httpx.Request]:
    """Return the two requests that httpx sends."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        first = len(seen) == 1
        return httpx.Response(status if first else 200, headers={"Location": location} if first else {})

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        client.request(method, "http://h/x/a?q", json=1, headers=headers)
    return seen


def we_send(method: str, status: int, location: str, **headers: str) -> Scripted:
    session = Scripted(by_path(**{"x/a": to(location, status)}))
    call = compiled("/x/a?q", method=method, body=JsonBody(at(1), PLACE), headers=settings(**headers))
    send(session, call)
    return session


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", METHODS)
def test_method_and_body_are_those_of_httpx(method: str, status: int) -> None:
    _, theirs = httpx_sends(method, status, "/b")
    _, ours = we_send(method, status, "/b").asked
    if (status, method) in OTHERWISE:
        assert (theirs.method, ours[1].split(" ")[0]) == (OTHERWISE[status, method][0], method)
        return
    assert ours[1].split(" ")[0] == theirs.method
    assert ours[1].partition("\r\n\r\n")[2] == theirs.content.decode()
    assert ("Content-Length" in headers_of(ours[1])) == ("Content-Length" in theirs.headers)


@pytest.mark.parametrize("location", LOCATIONS)
def test_place_host_and_credentials_are_those_of_httpx(location: str) -> None:
    _, theirs = httpx_sends("GET", 302, location, Authorization="secret", X="1")
    origin, ours = we_send("GET", 302, location, Authorization="secret", X="1").asked[1]
    assert (origin.tls, ours.split(" ")[1]) == (theirs.url.scheme == "https", theirs.url.raw_path.decode())
    assert [headers_of(ours)[name] for name in ("Host", "X")] == [
        theirs.headers[name] for name in ("Host", "X")
    ]
    upgraded = location == "https://h/b"  # httpx keeps them; another origin is another origin (fetch, 4.5)
    assert ("Authorization" in headers_of(ours)) == ("Authorization" in theirs.headers and not upgraded)
