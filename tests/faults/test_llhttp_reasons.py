"""The words in which llhttp refuses an answer: those that the reader knows are those that it says."""

import httptools
import pytest
from fault_table import CHUNKED, LINE

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.reader import REASONS, Reader
from planrunner.protocols.http.terms import TERMS

REFUSED = {
    "Expected HTTP/, RTSP/ or ICE/": b"HTML",
    "Invalid major version": b"HTTP/x",
    "Expected dot": b"HTTP/1 ",
    "Invalid minor version": b"HTTP/1.x",
    "Invalid HTTP version": b"HTTP/1.2 ",
    "Expected space after version": b"HTTP/1.1\r",
    "Invalid status code": b"HTTP/1.1 2x",
    "Invalid response status": b"HTTP/1.1 2000",
    "Missing expected CR after response line": b"HTTP/1.1 200 OK\n",
    "Expected LF after CR": b"HTTP/1.1 200 O\rK",
    "Missing expected CR after header value": LINE + b"X: y\n",
    "Missing expected LF after header value": LINE + b"X: y\rz",
    "Invalid header field char": LINE + b"\n",
    "Expected LF after headers": LINE + b"\rx",
    "Invalid header token": LINE + b"X y",
    "Invalid header value char": LINE + b"X: \x00",
    "Unexpected space after start line": LINE + b" X",
    "Unexpected whitespace after header value": LINE + b"X: y\r\n z",
    "Duplicate Content-Length": LINE + b"Content-Length: 1\r\nContent-Length: 1\r\n",
    "Empty Content-Length": LINE + b"Content-Length: \r\nX",
    "Invalid character in Content-Length": LINE + b"Content-Length: x",
    "Content-Length overflow": LINE + b"Content-Length: 18446744073709551616\r\n",
    "Content-Length can't be present with Transfer-Encoding": CHUNKED[:-2] + b"Content-Length: 1\r\n",
    "Transfer-Encoding can't be present with Content-Length": (
        LINE + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"
    ),
    "Empty Transfer-Encoding": LINE + b"Transfer-Encoding: \r\n\r\n",
    "Invalid character in chunk size": CHUNKED + b"x",
    "Chunk size overflow": CHUNKED + b"fffffffffffffffff",
    "Missing expected CR after chunk size": CHUNKED + b"2\n",
    "Expected LF after chunk size": CHUNKED + b"2\rx",
    "Invalid character in chunk extensions name": CHUNKED + b"2;a\x00",
    "Invalid character in chunk extensions value": CHUNKED + b"2;a=\x00",
    "Invalid character in chunk extensions quote value": CHUNKED + b'2;a="b"x',
    "Invalid character in chunk extensions quoted value": CHUNKED + b'2;a="\x00',
    "Invalid quoted-pair in chunk extensions quoted value": CHUNKED + b'2;a="\\\x00',
    "Missing expected CR after chunk extension name": CHUNKED + b"2;a\n",
    "Missing expected CR after chunk extension value": CHUNKED + b"2;a=b\n",
    "Missing expected CR after chunk data": CHUNKED + b"2\r\nok\n",
    "Expected LF after chunk data": CHUNKED + b"2\r\nok\rx",
}


@pytest.mark.parametrize("reason", REASONS)
def test_llhttp_says_what_the_reader_expects(reason: str) -> None:
    with pytest.raises(httptools.HttpParserError) as raised:
        httptools.HttpResponseParser(object()).feed_data(REFUSED[reason])
    assert str(raised.value) == reason


class Other:
    """A parser that says it in words of its own."""

    def feed_data(self, data: bytes) -> None:
        raise httptools.HttpParserError("Octet of ill repute")


@pytest.mark.parametrize(("head", "code"), [(LINE, 1713), (CHUNKED, 1722)])
def test_what_a_later_llhttp_says_in_other_words_has_a_code_too(head: bytes, code: int) -> None:
    reader = Reader(lambda: 0.0)
    reader.begin(Reply(), TERMS)
    reader.feed(head)
    reader._parser = Other()  # type: ignore[assignment]
    reader.feed(b"\x00")
    assert reader.fault == code
