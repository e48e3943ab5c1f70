"""What a failed check looked at: a request and an answer in a line each."""

import pytest

from planrunner.protocols import Reply
from planrunner.protocols.http.excerpt import SHOWN, TARGET, answered, asked


def reply(status: int = 200, body: bytes = b"", kind: bytes = b"", error: str = "") -> Reply:
    made = Reply()
    made.status, made.body, made.error, made.duration = status, body, error, 0.0124
    made.headers = [(b"content-type", kind)] if kind else []
    return made


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ""),
        (b"GET /a?b=1 HTTP/1.1\r\nHost: shop.test:81\r\n\r\n", "GET shop.test:81/a?b=1"),
        (b"GET http://shop.test/a HTTP/1.1\r\nHost: shop.test\r\n\r\n", "GET http://shop.test/a"),
        (b"POST /a HTTP/1.1\r\nAccept: */*\r\nhost: x\r\n\r\n{\n  1}", "POST x/a { 1}"),
        (b"POST /a HTTP/1.1\r\n\r\n\0\1", "POST /a (2 B that are no text)"),
        (b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\0", "PUT x/a (3 B, gzip)"),
        (b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n\r\n", "PUT x/a"),
        ("GET /\x1b[31m HTTP/1.1\r\nHost: é\r\n\r\n".encode(), "GET é/\ufffd[31m"),
    ],
)
def test_a_request_is_told_in_a_line(data: bytes, told: str) -> None:
    assert asked(data) == told


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (reply(0, error="connection refused"), "no reply: connection refused"),
        (reply(0), ""),
        (reply(204), "204 (0 B, 12.4ms)"),
        (reply(503, b"no\r\novens", b"text/plain; charset=utf-8"), "503 (text/plain, 9 B, 12.4ms) no ovens"),
        (reply(200, b"\x89PNG\0", b"image/png"), "200 (image/png, 5 B, 12.4ms) (5 B that are no text)"),
        (reply(200, b"\xff\x1b]"), "200 (3 B, 12.4ms) \ufffd\ufffd]"),
    ],
)
def test_an_answer_is_told_in_a_line(seen: Reply, told: str) -> None:
    assert answered(seen) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"user": "al", "password": "hun\\"ter2", "n": 1}', '{"user": "al", "password": ***, "n": 1}'),
        ('{"access_token":"ey.J.x"}', '{"access_token":***}'),
        ("user=al&Password=hunter2&n=1", "user=al&Password=***&n=1"),
        ("{'client_secret': 'x', a: 1}", "{'client_secret': ***, a: 1}"),
        ('{"api-key": 1234}', '{"api-key": ***}'),
        ('{"token": "cut of', '{"token": ***'),
        ('{"tokens left": 3}', '{"tokens left": 3}'),
    ],
)
def test_what_is_nobody_s_business_is_left_out_by_its_name(body: str, told: str) -> None:
    data = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + body.encode()
    assert asked(data) == f"POST x/ {told}"
    assert answered(reply(200, body.encode())).endswith(told)


def test_a_token_in_an_address_is_left_out() -> None:
    assert asked(b"GET /a?token=abc&b=1 HTTP/1.1\r\nHost: x\r\n\r\n") == "GET x/a?token=***&b=1"


def test_long_texts_are_cut() -> None:
    line = asked(b"POST /%b HTTP/1.1\r\nHost: x\r\n\r\n%b" % (b"a" * 9000, b"b" * 9000))
    assert line.count("a") == TARGET - 2
    assert (line.count("b"), line.count("…")) == (SHOWN, 2)
