"""Content-Encodings: what is decoded, what is wrong with it, and that nothing grows beyond its bound."""

import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requesting import answer

from planrunner.protocols.http.encodings import CODINGS, FRAMES, OUT, PIECE, RAW, decode, known, pack, unpack

MIB = 1024 * 1024
TEXT = b'{"items": [' + b", ".join(b'{"id": %d, "name": "margherita"}' % i for i in range(20)) + b"]}"
NOISE = Random(1).randbytes(3 * OUT)
SKIPPED = bytes.fromhex("502a4d1803000000") + b"any"  # a frame of zstd that holds nothing (RFC 8878, 3.1.2)

WRONG, SHORT, LARGE = (b"", 1701), (b"", 1702), (b"", 1703)


def bare(body: bytes) -> bytes:
    """Deflate as some servers do: without zlib's frame."""
    return zlib.compress(body, wbits=RAW)


def undone(packed: bytes, encodings: Sequence[str], limit: int = 64 * MIB) -> tuple[bytes, int]:
    """Unpack what was packed in this order."""
    return unpack(packed, encodings[::-1], limit)


every_encoding = pytest.mark.parametrize("encoding", CODINGS)


@every_encoding
@pytest.mark.parametrize("size", [1, PIECE, OUT - 1, OUT, OUT + 1, 2 * OUT, len(NOISE)])
@pytest.mark.parametrize("source", [NOISE, bytes(len(NOISE)), TEXT * 400], ids=["noise", "zeros", "text"])
def test_what_was_compressed_is_decoded(encoding: str, size: int, source: bytes) -> None:
    body = source[:size]
    assert unpack(pack(body, [encoding]), [encoding], size) == (body, 0)


@pytest.mark.slow
@given(st.binary(max_size=1000), st.lists(st.sampled_from(list(CODINGS)), max_size=5))
def test_encodings_are_undone_in_reverse(body: bytes, encodings: list[str]) -> None:
    assert undone(pack(body, encodings), encodings) == (body, 0)


@given(st.binary(max_size=400), st.lists(st.sampled_from(list(CODINGS)), min_size=1, max_size=5))
def test_any_bytes_are_decoded_or_an_error(body: bytes, encodings: list[str]) -> None:
    found, code = unpack(body, encodings, 10_000)
    assert code in {0, 1701, 1702, 1703}
    assert len(found) <= 10_000


@pytest.mark.parametrize("size", [0, 1, 1000, len(NOISE)])
def test_deflate_may_lack_its_frame(size: int) -> None:
    assert unpack(bare(NOISE[:size]), ["deflate"], MIB) == (NOISE[:size], 0)


@every_encoding
def test_no_bytes_are_no_bytes(encoding: str) -> None:
    assert unpack(b"", [encoding], 0) == (b"", 0)
    assert unpack(pack(b"", [encoding]), [encoding, encoding], 0) == (b"", 0)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ("gzip", ["gzip"]),
        ("GZip", ["gzip"]),
        ("deflate, br", ["br", "deflate"]),
        (" gzip ,\tzstd,, ", ["zstd", "gzip"]),
        ("identity, x-gzip, identity", ["x-gzip"]),
        ("identity", []),
        ("compress", []),
        ("gzip, compress", []),
        ("compress, gzip", ["gzip"]),
        ("", []),
    ],
)
def test_an_encoding_that_nobody_knows_hides_those_below_it(told: str, first: list[str]) -> None:
    assert known(told) == first


# What is wrong.


@every_encoding
def test_a_body_that_is_cut_short_says_so_wherever_it_was_cut(encoding: str) -> None:
    packed = pack(TEXT, [encoding])
    assert {unpack(packed[:size], [encoding], MIB) for size in range(1, len(packed))} == {SHORT}


def test_a_bare_deflate_that_is_cut_short_says_so_wherever_it_was_cut() -> None:
    packed = bare(TEXT)
    assert {unpack(packed[:size], ["deflate"], MIB) for size in range(1, len(packed))} == {SHORT}


@pytest.mark.parametrize("encodings", [("br", "gzip"), ("gzip", "zstd"), ("deflate", "br")])
def test_it_says_so_too_where_it_was_cut_before_another_encoding(encodings: tuple[str, str]) -> None:
    inner, outer = encodings
    packed = pack(pack(TEXT, [inner])[:-1], [outer])
    assert undone(packed, encodings) == SHORT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_checksum_tells_what_was_changed_on_the_way(encoding: str) -> None:
    packed = pack(TEXT, [encoding])
    changed = [
        packed[:at] + bytes([packed[at] ^ bit]) + packed[at + 1 :]
        for at in range(len(packed))
        for bit in (1, 16, 128)
    ]
    # Nobody misses the time in a gzip head, nor the bits that fill the last byte before the checksum.
    assert {unpack(data, [encoding], MIB) for data in changed} == {(TEXT, 0), WRONG, SHORT}


@pytest.mark.parametrize("encoding", ["br", "zstd", "bare"])
def test_where_there_is_no_checksum_a_change_may_pass_but_stays_bounded(encoding: str) -> None:
    packed, name = (bare(TEXT), "deflate") if encoding == "bare" else (pack(TEXT, [encoding]), encoding)
    for at in range(len(packed)):
        for bit in (1, 8, 64, 128):
            found, code = unpack(packed[:at] + bytes([packed[at] ^ bit]) + packed[at + 1 :], [name], 2000)
            assert len(found) <= 2000
            assert code in {0, 1701, 1702, 1703}


@every_encoding
@pytest.mark.parametrize("body", [b"<html>not found</html>", b"{}", TEXT], ids=["html", "brief", "json"])
def test_a_body_that_was_never_compressed_is_wrong(encoding: str, body: bytes) -> None:
    assert unpack(body, [encoding], MIB)[1] in {1701, 1702}  # brotli may wait for more of it


@every_encoding
@pytest.mark.parametrize(
    "behind", [b"\n", b"</html>", bytes(40), NOISE], ids=["line", "html", "zeros", "noise"]
)
@pytest.mark.parametrize("body", [TEXT, NOISE], ids=["small", "large"])
def test_bytes_behind_the_end_are_wrong(encoding: str, behind: bytes, body: bytes) -> None:
    assert unpack(pack(body, [encoding]) + behind, [encoding], MIB) == WRONG


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_some_encodings_may_follow_themselves(encoding: str) -> None:
    packed = pack(TEXT, [encoding]) + pack(b"", [encoding]) + pack(NOISE, [encoding])
    assert unpack(packed, [encoding], MIB) == (TEXT + NOISE, 0)
    assert unpack(packed[:-1], [encoding], MIB) == SHORT


def test_a_frame_of_zstd_may_hold_nothing() -> None:
    assert unpack(SKIPPED + pack(TEXT, ["zstd"]) + SKIPPED, ["zstd"], MIB) == (TEXT, 0)


def test_zstd_may_not_look_back_further_than_http_allows() -> None:
    # Magic number, no checksum and no size, a window of 8 MiB or twice that, one last and empty block.
    allowed, further = (bytes.fromhex(f"28b52ffd00{window:02x}010000") for window in (13 << 3, 14 << 3))
    assert unpack(allowed, ["zstd"], MIB) == (b"", 0)
    assert unpack(further, ["zstd"], MIB) == WRONG


# What is too much.


@every_encoding
@pytest.mark.parametrize("size", [1, 1000, PIECE, OUT, 3 * OUT])
@pytest.mark.parametrize("source", [NOISE, bytes(len(NOISE))], ids=["noise", "zeros"])
def test_one_byte_more_than_the_limit_is_too_much(encoding: str, size: int, source: bytes) -> None:
    packed = pack(source[:size], [encoding])
    assert unpack(packed, [encoding], size) == (source[:size], 0)
    assert unpack(packed, [encoding], size - 1) == LARGE


@every_encoding
def test_a_bomb_is_stopped_at_the_limit(encoding: str) -> None:
    bomb = pack(bytes(32 * MIB), [encoding])
    tracemalloc.start()
    try:
        assert unpack(bomb, [encoding], MIB) == LARGE
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()


def test_what_is_large_between_two_encodings_is_too_much_though_little_is_left_of_it() -> None:
    members = pack(b"", ["gzip"]) * 5000
    packed = pack(members, ["br"])
    assert len(packed) < 200
    assert undone(packed, ["gzip", "br"], len(members)) == (b"", 0)
    assert undone(packed, ["gzip", "br"], len(members) - 1) == LARGE


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_body_of_very_many_parts_is_too_much_though_they_are_empty(encoding: str) -> None:
    part = pack(b"", [encoding])
    assert unpack(part * FRAMES, [encoding], MIB) == (b"", 0)
    assert unpack(part * (FRAMES + 1), [encoding], MIB) == LARGE


def test_more_than_five_encodings_are_too_much() -> None:
    assert undone(pack(TEXT, ["gzip"] * 5), ["gzip"] * 5) == (TEXT, 0)
    assert undone(pack(TEXT, ["gzip"] * 6), ["gzip"] * 6) == LARGE


BOUNDED = """
import resource, sys
from pathlib import Path
from planrunner.protocols.http.encodings import CODINGS, pack, unpack
MIB = 1024 * 1024
assert [unpack(pack(b"a", [name]), [name], 1) for name in CODINGS] == [(b"a", 0)] * len(CODINGS)
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 40 * MIB,) * 2)
for bomb in sys.argv[1:]:
    encodings = Path(bomb).name.split()[::-1]
    print(bomb, unpack(Path(bomb).read_bytes(), encodings, 4 * MIB))
try:
    bytes(64 * MIB)
except MemoryError:
    print("bounded")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and needs RLIMIT_AS")
def test_a_bomb_takes_no_memory_of_python_or_anybody_else(tmp_path: Path) -> None:
    # tracemalloc sees what Python allocates, not what brotli and zstd do.
    stacks = (*CODINGS, "gzip gzip", "zstd gzip", "br br", "gzip br zstd")
    bombs = [tmp_path / stack for stack in stacks]
    for bomb in bombs:
        bomb.write_bytes(pack(bytes(128 * MIB), bomb.name.split()))
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, *bombs], capture_output=True, text=True, timeout=100, check=False
    )
    lines = [*(f"{bomb} {LARGE}" for bomb in bombs), "bounded"]
    assert (done.stdout.splitlines(), done.stderr) == (lines, "")


# Replies.


def test_a_reply_is_decoded_as_all_its_headers_say() -> None:
    packed = pack(TEXT, ["deflate", "zstd", "gzip"])
    reply = answer(200, ("Content-Encoding", "deflate, zstd"), ("content-encoding", "GZIP"), body=packed)
    reply.received = 700
    decode(reply, MIB)
    assert (reply.body, reply.error, reply.error_code, reply.received) == (TEXT, "", 0, 700)


@pytest.mark.parametrize("told", ["identity", "compress", "", "gzip, lzma"])
def test_a_reply_stays_as_it_is_where_nothing_can_be_done(told: str) -> None:
    reply = answer(200, ("Content-Encoding", told), body=b"as it is")
    decode(reply, 1)
    assert (reply.body, reply.error_code) == (b"as it is", 0)


@pytest.mark.parametrize("encodings", ["gzip", "br, zstd", "gzip, " * 7])
def test_a_reply_without_a_body_has_none_whatever_it_says_of_it(encodings: str) -> None:
    reply = answer(304, ("Content-Encoding", encodings))
    decode(reply, MIB)
    assert (reply.body, reply.error_code) == (b"", 0)


@pytest.mark.parametrize(
    ("body", "limit", "code", "error"),
    [
        (b"not found", MIB, 1701, "the body is not what its Content-Encoding says"),
        (pack(TEXT, ["gzip"])[:-3], MIB, 1702, "the compressed body is cut short"),
        (pack(TEXT, ["gzip"]), 99, 1703, "the body grows too large when it is decoded"),
    ],
)
def test_a_reply_that_cannot_be_decoded_has_an_error_and_no_body(
    body: bytes, limit: int, code: int, error: str
) -> None:
    reply = answer(404, ("Content-Encoding", "gzip"), body=body)
    reply.error_code = 1404
    decode(reply, limit)
    assert (reply.status, reply.body, reply.error_code, reply.error) == (404, b"", code, error)
