"""HPACK over many blocks: the fields are those of a peer, on all connections that share what they know.

The peer is the package hpack, which remembers nothing but its table. The two never differed, whether a block
was well-formed or not.
"""

from typing import TypeAlias

import hpack
import pytest
from hpacking import (
    INSERTED,
    NEVER_INDEXED,
    NOT_INDEXED,
    blocks,
    entries,
    indexed,
    literal,
    peer,
    resized,
    table,
    told,
    verdict,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planrunner.protocols.http.h2.hpack import Decoder, Encoder
from planrunner.protocols.http.h2.static import STATIC

CONNECTIONS = 3
SIZES = st.sampled_from([0, 31, 32, 40, 100, 1000, 4095, 4096]) | st.integers(0, 4096)
NAMES = st.sampled_from([b"a", b"b", b"date", b"server", b":status", b"cookie", b"n" * 130]) | st.binary(
    max_size=4
)
VALUES = (
    st.sampled_from(
        [b"", b"1", b"2", b"200", b"gzip, deflate", b"v" * 126, b"v" * 127, b"v" * 2000, b"v" * 4100]
    )
    | st.binary(max_size=6)
    | st.uuids().map(lambda drawn: str(drawn).encode())
)
FIELDS = st.tuples(NAMES, VALUES) | st.sampled_from(STATIC)
LITERALS = st.builds(
    literal,
    st.integers(1, len(STATIC)) | st.integers(len(STATIC), len(STATIC) + 6) | NAMES,
    VALUES,
    st.sampled_from([INSERTED, NOT_INDEXED, NEVER_INDEXED]),
    huffman=st.booleans(),
)
MANY = st.integers(100, 140).map(lambda count: literal(b"", b"", INSERTED) * count)
WRITTEN = st.integers(1, len(STATIC) + 6).map(indexed) | LITERALS
BLOCKS = st.builds(
    lambda sizes, fields: b"".join([*sizes, *fields]),
    st.just([]) | st.lists(SIZES.map(resized), max_size=2),
    st.lists(WRITTEN, max_size=6) | st.lists(WRITTEN | MANY, max_size=6),
)
STEPS = st.lists(st.tuples(st.integers(0, CONNECTIONS - 1), st.integers(0, 5)), max_size=30)
Write: TypeAlias = tuple[int, list[tuple[bytes, bytes, bool]], bool, int | None]
"""A connection, fields with whether they are never indexed, Huffman, and a new size of the table."""

WRITES = st.lists(
    st.tuples(
        st.integers(0, CONNECTIONS - 1),
        st.lists(st.builds(lambda field, never: (*field, never), FIELDS, st.booleans()), max_size=8),
        st.booleans(),
        st.none() | SIZES,
    ),
    max_size=12,
).flatmap(lambda steps: st.permutations([*steps, *steps]))


def read_by_all(pool: list[bytes], steps: list[tuple[int, int]]) -> None:
    """Send the blocks of the pool over the connections, and compare what they are said to mean."""
    shared = blocks()
    ours, theirs = [Decoder(shared) for _ in range(CONNECTIONS)], [peer() for _ in range(CONNECTIONS)]
    dead = set()
    for connection, number in steps:
        if connection in dead:
            continue
        block = pool[number % len(pool)]
        fields = verdict(ours[connection], block)
        assert fields == verdict(theirs[connection], block)
        if fields is None:
            dead.add(connection)
    for connection in {*range(CONNECTIONS)} - dead:
        assert table(ours[connection]) == entries(theirs[connection])


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(BLOCKS, min_size=1, max_size=6), STEPS)
def test_blocks_mean_the_same_in_whatever_order_they_come(
    pool: list[bytes], steps: list[tuple[int, int]]
) -> None:
    read_by_all(pool, steps)


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(BLOCKS, min_size=1, max_size=6), STEPS)
def test_blocks_mean_the_same_in_very_many_orders(pool: list[bytes], steps: list[tuple[int, int]]) -> None:
    read_by_all(pool, steps)


def written_and_read(steps: list[Write]) -> None:
    """Have the peer write blocks, each connection with a table of its own, and read them."""
    shared = blocks()
    writers = [hpack.Encoder() for _ in range(CONNECTIONS)]
    readers = [Decoder(shared) for _ in range(CONNECTIONS)]
    for connection, fields, huffman, size in steps:
        writer = writers[connection]
        if size is not None:  # only one before a block: of two that are the same, the peer would tell none
            writer.header_table_size = size
        block = writer.encode(fields, huffman)
        assert readers[connection].decode(block) == [field[:2] for field in fields]
    for writer, reader in zip(writers, readers, strict=True):
        assert table(reader) == told(writer.header_table.dynamic_entries)


@pytest.mark.slow
@settings(max_examples=25)
@given(WRITES)
def test_what_the_peer_writes_is_read(
    steps: list[Write],
) -> None:
    written_and_read(steps)


@pytest.mark.slow
@settings(max_examples=70)
@given(WRITES)
def test_very_much_of_what_the_peer_writes_is_read(
    steps: list[Write],
) -> None:
    written_and_read(steps)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.lists(FIELDS, max_size=8), max_size=4))
@example([[(b"x" * 5000, b"y" * 5000)], [(b"", b"")]])
def test_what_we_write_is_read_by_the_peer_and_by_us(written: list[list[tuple[bytes, bytes]]]) -> None:
    encoder, ours, theirs = Encoder(), Decoder(blocks()), peer()
    for fields in [*written, *written]:
        block = encoder.block(fields)
        assert block == Encoder().block(fields)
        assert ours.decode(block) == told(theirs.decode(block, raw=True)) == fields
    assert table(ours) == entries(theirs) == []
