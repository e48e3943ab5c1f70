"""HPACK: what is written, the same on every connection."""

import pytest
from hpacking import NEVER_INDEXED, indexed, literal, peer, told

from planrunner.protocols.http.h2.hpack import EACH, NO_TABLE, ROOM, Encoder, Fields

FIRST: Fields = [(b":method", b"GET"), (b":path", b"/"), (b"cache-control", b"no-cache")]
SECOND: Fields = [(b":method", b"GET"), (b":path", b"/index.html"), (b"custom-key", b"custom-value")]


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ((b":method", b"GET"), indexed(2)),
        ((b":status", b"404"), indexed(13)),
        ((b"accept", b""), indexed(19)),
        ((b":path", b"/orders"), literal(4, b"/orders", huffman=True)),
        ((b":path", b"/{}"), literal(4, b"/{}")),
        ((b"user-agent", b"planrunner"), literal(58, b"planrunner", huffman=True)),
        ((b"x-a", b""), literal(b"x-a", b"")),
        ((b"x-trace", b"abc0"), literal(b"x-trace", b"abc0", huffman=True)),
        ((b"{x}", b"{" * 200), literal(b"{x}", b"{" * 200)),
        ((b"authorization", b"Bearer ab"), literal(23, b"Bearer ab", NEVER_INDEXED, huffman=True)),
        ((b"cookie", b"a=1"), literal(32, b"a=1", NEVER_INDEXED, huffman=True)),
        ((b"proxy-authorization", b"{}"), literal(49, b"{}", NEVER_INDEXED)),
    ],
)
def test_a_field_is_written_in_its_shortest_form_without_a_dynamic_table(
    field: tuple[bytes, bytes], written: bytes
) -> None:
    assert Encoder().block([field]) == written


def test_the_same_fields_make_the_same_block_and_blocks_can_be_joined() -> None:
    encoder = Encoder()
    first, second = FIRST, SECOND
    joined = encoder.block(first) + encoder.block(second)
    assert joined == encoder.block(iter([*first, *second])) == Encoder().block([*first, *second])


def test_a_target_with_a_small_table_reads_what_stands_behind_the_note_that_none_is_needed() -> None:
    target = peer()
    target.max_allowed_table_size = 100
    block = NO_TABLE + Encoder().block(SECOND)
    assert told(target.decode(block, raw=True)) == SECOND


def test_an_encoder_that_remembers_too_much_begins_anew() -> None:
    encoder = Encoder()
    first, second = (b"a", b"{" * 100), (b"b", b"{" * 100)
    written = encoder.block([first])
    encoder._room = 2 * 100 + EACH  # which is not enough for the second one
    assert encoder.block([second]) == literal(*second)
    assert (list(encoder._known), encoder._room) == ([second], ROOM - EACH - 101 - len(written))
    assert encoder.block([first]) == written == literal(*first)
