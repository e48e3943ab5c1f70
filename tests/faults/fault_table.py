"""What targets do over HTTP/1.1, and what has to come of it: a code, or a status and a body."""

from __future__ import annotations

from dataclasses import dataclass

from fault_server import Act, Do, Flood, Pause, Script, Trickle

from planrunner.protocols.http.h1.reader import FIELD_LIMIT, INTERIM_LIMIT
from planrunner.protocols.http.terms import HEAD_LIMIT

LINE = b"HTTP/1.1 200 OK\r\n"
SIZED = LINE + b"Content-Length: 5\r\n\r\n"
CHUNKED = LINE + b"Transfer-Encoding: chunked\r\n\r\n"
EMPTY = b"Content-Length: 0\r\n\r\n"
OPEN = b"HTTP/1.0 200 OK\r\n\r\n"  # the body ends with the connection
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
FULL = b"HTTP/1.1 503 Full\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
HELLO = SIZED + b"hello"
LONG = b"z" * (HEAD_LIMIT + 1)
SHORT = 0.5  # seconds; on a busy machine a TLS handshake could take as long


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that targets do, and what has to be told of it."""

    does: str
    script: Script
    code: int = 0
    status: int = 200  # without a code, or with one of a status
    body: bytes = b"hello"
    stays: bool = True  # whether the connection can be used again; with a code of a fault it never is
    kept: int = 0  # the code on a kept connection, where it is another one
    method: str = "GET"
    upload: int = 0  # bytes of a body
    timeout: float = 20.0  # seconds, which only a machine that is very busy comes near
    max_body: int = 0
    early: bool = False  # whether the script does not wait for the body of the request
    wire: bool = True  # whether all that matters are the bytes and the end, so that they may be cut anywhere

    @property
    def name(self) -> str:
        return self.does.replace(" ", "-")

    @property
    def timed(self) -> bool:
        """Whether it takes the whole timeout."""
        return self.timeout == SHORT


def failing(does: str, code: int, *script: Act, **rest: object) -> Row:
    return Row(does, script, code, 0, b"", stays=False, **rest)  # type: ignore[arg-type]


def answering(does: str, *script: Act, **rest: object) -> Row:
    return Row(does, script, **rest)  # type: ignore[arg-type]


# The method is POST where a GET would be sent again on a kept connection.
NO_ANSWER = (
    failing("closes without an answer", 1221, Do.CLOSE, method="POST", kept=1225),
    failing("half-closes without an answer", 1221, Do.HALF_CLOSE, method="POST", kept=1225),
    failing("resets without an answer", 1220, Do.RESET, method="POST"),
    failing("never answers", 1050, Do.SILENCE, timeout=SHORT),
    failing("never ends its headers", 1050, LINE + b"X-A: b\r\n", Do.SILENCE, timeout=SHORT),
    failing("never ends its body", 1050, SIZED + b"hell", Do.SILENCE, timeout=SHORT),
    failing("never ends its chunks", 1050, CHUNKED + b"5\r\nhello\r\n", Do.SILENCE, timeout=SHORT),
    failing("never closes behind an open body", 1050, OPEN + b"hello", Do.SILENCE, timeout=SHORT),
    failing("trickles its headers", 1050, Trickle(LINE * 9, 0.1), timeout=SHORT, wire=False),
    failing("trickles its body", 1050, SIZED, Trickle(b"hell", 0.1), Do.SILENCE, timeout=SHORT, wire=False),
)

HEADS = (
    failing("closes in the status line", 1222, b"HTTP/1.", Do.CLOSE),
    failing("closes in a header", 1222, LINE + b"Content-Le", Do.CLOSE),
    failing("closes before the blank line", 1222, LINE + EMPTY[:-2], Do.CLOSE),
    failing("closes behind an interim answer", 1222, HINT, Do.CLOSE),
    failing("half-closes in a header", 1222, LINE + b"X", Do.HALF_CLOSE),
    failing("resets in the status line", 1223, b"HT", Do.RESET),
    failing("resets in a header", 1223, LINE + b"Content-Le", Do.RESET),
    failing("resets behind an interim answer", 1223, HINT, Do.RESET),
    failing("sends garbage", 1710, b"\x00\x01\x02 nonsense\r\n\r\n", kept=1723),
    failing("sends a page without headers", 1710, b"<html>hello</html>", Do.CLOSE, kept=1723),
    failing("greets as an SSH server", 1710, b"SSH-2.0-OpenSSH_9.2\r\n", kept=1723),
    failing("greets as an HTTP/2 server", 1710, b"\x00\x00\x06\x04\x00\x00\x00\x00\x00", kept=1723),
    failing("answers in lower case", 1710, b"http/1.1 200 OK\r\n" + EMPTY, kept=1723),
    failing("answers as Icecast", 1710, b"ICY 200 OK\r\n" + EMPTY, kept=1723),
    failing("answers as RTSP", 1710, b"RTSP/1.0 200 OK\r\n" + EMPTY, kept=1723),
    failing("sends a request", 1710, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", kept=1723),
    failing("sends a TLS alert", 1302, b"\x15\x03\x01\x00\x02\x02\x46"),
    failing("answers with HTTP/2.0", 1711, b"HTTP/2.0 200 OK\r\n" + EMPTY),
    failing("answers with HTTP/0.9", 1711, b"HTTP/0.9 200 OK\r\n" + EMPTY),
    failing("answers with HTTP/1.2", 1711, b"HTTP/1.2 200 OK\r\n" + EMPTY),
    failing("answers with HTTP/2", 1711, b"HTTP/2 200\r\n" + EMPTY),
    failing("answers with HTTP/x", 1711, b"HTTP/x.y 200 OK\r\n" + EMPTY),
    failing("answers with HTTP/1.x", 1711, b"HTTP/1.x 200 OK\r\n" + EMPTY),
    failing("answers without a status", 1711, b"HTTP/1.1\r\n" + EMPTY),
    failing("answers with two digits", 1711, b"HTTP/1.1 20 OK\r\n" + EMPTY),
    failing("answers with four digits", 1711, b"HTTP/1.1 2000 OK\r\n" + EMPTY),
    failing("answers with a letter among digits", 1711, b"HTTP/1.1 2x0 OK\r\n" + EMPTY),
    failing("answers with a negative status", 1711, b"HTTP/1.1 -20 OK\r\n" + EMPTY),
    failing("answers with status 000", 1711, b"HTTP/1.1 000 OK\r\n" + EMPTY),
    failing("answers with status 099", 1711, b"HTTP/1.1 099 OK\r\n" + EMPTY),
    failing("sends a bare LF behind the status line", 1712, b"HTTP/1.1 200 OK\n" + EMPTY),
    failing("sends a bare LF behind a header", 1712, LINE + b"X: y\n" + EMPTY),
    failing("sends a bare LF as the blank line", 1712, LINE + EMPTY[:-2] + b"\n"),
    failing("sends a bare CR behind a header", 1712, LINE + b"X: y\r" + EMPTY),
    failing("sends a bare CR in the reason", 1712, b"HTTP/1.1 200 O\rK\r\n" + EMPTY),
    failing("sends a bare CR as the blank line", 1712, LINE + EMPTY[:-1] + b"x"),
    failing("sends a header without a colon", 1713, LINE + b"Broken\r\n" + EMPTY),
    failing("sends a space before the colon", 1713, LINE + b"X : y\r\n" + EMPTY),
    failing("sends a header without a name", 1713, LINE + b": y\r\n" + EMPTY),
    failing("sends a name with a bracket", 1713, LINE + b"X(: y\r\n" + EMPTY),
    failing("sends a name with an umlaut", 1713, LINE + b"\xc4: y\r\n" + EMPTY),
    failing("sends a NUL in a value", 1713, LINE + b"X: a\x00b\r\n" + EMPTY),
    failing("sends a control character in a value", 1713, LINE + b"X: a\x01b\r\n" + EMPTY),
    failing("folds a header", 1713, LINE + b"X: a\r\n b\r\n" + EMPTY),
    failing("folds the status line", 1713, LINE + b" X: a\r\n" + EMPTY),
    failing("sends a header that is too large", 1714, LINE + b"X: " + LONG + b"\r\n" + EMPTY, wire=False),
    failing("sends headers that are too large", 1714, LINE + b"X: y\r\n" * (HEAD_LIMIT // 6), wire=False),
    failing("sends too many headers", 1714, LINE + b"X: y\r\n" * FIELD_LIMIT + EMPTY, wire=False),
    failing("sends headers without end", 1714, LINE, Flood(b"X: y\r\n" * 9999), wire=False),
    failing("sends two lengths", 1715, LINE + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
    failing("sends a length twice", 1715, LINE + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    failing("sends a list of lengths", 1715, LINE + b"Content-Length: 5, 5\r\n\r\nhello"),
    failing("sends a negative length", 1715, LINE + b"Content-Length: -5\r\n\r\n"),
    failing("sends a signed length", 1715, LINE + b"Content-Length: +5\r\n\r\nhello"),
    failing("sends a hexadecimal length", 1715, LINE + b"Content-Length: 0x5\r\n\r\nhello"),
    failing("sends an empty length", 1715, LINE + b"Content-Length:\r\n\r\n"),
    failing("sends a length beyond 64 bits", 1715, LINE + b"Content-Length: 18446744073709551616\r\n\r\n"),
    failing(
        "sends a length and chunks",
        1716,
        LINE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    failing(
        "sends chunks and a length",
        1716,
        LINE + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    ),
    failing("sends an unknown coding", 1716, LINE + b"Transfer-Encoding: gzip\r\n\r\nhello"),
    failing("sends no last chunked", 1716, LINE + b"Transfer-Encoding: chunked, gzip\r\n\r\nhello"),
    failing("sends a coding before chunked", 1716, LINE + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    failing("sends an empty coding", 1716, LINE + b"Transfer-Encoding:\r\n\r\nhello"),
    failing("chunks twice", 1716, LINE + b"Transfer-Encoding: chunked, chunked\r\n\r\n"),
    failing("says chunked twice", 1716, LINE + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n"),
)

INTERIM = (
    answering("answers behind 100", CONTINUE + HELLO),
    answering("answers behind three hints", HINT * 3 + HELLO),
    answering("answers behind the most hints", HINT * INTERIM_LIMIT + HELLO),
    answering(
        "answers behind 100 with a length", b"HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\n" + HELLO
    ),
    answering("answers behind 100 of HTTP/1.0", b"HTTP/1.0 100 Continue\r\n\r\n" + HELLO),
    answering(
        "answers behind hints that close",
        HINT + b"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" * 2 + HELLO,
    ),
    failing("answers as RTSP behind 100", 1710, CONTINUE + b"RTSP/1.0 200 OK\r\n" + EMPTY, kept=1723),
    failing("sends garbage behind 100", 1710, CONTINUE + b"garbage", kept=1723),
    failing(
        "answers as RTSP behind 100 that closes",
        1710,
        CONTINUE.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"RTSP/1.0 200 OK\r\n" + EMPTY,
        kept=1723,
    ),
    failing("sends too many hints", 1717, HINT * (INTERIM_LIMIT + 1) + HELLO),
    failing("sends hints without end", 1717, Flood(HINT * 99), wire=False),
    answering(
        "changes the protocol",
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nRAW",
        status=101,
        body=b"",
        stays=False,
    ),
    answering(
        "changes to nothing", b"HTTP/1.1 101 Switching\r\n\r\n" + HELLO, status=101, body=b"", stays=False
    ),
)

BODIES = (
    answering("answers", HELLO),
    answering("answers and closes", HELLO, Do.CLOSE, stays=False),
    answering("says that it closes", HELLO.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), stays=False),
    answering("answers with HTTP/1.0", HELLO.replace(b"1.1", b"1.0"), stays=False),
    answering(
        "answers with HTTP/1.0 and stays",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + SIZED[17:] + b"hello",
    ),
    answering("ends its body with the connection", OPEN + b"hello", Do.CLOSE, stays=False),
    answering("ends a body of HTTP/1.1 with the connection", LINE + b"\r\nhello", Do.HALF_CLOSE, stays=False),
    answering("answers in chunks", CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    answering("answers in CHUNKS", CHUNKED.replace(b"chunked", b"Chunked") + b"5\r\nhello\r\n0\r\n\r\n"),
    answering("answers in chunks with extensions", CHUNKED + b'5;a=b;c="d;\\"e"\r\nhello\r\n0;f\r\n\r\n'),
    answering(
        "answers in chunks with trailers", CHUNKED + b"5\r\nhello\r\n0\r\nX: y\r\nSet-Cookie: a=b\r\n\r\n"
    ),
    answering("answers in chunks with zeros", CHUNKED + b"00005\r\nhello\r\n000\r\n\r\n"),
    answering(
        "answers in chunks of HTTP/1.0",
        CHUNKED.replace(b"1.1 200 OK\r\n", b"1.0 200 OK\r\nConnection: keep-alive\r\n")
        + b"5\r\nhello\r\n0\r\n\r\n",
        stays=False,
    ),
    answering("answers with a blank line before", b"\r\n" + HELLO),
    answering("answers without a reason", b"HTTP/1.1 200\r\n" + SIZED[17:] + b"hello"),
    answering("answers with a Latin-1 reason", b"HTTP/1.1 200 Sch\xf6n\r\n" + SIZED[17:] + b"hello"),
    answering("answers with Latin-1 headers", LINE + b"X: \xe4\xf6\xfc\r\n" + SIZED[17:] + b"hello"),
    answering("answers with an empty header", LINE + b"X:\r\nY: \t \r\n" + SIZED[17:] + b"hello"),
    answering(
        "answers with the most headers",
        LINE + b"X: y\r\n" * (FIELD_LIMIT - 1) + SIZED[17:] + b"hello",
        wire=False,
    ),
    answering("answers with status 999", b"HTTP/1.1 999 Odd\r\n" + SIZED[17:] + b"hello", status=999),
    answering(
        "answers with status 503", b"HTTP/1.1 503 Full\r\n" + SIZED[17:] + b"hello", status=503, code=1503
    ),
    answering("answers 204 with a length", b"HTTP/1.1 204 None\r\n" + SIZED[17:], status=204, body=b""),
    answering("answers 204 with chunks", b"HTTP/1.1 204 None\r\n" + CHUNKED[17:], status=204, body=b""),
    answering("answers 304 with a length", b"HTTP/1.1 304 Same\r\n" + SIZED[17:], status=304, body=b""),
    answering("answers 205 with a body", b"HTTP/1.1 205 Reset\r\n" + SIZED[17:] + b"hello", status=205),
    answering("answers HEAD with a length", SIZED, method="HEAD", body=b""),
    answering("answers HEAD with chunks", CHUNKED, method="HEAD", body=b""),
    answering("answers HEAD behind hints", HINT * 2 + SIZED, method="HEAD", body=b""),
    answering("answers HEAD with gzip", LINE + b"Transfer-Encoding: gzip\r\n\r\n", method="HEAD", body=b""),
    failing("closes in a body", 1720, SIZED + b"hell", Do.CLOSE),
    failing("closes before a body", 1720, SIZED, Do.CLOSE),
    failing("half-closes in a body", 1720, SIZED + b"hell", Do.HALF_CLOSE),
    failing("closes in a chunk", 1721, CHUNKED + b"5\r\nhel", Do.CLOSE),
    failing("closes in a chunk size", 1721, CHUNKED + b"5", Do.CLOSE),
    failing("closes before the last chunk", 1721, CHUNKED + b"5\r\nhello\r\n", Do.CLOSE),
    failing("closes in the last chunk", 1721, CHUNKED + b"5\r\nhello\r\n0\r\n", Do.CLOSE),
    failing("closes in a trailer", 1721, CHUNKED + b"0\r\nX: y", Do.CLOSE),
    failing("resets in a body", 1224, SIZED + b"hell", Do.RESET),
    failing("resets in a chunk", 1224, CHUNKED + b"5\r\nhel", Do.RESET),
    failing("resets in an open body", 1224, OPEN + b"hello", Do.RESET),
    failing("sends a chunk size of letters", 1722, CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    failing("sends an empty chunk size", 1722, CHUNKED + b"\r\nhello\r\n0\r\n\r\n"),
    failing("sends a negative chunk size", 1722, CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
    failing("sends a prefixed chunk size", 1722, CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n"),
    failing("sends a chunk size beyond 64 bits", 1722, CHUNKED + b"f" * 17 + b"\r\nhello"),
    failing("sends a chunk that is too long", 1722, CHUNKED + b"4\r\nhello\r\n0\r\n\r\n"),
    failing("sends a chunk that is too short", 1722, CHUNKED + b"6\r\nhello\r\n0\r\n\r\n"),
    failing("sends a bare LF behind a chunk size", 1722, CHUNKED + b"5\nhello\r\n0\r\n\r\n"),
    failing("sends a bare LF behind a chunk", 1722, CHUNKED + b"5\r\nhello\n0\r\n\r\n"),
    failing("sends a NUL in an extension", 1722, CHUNKED + b"5;a\x00\r\nhello\r\n0\r\n\r\n"),
    failing("sends a trailer without a colon", 1713, CHUNKED + b"0\r\nBroken\r\n\r\n"),
    failing("sends a length as a trailer", 1716, CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n"),
    failing("sends a trailer without end", 1714, CHUNKED + b"0\r\nX: ", Flood(b"y" * 9999), wire=False),
    failing("sends an extension without end", 1714, CHUNKED + b"5;x=", Flood(b"y" * 9999), wire=False),
    failing("sends a body without end", 1724, OPEN, Flood(b"z" * 9999), max_body=500_000, wire=False),
    failing(
        "sends chunks without end", 1724, CHUNKED, Flood(b"5\r\nhello\r\n" * 999), max_body=50_000, wire=False
    ),
    failing("sends a body that is too large", 1724, HELLO, max_body=4),
)

SURPLUS = (
    answering("sends rubbish behind its answer", HELLO + b"EXTRA", stays=False),
    answering("answers twice", HELLO + HELLO, stays=False),
    answering("answers and begins anew", HELLO + HELLO[:9], stays=False),
    answering(
        "sends a body behind 204",
        b"HTTP/1.1 204 None\r\n" + SIZED[17:] + b"hello",
        status=204,
        body=b"",
        stays=False,
    ),
    answering(
        "sends a body behind 304",
        b"HTTP/1.1 304 Same\r\n" + SIZED[17:] + b"hello",
        status=304,
        body=b"",
        stays=False,
    ),
    answering("sends a body behind HEAD", HELLO, method="HEAD", body=b"", stays=False),
    answering("sends chunks behind HEAD", CHUNKED + b"0\r\n\r\n", method="HEAD", body=b"", stays=False),
)
"""What comes behind an answer is no fault of the answer, but nothing must be read from there any more."""

UPLOADS = (
    answering("takes an upload", HELLO, method="PUT", upload=3_000_000, wire=False),
    answering(
        "refuses an upload and closes",
        b"HTTP/1.1 413 Large\r\nConnection: close\r\n" + SIZED[17:] + b"hello",
        Pause(0.05),
        Do.CLOSE,
        method="POST",
        upload=8_000_000,
        early=True,
        status=413,
        code=1413,
        stays=False,
        wire=False,
    ),
    answering(
        "refuses an upload and resets",
        b"HTTP/1.1 413 Large\r\nConnection: close\r\n" + SIZED[17:] + b"hello",
        Pause(0.05),
        Do.RESET,
        method="POST",
        upload=8_000_000,
        early=True,
        status=413,
        code=1413,
        stays=False,
        wire=False,
    ),
    answering(
        "refuses an upload and stays",
        b"HTTP/1.1 413 Large\r\n" + SIZED[17:] + b"hello",
        Do.SILENCE,
        method="POST",
        upload=8_000_000,
        early=True,
        status=413,
        code=1413,
        stays=False,
        wire=False,
    ),
    failing("resets in an upload", 1201, Do.RESET, method="POST", upload=8_000_000, early=True, wire=False),
    failing("closes in an upload", 1201, Do.CLOSE, method="POST", upload=8_000_000, early=True, wire=False),
    failing(
        "reads no upload",
        1054,
        Do.READ_NO_MORE,
        method="POST",
        upload=8_000_000,
        early=True,
        timeout=SHORT,
        wire=False,
    ),
)

GREETINGS = (
    failing("resets at once", 1220, Do.RESET),
    failing("greets at once", 1710, b"SSH-2.0-OpenSSH_9.2\r\n", Do.SILENCE),
    failing("greets at once and closes", 1710, b"220 mail.example ESMTP\r\n", Do.CLOSE),
    answering("refuses at once", FULL, Do.CLOSE, status=503, code=1503),
    answering("refuses at once and resets", FULL, Do.RESET, status=503, code=1503),
)
"""What is done with a connection before there is any request."""

TABLE = (*NO_ANSWER, *HEADS, *INTERIM, *BODIES, *SURPLUS, *UPLOADS)
