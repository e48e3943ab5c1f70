"""HPACK blocks that are malformed: each is refused, by us and by our peer, and what is almost so is not."""

import hpack
import pytest
from hpacking import (
    INSERTED,
    NEVER_INDEXED,
    blocks,
    decoder,
    indexed,
    integer,
    literal,
    peer,
    resized,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.protocols.http.h2.hpack import Decoder, HpackError

EOS = b"\xff\xff\xff\xff"

MALFORMED = {
    "index 0": indexed(0),
    "an entry that is not there": indexed(62),
    "an entry that is not there, far off": indexed(1000),
    "a name that is not there": literal(62, b"v"),
    "a name that is not there, inserted": literal(62, b"v", INSERTED),
    "a name that is not there, never indexed": literal(62, b"v", NEVER_INDEXED),
    "an index that ends within": b"\xff",
    "an index that ends within, later": b"\xff\x80\x80",
    "an index that is too long": b"\xff" + b"\x80" * 5 + b"\x00",
    "an index that is too large": b"\xff" + b"\xff" * 9 + b"\x01",
    "the index of a name that is too long": b"\x7f" + b"\x80" * 5 + b"\x00",
    "a length that is too long": b"\x00\x01a\x7f" + b"\x80" * 5 + b"\x00",
    "a size that is too long": b"\x3f" + b"\x80" * 5 + b"\x00",
    "a size that ends within": b"\x3f\x80",
    "a literal without a name": b"\x40",
    "a literal without all of its name": b"\x40\x02a",
    "a literal without a value": b"\x40\x01a",
    "a literal without all of its value": b"\x40\x01a\x02b",
    "a literal without the length of its value": b"\x40\x01a\x7f",
    "a literal without all of a long value": b"\x40\x01a\x7f\x00" + b"v" * 126,
    "a literal without all of a long name": b"\x40\x7f\x01" + b"n" * 127,
    "an indexed name without a value": b"\x44",
    "an indexed name, of two octets, without a value": b"\x0f\x02",
    "an indexed name, of two octets, without the second": b"\x0f",
    "a code padded with zeros": b"\x00\x01a\x81\x00",
    "a code padded with more than seven ones": b"\x00\x01a\x82\x07\xff",
    "a name padded with zeros": b"\x00\x81\x00\x01v",
    "EOS in a value": b"\x00\x01a\x84" + EOS,
    "EOS in a name": b"\x00\x84" + EOS + b"\x01v",
    "EOS before other codes": b"\x00\x01a\x88" + EOS + b"\x00\x00\x00\x0f",
    "a table that is too large": resized(4097),
    "a table that is too large at last": resized(0) + resized(4097),
    "a size behind a field": indexed(8) + resized(0),
    "a size behind a literal": literal(b"a", b"1") + resized(4096),
    "a size between fields": indexed(8) + resized(100) + indexed(8),
    "a size behind an insertion": literal(b"a", b"1", INSERTED) + b"\x20\x01a\x01b",
}


@pytest.mark.parametrize("block", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("before", [b"", indexed(8), resized(4096)], ids=["alone", "field", "size"])
def test_a_malformed_block_is_refused(before: bytes, block: bytes) -> None:
    with pytest.raises(HpackError):
        decoder().decode(before + block)
    with pytest.raises(hpack.HPACKDecodingError):
        peer().decode(before + block, raw=True)


@pytest.mark.parametrize("block", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_block_is_refused_by_all_connections(block: bytes) -> None:
    shared = blocks()
    for _ in range(3):
        of = Decoder(shared)
        assert of.decode(literal(b"a", b"1")) == [(b"a", b"1")]
        with pytest.raises(HpackError):
            of.decode(literal(b"a", b"1") + block if block[0] & 0xE0 != 0x20 else block)


def test_an_entry_that_went_out_of_the_table_is_not_there() -> None:
    of = decoder()
    of.decode(literal(b"a", b"1", INSERTED) + literal(b"b", b"1", INSERTED))
    assert of.decode(indexed(63)) == [(b"a", b"1")]
    of.decode(resized(34))
    assert of.decode(indexed(62)) == [(b"b", b"1")]
    with pytest.raises(HpackError):
        of.decode(indexed(63))


def test_the_last_index_of_one_octet_is_looked_up() -> None:
    of = decoder()
    of.decode(literal(b"a", b"", INSERTED) + literal(b"", b"", INSERTED) * 64)
    assert of.decode(indexed(126)) == [(b"a", b"")]
    of.decode(resized(64 * 32) + indexed(8))
    with pytest.raises(HpackError):
        of.decode(indexed(126))


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        (b"", []),
        (resized(0), []),
        (resized(4096) + resized(0) + resized(17), []),
        (resized(0) + indexed(8), [(b":status", b"200")]),
        (b"\xff\x80\x80\x80\x80\x00", None),  # 127
        (b"\x3f" + b"\x80" * 4 + b"\x00" + indexed(8), [(b":status", b"200")]),  # 31, in all that is allowed
        (b"\x00\x80\x80", [(b"", b"")]),  # codes of nothing
        (b"\x0f\x80\x80\x80\x80\x00\x00", [(b"accept-charset", b"")]),
    ],
)
def test_what_is_strange_is_read_if_it_is_allowed(
    block: bytes, fields: list[tuple[bytes, bytes]] | None
) -> None:
    assert verdict(decoder(), block) == verdict(peer(), block) == fields


@pytest.mark.parametrize(
    "block",
    [
        indexed(8) * 3,
        literal(b"a" * 10, b"v" * 10) + literal(b"a", b"v" * 40),
        literal(b"a" * 10, b"v" * 10, INSERTED) + indexed(62) * 2,
        literal(b"a" * 40, b"0" * 50, huffman=True),
    ],
)
def test_fields_are_bounded_as_they_count_in_the_table(block: bytes) -> None:
    size = sum(32 + len(name) + len(value) for name, value in decoder().decode(block))
    for most in (size, size - 1):
        fields = verdict(Decoder(blocks(most)), block)
        assert fields == verdict(peer(most), block)
        assert (fields is None) is (most < size)


def test_a_small_block_that_becomes_large_is_refused() -> None:
    of = decoder()
    of.decode(literal(b"a", b"v" * 4063, INSERTED))
    assert len(of.decode(indexed(62) * 64)) == 64  # 256 KiB, all that is allowed
    with pytest.raises(HpackError, match=r"^the fields of a header block are longer than 262144 bytes$"):
        of.decode(indexed(62) * 65)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (indexed(62), "a header block ends within a field, or refers to an entry that is not in the table"),
        (b"\x00\x01a", "a header block ends within a field, or refers to an entry that is not in the table"),
        (b"\x00\x01a\x81\x00", "a string in a header block is no Huffman code"),
        (resized(4097), "a header block wants a table of more than 4096 bytes"),
        (
            indexed(8) + resized(0) + indexed(8) * 20,
            "a header block changes the size of the table behind its first field",
        ),
        (integer(1 << 40, 0x80, 7), "an integer in a header block is too long"),
    ],
)
def test_it_is_said_what_is_wrong(block: bytes, message: str) -> None:
    with pytest.raises(HpackError) as raised:
        decoder().decode(block)
    assert str(raised.value) == message


@pytest.mark.slow
@settings(max_examples=70)
@given(st.lists(st.binary(min_size=1, max_size=12), max_size=4))
def test_random_bytes_are_refused_or_read_as_by_the_peer(sequence: list[bytes]) -> None:
    ours, theirs = decoder(), peer()
    for block in sequence:
        fields = verdict(ours, block)
        assert fields == verdict(theirs, block)
        if fields is None:
            break


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_a_valid_block_with_a_wrong_octet_or_without_its_end_is_no_surprise(data: st.DataObject) -> None:
    first = literal(b"x-a", b"1", INSERTED, huffman=True) + literal(33, b"Mon, 21 Oct 2013", INSERTED)
    block = (
        indexed(8) + first + indexed(62) + literal(63, b"2", NEVER_INDEXED) + literal(b"n" * 130, b"v" * 200)
    )
    at = data.draw(st.integers(0, len(block) - 1))
    wrong = block[:at] + data.draw(st.binary(max_size=2)) + data.draw(st.sampled_from([block[at + 1 :], b""]))
    ours, theirs = decoder(), peer()
    for each in (first, block, wrong):
        assert verdict(ours, each) == verdict(theirs, each)
