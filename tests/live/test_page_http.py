"""What the page's server understands of HTTP, and what it refuses."""

import asyncio

import pytest

from planrunner.live.web.http import HEAD, RefusedError, answer, asked, read


def test_a_request_is_read() -> None:
    found = asked(b"GET /a/b?c HTTP/1.1\r\nHost: h:1\r\nX-Y:  z \r\n\r\n")
    assert (found.method, found.path, found.fields) == ("GET", "/a/b?c", {"host": "h:1", "x-y": "z"})


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", 400),
        (b"GET http://h/ HTTP/1.1\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
    ],
)
def test_what_is_not_understood_is_refused(head: bytes, status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        asked(head)
    assert refused.value.status == status


def reading(data: bytes) -> object:
    async def main() -> object:
        reader = asyncio.StreamReader(limit=HEAD)
        reader.feed_data(data)
        reader.feed_eof()
        return await read(reader)

    return asyncio.run(main())


def test_who_says_nothing_asks_nothing() -> None:
    assert reading(b"") is None
    assert reading(b"GET / HTTP/1.1\r\n") is None


def test_a_long_head_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        reading(b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * HEAD + b"\r\n\r\n")
    assert refused.value.status == 431


def test_an_answer_says_what_it_is_and_what_may_be_done_with_it() -> None:
    head, _, body = answer(404).partition(b"\r\n\r\n")
    assert body == b"404 Not Found\n"
    assert head.decode().split("\r\n") == [
        "HTTP/1.1 404 Not Found",
        "Connection: close",
        "Cache-Control: no-store",
        "Cross-Origin-Resource-Policy: same-origin",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'",
        "Content-Length: 14",
    ]
