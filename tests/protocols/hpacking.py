"""Header blocks put together by hand, and decoders to read them with."""

from collections.abc import Iterable

import hpack
from hpack.hpack import encode_integer
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

from planrunner.protocols.http.h2.hpack import MOST, Blocks, Decoder, Field, Fields, HpackError

INSERTED, NOT_INDEXED, NEVER_INDEXED = (0x40, 6), (0x00, 4), (0x10, 4)
"""Kinds of literals: a pattern, and how many bits behind it are for the index of the name (RFC 7541, 6.2)."""


def fields_of(fields: Fields) -> Fields:
    """What a block means here: its fields."""
    return fields


def blocks(most: int = MOST) -> Blocks[Fields]:
    return Blocks(fields_of, most)


def decoder() -> Decoder[Fields]:
    return Decoder(blocks())


def table(of: Decoder[Fields]) -> Fields:
    """Return the dynamic table, as a block would find it: the newest entry first."""
    of._settle()
    assert of._used == sum(32 + len(name) + len(value) for name, value in of._table) <= of._limit
    return of._table[::-1]


def integer(value: int, pattern: int, bits: int) -> bytes:
    first, *others = encode_integer(value, bits)
    return bytes((pattern | first, *others))


def string(text: bytes, *, huffman: bool = False) -> bytes:
    if huffman:
        text = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH).encode(text)
    return integer(len(text), 0x80 if huffman else 0, 7) + text


def indexed(index: int) -> bytes:
    return integer(index, 0x80, 7)


def literal(
    name: bytes | int, value: bytes, kind: tuple[int, int] = NOT_INDEXED, *, huffman: bool = False
) -> bytes:
    first = integer(name if isinstance(name, int) else 0, *kind)
    return (
        first
        + (string(name, huffman=huffman) if isinstance(name, bytes) else b"")
        + string(value, huffman=huffman)
    )


def resized(size: int) -> bytes:
    return integer(size, 0x20, 5)


def peer(most: int = MOST) -> hpack.Decoder:
    return hpack.Decoder(max_header_list_size=most)


def told(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Return the fields that the peer decoded, as we have them."""
    return [(bytes(name), bytes(value)) for name, value in fields]


def verdict(of: Decoder[Fields] | hpack.Decoder, block: bytes) -> Fields | None:
    """Return the fields of a block, or None where it is malformed."""
    try:
        return of.decode(block) if isinstance(of, Decoder) else told(of.decode(block, raw=True))
    except (HpackError, hpack.HPACKError):
        return None


def entries(of: hpack.Decoder) -> list[Field]:
    """Return the peer's dynamic table, the newest entry first."""
    return told(of.header_table.dynamic_entries)
