"""Answers judged as h11 judges them, but for the differences that are listed here, each with its reason."""

import asyncio
import re
from dataclasses import dataclass
from itertools import pairwise

import h11
import pytest
from fakes import FakeTransport, VirtualLoop
from fault_client import request
from fault_table import TABLE
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.terms import Terms

Verdict = tuple[int, bytes] | None  # status and body; None where it is refused


def ours(pieces: list[bytes], method: str) -> Verdict:
    """Let a connection have these pieces and then its end."""

    async def main() -> Verdict:
        loop = asyncio.get_running_loop()
        connection = Connection(loop, loop.time)
        transport = FakeTransport(connection)
        connection.connection_made(transport)
        waiting = connection.send(request("/", method), Terms(head_only=method == "HEAD"))
        for piece in pieces:
            if not transport.closed:
                connection.data_received(piece)
        if not transport.closed:
            transport.lose()
        reply = await waiting
        return None if reply.error else (reply.status, reply.body)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def theirs(data: bytes, method: str) -> Verdict:
    """Let h11 read it."""
    judge = h11.Connection(h11.CLIENT, max_incomplete_event_size=1_000_000)
    judge.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
    judge.send(h11.EndOfMessage())
    status, body = 0, b""
    try:
        judge.receive_data(data)
        while True:
            match judge.next_event():
                case h11.NEED_DATA:
                    judge.receive_data(b"")  # the end of the connection
                case h11.Response(status_code=status):
                    pass
                case h11.Data(data=piece):
                    body += piece
                case h11.EndOfMessage():
                    return status, body
                case h11.ConnectionClosed():
                    return None
    except h11.RemoteProtocolError:
        return None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one of us refuses and the other does not."""

    why: str
    pattern: str  # searched in the method, a bar, and the answer
    example: bytes
    method: str = "GET"  # of the example
    taken: bool = False  # by us

    def explains(self, data: bytes, method: str, mine: Verdict) -> bool:
        where = method.encode() + b"|" + data
        found = re.search(self.pattern.encode("latin-1"), where, re.DOTALL | re.IGNORECASE)
        return found is not None and self.taken == (mine is not None)


LINE = b"HTTP/1.1 200 OK\r\n"
CHUNKED = LINE + b"Transfer-Encoding: chunked\r\n\r\n"
SIZED = LINE + b"Content-Length: 2\r\n\r\nok"


def headed(header: bytes) -> bytes:
    return SIZED.replace(b"\r\n", b"\r\n" + header + b"\r\n", 1)


VALUE = r"\r\n[!-9;-~]+:[^\r\n]*"  # a header line up to some place of its value
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"

REFUSED = (  # as llhttp does, because proxies and browsers have been fooled with it
    Difference(
        "other versions are other protocols, or none (RFC 9112, 2.3)",
        r"HTTP/(?!1\.[01] )\d\.\d ",
        SIZED.replace(b"1.1", b"2.0"),
    ),
    Difference(
        "lines end with CR LF; to take less is optional (RFC 9112, 2.2)",
        r"(?<!\r)\n",
        SIZED.replace(b"\r\n", b"\n"),
    ),
    Difference("control characters in values (RFC 9110, 5.5)", VALUE + CONTROL, headed(b"X: a\x01b")),
    Difference("folded lines may be refused (RFC 9112, 5.2)", r"\r\n[ \t]", headed(b"X: a\r\n b")),
    Difference(
        "two lengths, even of one value (RFC 9110, 8.6)",
        r"Content-Length:.*Content-Length:",
        headed(b"Content-Length: 2"),
    ),
    Difference(
        "a list of lengths (RFC 9110, 8.6)", r"Content-Length:[\d\s]*,", SIZED.replace(b": 2", b": 2, 2")
    ),
    Difference(
        "a length before chunks (RFC 9112, 6.3)",
        r"Content-Length:.*Transfer-Encoding:",
        CHUNKED.replace(b"\r\n", b"\r\nContent-Length: 2\r\n", 1) + b"0\r\n\r\n",
    ),
    Difference(
        "a length behind chunks, be it as a trailer",
        r"Transfer-Encoding:.*Content-Length:",
        CHUNKED + b"0\r\nContent-Length: 0\r\n\r\n",
    ),
    Difference(
        "a length beyond 64 bits, of a body that never comes",
        r"HEAD\|.*Content-Length:\s*\d{20}",
        SIZED.replace(b": 2", b": 18446744073709551616"),
        "HEAD",
    ),
    Difference(
        "whitespace behind a chunk size (RFC 9112, 7.1)",
        r"\r\n[0-9a-f]+[ \t]+\r\n",
        CHUNKED + b"2 \r\nok\r\n0\r\n\r\n",
    ),
    Difference(
        "extensions that are none (RFC 9112, 7.1.1)",
        r"\r\n[0-9a-f]+[ \t]*;[^\n]*\r\n",
        CHUNKED + b"2;\x00\r\nok\r\n0\r\n\r\n",
    ),
    Difference(
        "more than 20 interim answers",
        r"(HTTP/1\.[01] 1\d\d[^\r\n]*\r\n([^\r\n]+\r\n)*\r\n){21}",
        b"HTTP/1.1 103 Early\r\n\r\n" * 21 + SIZED,
    ),
)

TAKEN = (
    Difference(
        "blank lines before an answer, of a body that was a line too long",
        r"(\||\r\n\r\n)[\r\n]+HTTP",
        b"\r\n" + SIZED,
        taken=True,
    ),
    Difference(
        "a reason is for people, whatever is in it",
        rf"HTTP/1\.[01] \d\d\d [^\r\n]*{CONTROL}",
        SIZED.replace(b"OK", b"O\x00K"),
        taken=True,
    ),
    Difference(
        "the status says what 101 is, and nothing is read behind it",
        r"HTTP/1\.[01] 101",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        taken=True,
    ),
    Difference(
        "codings of a body that never comes",
        r"(HEAD\||HTTP/1\.[01] (1\d\d|204|304)).*Transfer-Encoding:",
        LINE.replace(b"200", b"204") + b"Transfer-Encoding: gzip\r\n\r\n",
        taken=True,
    ),
    Difference(
        "chunk sizes with more zeros than h11 wants",
        r"\r\n0{10}",
        CHUNKED + b"0" * 30 + b"2\r\nok\r\n0\r\n\r\n",
        taken=True,
    ),
)

DIFFERENCES = (*REFUSED, *TAKEN)


def reason(data: bytes, method: str, pieces: list[bytes] | None = None) -> str:
    """Say why the two disagree about an answer; empty where they do not, `?` where nothing explains it."""
    mine, wanted = ours(pieces or [data], method), theirs(data, method)
    if mine == wanted:
        return ""
    if mine is not None and wanted is not None:
        return f"? {mine} is not {wanted}"
    return next(
        (known.why for known in DIFFERENCES if known.explains(data, method, mine)),
        f"? {mine} is not {wanted}",
    )


@pytest.mark.parametrize("known", DIFFERENCES, ids=lambda known: known.why)
def test_each_difference_that_is_listed_is_one(known: Difference) -> None:
    assert reason(known.example, known.method) == known.why


ALIKE = {
    "sized": SIZED,
    "empty": LINE + b"Content-Length: 0\r\n\r\n",
    "zeros in the length": SIZED.replace(b": 2", b": 0002"),
    "spaces around the length": SIZED.replace(b": 2", b": \t 2  "),
    "chunked": CHUNKED + b"2\r\nok\r\n0\r\n\r\n",
    "chunked with extensions": CHUNKED + b'2;a;b=c;d="e f"\r\nok\r\n0;g\r\n\r\n',
    "chunked with trailers": CHUNKED + b"2\r\nok\r\n0\r\nX: y\r\nZ: \r\n\r\n",
    "chunked in upper case": CHUNKED.replace(b"chunked", b"CHUNKED") + b"A\r\n0123456789\r\n0\r\n\r\n",
    "until the end": LINE + b"\r\nok",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nok",
    "HTTP/1.0 in chunks": CHUNKED.replace(b"1.1", b"1.0") + b"2\r\nok\r\n0\r\n\r\n",
    "no reason": SIZED.replace(b" OK", b""),
    "an empty reason": SIZED.replace(b"OK", b""),
    "no headers": LINE + b"\r\n",
    "status 999": SIZED.replace(b"200", b"999"),
    "status 204 with a length": SIZED.replace(b"200", b"204"),
    "status 304 with chunks": CHUNKED.replace(b"200", b"304"),
    "status 205 with a body": SIZED.replace(b"200", b"205"),
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\n" + SIZED,
    "interim that closes": b"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + SIZED,
    "interim of HTTP/1.0": b"HTTP/1.0 100 Continue\r\n\r\n" + SIZED,
    "interim with a length": b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n" + SIZED,
    "interim in chunks": b"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n" + SIZED,
    "a second answer": SIZED + SIZED,
    "surplus": SIZED + b"EXTRA",
    "an offer to change the protocol": SIZED.replace(
        b"\r\n", b"\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n", 1
    ),
    "a Latin-1 value": SIZED.replace(b"\r\n", b"\r\nX: \xe4\xff\r\n", 1),
    "an odd name": SIZED.replace(b"\r\n", b"\r\n!#$%&'*+-.^_`|~: y\r\n", 1),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("data", ALIKE.values(), ids=ALIKE)
def test_there_are_no_two_opinions_about_an_answer_wherever_it_ends(data: bytes, method: str) -> None:
    assert theirs(data, method) is not None
    assert {reason(data[:end], method) for end in range(1, len(data) + 1)} == {""}


BYTES = {b"".join(act for act in row.script if isinstance(act, bytes)) for row in TABLE if row.wire} - {b""}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_differences_about_the_table_of_faults_are_listed(method: str) -> None:
    assert [(data, why) for data in BYTES if (why := reason(data, method)).startswith("?")] == []


LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 None", b"HTTP/1.1 304 Same", b"HTTP/1.1 500"]
)
NAMES = st.sampled_from([b"X", b"Date", b"Connection", b"Content-Length", b"Transfer-Encoding", b"Upgrade"])
VALUES = st.sampled_from(
    [b"", b"2", b"5", b"chunked", b"close", b"keep-alive", b"gzip", b"5, 5", b"\xe4", b"a b", b"close, X"]
)
HEADERS = st.lists(st.tuples(NAMES, st.sampled_from([b":", b": ", b":\t"]), VALUES).map(b"".join), max_size=4)
CHUNKS = st.lists(
    st.tuples(
        st.binary(min_size=1, max_size=5), st.sampled_from([b"", b"", b";a", b";a=b", b';a="b c"'])
    ).map(lambda chunk: b"%x%b\r\n%b\r\n" % (len(chunk[0]), chunk[1], chunk[0])),
    max_size=3,
).map(lambda chunks: b"".join(chunks) + b"0\r\n\r\n")
ANSWERS = st.tuples(LINES, HEADERS, st.one_of(st.binary(max_size=8), CHUNKS)).map(
    lambda parts: b"\r\n".join([parts[0], *parts[1], b"", b""]) + parts[2]
)
HINTS = st.sampled_from([b"", b"", b"HTTP/1.1 103 Early\r\nX: y\r\n\r\n"])
ODD = st.sampled_from(
    [b"", b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"\x00", b"\x7f", b"9", b"\xff", b";", b'"']
)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """Make an answer, with up to two places changed, and the pieces in which it comes."""
    data = draw(HINTS) + draw(ANSWERS)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(ODD) + data[at + draw(st.integers(0, 1)) :]
    data = data[: draw(st.sampled_from([len(data), draw(st.integers(0, len(data)))]))] or b"H"
    places = sorted({0, len(data), *draw(st.lists(st.integers(0, len(data)), max_size=3))})
    return data, [data[a:b] for a, b in pairwise(places)]


@pytest.mark.slow
@settings(max_examples=400)
@given(answer=mutated(), method=st.sampled_from(["GET", "GET", "HEAD"]))
def test_differences_about_answers_of_all_kinds_are_listed(
    answer: tuple[bytes, list[bytes]], method: str
) -> None:
    data, pieces = answer
    assert not reason(data, method, pieces).startswith("?")
