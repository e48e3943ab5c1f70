"""Our HTTP/2 against the package `h2`, which knows nothing of us: whatever the order, both agree."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fakes import VirtualLoop
from h2_opposite import Fields, Opposite, Stream
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.channel import Channel
from planrunner.protocols.http.terms import Terms

pytestmark = pytest.mark.slow

BODIES = st.one_of(st.just(0), st.integers(1, 50), st.integers(60_000, 70_000), st.integers(0, 300_000))
METHODS = st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"HEAD"])
VALUES = st.one_of(
    st.sampled_from(
        [b"", b" ", b"a", b" a\t", b"gzip, br", b"trailers", b"close", "Menü".encode(), b"x" * 20_000]
    ),
    st.binary(max_size=30).filter(lambda value: not set(value) & set(b"\r\n\0")),
)
NAMES = st.sampled_from(
    [b"X-A", b"accept", b"Cookie", b"Authorization", b"TE", b"Connection", b"Upgrade", b"X-A"]
)
ANSWERED = st.lists(
    st.tuples(
        st.sampled_from([b"x-a", b"set-cookie", b"date", b"etag", b"x-request-id", b"content-type"]),
        st.one_of(
            st.sampled_from([b"", b"a", b"text/html", b"y" * 500]),
            st.text("abcdef", max_size=40).map(str.encode),
        ),
    ),
    max_size=4,
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        frames.HEADER_TABLE_SIZE: st.sampled_from([0, 100, 4096, 65536]),
        frames.MAX_CONCURRENT_STREAMS: st.integers(0, 4),
        frames.INITIAL_WINDOW_SIZE: st.one_of(st.integers(0, 100), st.integers(0, 200_000)),
        frames.MAX_FRAME_SIZE: st.integers(16_384, 100_000),
        frames.MAX_HEADER_LIST_SIZE: st.just(1_000_000),
    },
)
PATIENCE = 30.0  # seconds until a request is given up
SIZES = st.one_of(st.integers(1, 40), st.integers(1, 100_000))
RARELY = st.sampled_from([False, False, False, True])
ANY = st.integers(0, 10_000)  # chooses one of several, by what is left of a division


@dataclass(slots=True)
class Asked:
    """A request that was sent, and what came of it."""

    channel: Channel
    method: bytes
    fields: Fields
    body: bytes
    waiting: asyncio.Future[Reply]
    started: float
    stream: int = 0
    dropped: bool = False


class Talk(RuleBasedStateMachine):
    """Client and server, and the bytes between them, moved in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.asked: list[Asked] = []
        self.farewell: int | None = None  # the last stream that the server said it looks at

    @initialize(said=SETTINGS)
    def begin(self, said: dict[int, int]) -> None:
        self.far = Opposite(self.loop, said)

    # The client.

    @precondition(lambda self: self.far.client.usable)
    @rule(method=METHODS, name=NAMES, value=VALUES, size=BODIES, head=st.booleans())
    def ask(self, method: bytes, name: bytes, value: bytes, size: int, head: bool) -> None:
        body = bytes(size)
        lines = [(b"Host", b"h:1"), (name, value)] + ([(b"Content-Length", b"%d" % size)] if size else [])
        data = (
            b"%b /a?b HTTP/1.1\r\n" % method
            + b"".join(b"%b: %b\r\n" % line for line in lines)
            + b"\r\n"
            + body
        )
        channel = Channel(self.far.client)
        waiting = channel.send(data, Terms(head_only=method == b"HEAD", timeout=PATIENCE))
        self.asked.append(Asked(channel, method, lines, body, waiting, self.loop.time()))

    @rule(which=ANY, now=RARELY)
    def drop(self, which: int, now: bool) -> None:
        under_way = self.under_way() if now else []
        if under_way:
            asked = under_way[which % len(under_way)]
            asked.stream, asked.dropped = asked.channel.number, True
            asked.channel.drop()

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    # The wire.

    @rule(size=SIZES)
    def up(self, size: int) -> None:
        self.far.up(size)

    @rule(size=SIZES)
    def down(self, size: int) -> None:
        self.far.down(size)

    @rule()
    def settle(self) -> None:
        self.far.settle()

    # The server.

    def one_of(self, which: int, fits: Callable[[Stream], bool]) -> int:
        found = [] if self.far.left else self.far.under_way(fits)
        return found[which % len(found)] if found else 0

    @rule(which=ANY, status=st.sampled_from([200, 200, 404, 500, 302]), headers=ANSWERED, ended=st.booleans())
    def head(self, which: int, status: int, headers: Fields, ended: bool) -> None:
        stream = self.one_of(which, lambda stream: not stream.status)
        if stream:
            self.far.begin(stream, status, headers, ended=ended)

    @rule(which=ANY, status=st.sampled_from([100, 103]))
    def interim(self, which: int, status: int) -> None:
        stream = self.one_of(which, lambda stream: not stream.status)
        if stream:
            self.far.begin(stream, status, [], ended=False)

    @rule(which=ANY, size=BODIES, ended=st.booleans(), padding=st.one_of(st.none(), st.integers(0, 255)))
    def body(self, which: int, size: int, ended: bool, padding: int | None) -> None:
        stream = self.one_of(which, lambda stream: stream.status > 0)
        if stream:
            self.far.go_on(stream, bytes([which % 256]) * size, ended=ended, padding=padding)

    @rule(status=st.sampled_from([200, 404]), headers=ANSWERED, size=BODIES, each=st.integers(1, 40_000))
    def serve(self, status: int, headers: Fields, size: int, each: int) -> None:
        """Answer all that can be answered, a piece of each in turn."""
        self.far.up(len(self.far.pipe.written))
        streams = [] if self.far.left else self.far.under_way(lambda stream: not stream.status)
        for stream in streams:
            self.far.begin(stream, status, headers, ended=size == 0)
        for at in range(0, size, each):
            for stream in streams:
                body = bytes(min(each, size - at))
                self.far.go_on(stream, body, ended=at + each >= size, padding=None)

    @rule(
        which=ANY, status=st.sampled_from([200, 204, 404]), headers=ANSWERED, size=BODIES, told=st.booleans()
    )
    def answer(self, which: int, status: int, headers: Fields, size: int, told: bool) -> None:
        """Answer in two frames that come together, as most do."""
        self.far.settle()
        stream = self.one_of(which, lambda stream: not stream.status)
        if stream:
            length = [(b"content-length", b"%d" % size)] if told else []
            self.far.begin(stream, status, headers + length, ended=False)
            self.far.go_on(stream, bytes(size), ended=True, padding=None)
            self.far.down(len(self.far.downlink))

    @rule(which=ANY)
    def trailers(self, which: int) -> None:
        stream = self.one_of(which, lambda stream: stream.status > 0)
        if stream:
            self.far.trail(stream, [(b"x-sum", b"1")])

    @rule(which=ANY, error=st.integers(0, 13), now=RARELY)
    def reset(self, which: int, error: int, now: bool) -> None:
        stream = self.one_of(which, lambda _: now)
        if stream:
            self.far.reset(stream, error)

    @rule(which=ANY)
    def read(self, which: int) -> None:
        stream = self.one_of(which, lambda stream: stream.unread > 0)
        if stream:
            self.far.read(stream)

    @precondition(lambda self: self.far.agreed and not self.far.left)
    @rule(said=SETTINGS)
    def agree(self, said: dict[int, int]) -> None:
        self.far.agree(said)

    @precondition(lambda self: not self.far.left)
    @rule()
    def ping(self) -> None:
        self.far.server.ping(b"12345678")
        self.far.say()

    @rule(kind=st.sampled_from([0x10, 0xFF]), stream=st.sampled_from([0, 1, 3]), size=st.integers(0, 20))
    def unknown(self, kind: int, stream: int, size: int) -> None:
        self.far.say(frames.frame(kind, 0xFF, stream, bytes(size)))

    @rule(which=ANY, error=st.sampled_from([0, 0, 0, 11]), now=RARELY)
    def leave(self, which: int, error: int, now: bool) -> None:
        if not now:
            return
        seen = [0, *self.far.streams, frames.STREAM]
        last = seen[which % len(seen)]
        if self.farewell is None or last <= self.farewell:
            self.farewell = last
            self.far.say(
                frames.frame(frames.GOAWAY, 0, 0, last.to_bytes(4, "big") + error.to_bytes(4, "big"))
            )

    # The end.

    def teardown(self) -> None:
        try:
            if hasattr(self, "far"):
                self.end()
        finally:
            self.loop.close()

    def end(self) -> None:
        self.far.settle()
        open_ones = self.under_way()
        self.far.client.connection_lost(None)
        for asked in self.asked:
            asked.stream = asked.stream or asked.channel.number
            self.judge(asked, lost=asked in open_ones)
        assert not self.far.client.streams

    def under_way(self) -> list[Asked]:
        return [asked for asked in self.asked if not asked.waiting.done() and not asked.dropped]

    def judge(self, asked: Asked, *, lost: bool) -> None:
        """Compare a reply, of which there is exactly one, with what the server heard and said."""
        found = self.far.streams.get(asked.stream)
        if found is not None:
            assert sorted(found.fields) == sorted(expected(asked))
            assert asked.body.startswith(found.body)
            assert not found.heard or found.body == asked.body
        assert asked.waiting.done() != asked.dropped
        if asked.dropped:
            return
        reply = asked.waiting.result()
        if not reply.error:
            assert found is not None
            assert found.ended
            assert not malformed(asked, found)
            assert (reply.status, reply.headers, reply.body) == (found.status, found.headers, found.answer)
            return
        assert reply.error_code in self.reasons(asked, found, lost=lost)

    def reasons(self, asked: Asked, found: Stream | None, *, lost: bool) -> set[int]:
        """Return the codes that a request may have failed with."""
        codes = set()
        if self.farewell is not None and (lost or asked.stream == 0 or asked.stream > self.farewell):
            codes |= {1611, 1622}
        if self.loop.time() - asked.started >= PATIENCE:
            codes.add(1050)
        if lost and self.farewell is None:
            said = found.said if found is not None else 0
            codes.add(1720 if found is not None and found.status >= 200 else 1222 if said else 1221)
        if found is not None and found.reset is not None:
            codes.add(1631 + found.reset)
        if found is not None and malformed(asked, found):
            codes.add(1632)
        return codes


def expected(asked: Asked) -> Fields:
    """Return the header fields of a request as they have to arrive."""
    told = [(name.lower(), value.strip(b" \t")) for name, value in asked.fields[1:]]
    kept = [(name, value) for name, value in told if name not in {b"connection", b"upgrade"}]
    usual = [(b":method", asked.method), (b":scheme", b"https"), (b":authority", b"h:1"), (b":path", b"/a?b")]
    return usual + [pair for pair in kept if pair[0] != b"te" or pair[1] == b"trailers"]


def malformed(asked: Asked, found: Stream) -> bool:
    """Whether an answer is not what its head says."""
    length = dict(found.headers).get(b"content-length")
    if asked.method == b"HEAD" or found.status == 204:
        return found.answer != b""
    return length not in {None, b"%d" % len(found.answer)}


def test_whatever_the_order_both_sides_agree() -> None:
    run_state_machine_as_test(Talk, settings=settings(max_examples=40, stateful_step_count=40))
