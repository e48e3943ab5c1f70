"""Bodies over HTTP/2: frames as large as they may be, windows that open, answers that do not wait."""

import asyncio
import tracemalloc

import pytest
from http2_target import GET, POST, Target, numbers, with_target

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.inbound import IDLE_FRAMES
from planrunner.protocols.http.h2.preface import STREAM_WINDOW

FRAMES = IDLE_FRAMES // 2 + 1  # with two updates for each, that is a flood


def test_a_body_goes_in_frames_as_large_as_they_may_be() -> None:
    async def act(target: Target) -> tuple[list[tuple[int, int]], Reply]:
        waiting = target.send(POST % (40_000, b"x" * 40_000))
        written = target.heard(frames.DATA)
        assert [frame.flags for frame in written] == [0, 0, frames.END_STREAM]
        target.answer()
        return numbers(written), await waiting

    sizes, reply = with_target(act)
    assert sizes == [(1, 16_384), (1, 16_384), (1, 7_232)]
    assert reply.status == 200


def test_larger_frames_are_used_where_the_target_takes_them() -> None:
    async def act(target: Target) -> list[tuple[int, int]]:
        target.settings(max_frame_size=50_000)
        _ = target.send(POST % (40_000, b"x" * 40_000))
        return numbers(target.heard(frames.DATA))

    assert with_target(act) == [(1, 40_000)]


def test_a_body_stops_where_the_windows_end() -> None:
    async def act(target: Target) -> tuple[list[int], Reply]:
        waiting = target.send(POST % (100_000, b"x" * 100_000))
        sent = [_sum(target)]
        await asyncio.sleep(1.0)
        target.allow(10_000)  # of all streams
        sent.append(_sum(target))
        target.allow(10_000, 1)  # of this one
        sent.append(_sum(target))
        target.allow(100_000, 1)
        sent.append(_sum(target))
        await asyncio.sleep(1.0)
        target.allow(100_000)
        sent.append(_sum(target))
        await asyncio.sleep(0.5)
        target.answer()
        return sent, await waiting

    sent, reply = with_target(act)
    assert sent == [65_535, 0, 10_000, 0, 24_465]
    assert reply.timings[4:] == (2.0, 0.5, 0.0, 2.5)


def _sum(target: Target) -> int:
    return sum(len(frame.payload) for frame in target.heard(frames.DATA))


@pytest.mark.parametrize(("window", "more"), [(70_000, 0), (65_536, 0), (10_000, 0)])
def test_settings_change_the_windows_of_open_streams(window: int, more: int) -> None:
    async def act(target: Target) -> list[int]:
        _ = target.send(POST % (100_000, b"x" * 100_000))
        target.allow(100_000)
        sent = [_sum(target)]
        target.settings(initial_window_size=window)
        sent.append(_sum(target))
        target.allow(100_000, 1)
        return [*sent, _sum(target)]

    sent = with_target(act)
    allowed = max(0, window - 65_535)
    assert sent == [65_535, allowed, 100_000 - 65_535 - allowed]


def test_an_answer_that_does_not_wait_for_the_body_counts() -> None:
    async def act(target: Target) -> tuple[Reply, list[bytes], bool]:
        waiting = target.send(POST % (100_000, b"x" * 100_000))
        target.heard()
        target.answer(1, 413, body=b"too large")
        target.reset(frames.NO_ERROR)
        return await waiting, [f.payload for f in target.heard(frames.RST_STREAM)], target.connection.usable

    reply, resets, usable = with_target(act)
    assert (reply.status, reply.body, reply.timings[4], usable) == (413, b"too large", 0.0, True)
    assert resets == [bytes(4)]


def test_large_answers_are_allowed_piece_by_piece() -> None:
    async def act(target: Target) -> tuple[list[tuple[int, bytes]], int]:
        waiting = target.send()
        target.heard()
        target.say(frames.HEADERS, frames.END_HEADERS, 1, target.block())
        piece = bytes(frames.FRAME)
        for _ in range(STREAM_WINDOW // 2 // len(piece) + 1):
            target.say(frames.DATA, 0, 1, piece)
        updates = [(frame.stream, frame.payload) for frame in target.heard(frames.WINDOW_UPDATE)]
        target.say(frames.DATA, frames.END_STREAM, 1)
        return updates, len((await waiting).body)

    updates, size = with_target(act)
    assert updates == [(1, (STREAM_WINDOW // 2 + frames.FRAME).to_bytes(4, "big"))]
    assert size == STREAM_WINDOW // 2 + frames.FRAME


def test_the_connection_is_allowed_more_when_much_was_read() -> None:
    async def act(target: Target) -> list[tuple[int, bytes]]:
        target.connection._allowance._unread = frames.LARGEST_WINDOW // 2  # of earlier answers
        waiting = target.send()
        target.heard()
        target.answer(body=b"hello")
        await waiting
        return [(frame.stream, frame.payload) for frame in target.heard(frames.WINDOW_UPDATE)]

    more = frames.LARGEST_WINDOW // 2 + 5
    assert with_target(act) == [(0, more.to_bytes(4, "big"))]


def test_a_head_that_is_too_large_for_a_frame_goes_in_several() -> None:
    async def act(target: Target) -> tuple[list[tuple[int, int]], dict[bytes, bytes]]:
        target.heard()
        value = b"\xff" * 20_000  # which Huffman's code would only make longer
        _ = target.send(GET.replace(b"*/*", value))
        found = target.heard()
        whole = b"".join(frame.payload for frame in found)
        return [(frame.kind, frame.flags) for frame in found], {
            bytes(name): bytes(value) for name, value in target.decoder.decode(whole, raw=True)
        }

    kinds, fields = with_target(act)
    assert kinds == [(frames.HEADERS, frames.END_STREAM), (frames.CONTINUATION, frames.END_HEADERS)]
    assert fields[b"accept"] == b"\xff" * 20_000


@pytest.mark.slow
@pytest.mark.parametrize("window", [frames.WINDOW, 2**24], ids=["while it waits", "when all of it was sent"])
def test_a_target_may_say_for_every_frame_of_a_body_that_it_was_read(window: int) -> None:
    async def act(target: Target) -> tuple[int, int]:
        size = frames.FRAME * FRAMES
        target.settings(initial_window_size=window)
        target.allow(window)
        waiting = target.send(POST % (size, bytes(size)))
        for _ in range(FRAMES):
            target.allow(frames.FRAME)
            target.allow(frames.FRAME, 1)
        target.answer()
        return _sum(target), (await waiting).status

    assert with_target(act) == (frames.FRAME * FRAMES, 200)


def test_a_target_may_let_us_send_a_body_byte_by_byte() -> None:
    async def act(target: Target) -> tuple[int, int]:
        target.settings(initial_window_size=0)
        waiting = target.send(POST % (IDLE_FRAMES + 1, bytes(IDLE_FRAMES + 1)))
        for _ in range(IDLE_FRAMES + 1):
            target.allow(1, 1)
        target.answer()
        return _sum(target), (await waiting).status

    assert with_target(act) == (IDLE_FRAMES + 1, 200)


def test_what_is_left_of_a_body_is_not_copied() -> None:
    async def act(target: Target) -> int:
        request = POST % (10_000_000, bytes(10_000_000))
        _ = target.send(request)
        target.heard()
        tracemalloc.start()
        target.allow(1_000_000)
        target.allow(1_000_000, 1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert with_target(act) < 5_000_000


def test_sending_ends_when_the_last_byte_has_left() -> None:
    async def act(target: Target) -> list[tuple[float, ...]]:
        waiting = [target.send(POST % (size, bytes(size))) for size in (10, 60_000, 100_000)]
        target.connection.pause_writing()
        target.answer(1)
        await asyncio.sleep(1.0)
        target.connection.resume_writing()
        await asyncio.sleep(0.5)
        target.allow(100_000)
        target.allow(100_000, 5)
        await asyncio.sleep(0.25)
        target.answer(3)
        target.answer(5)
        return [reply.timings[4:6] for reply in await asyncio.gather(*waiting)]

    assert with_target(act) == [(0.0, 0.0), (1.0, 0.75), (1.5, 0.25)]
