"""HPACK: the examples of RFC 7541, what is written, and what is remembered."""

import pytest
from hpack.table import HeaderTable
from hpacking import (
    INSERTED,
    NOT_INDEXED,
    blocks,
    decoder,
    indexed,
    literal,
    resized,
    table,
)

from planrunner.protocols.http.h2.hpack import (
    BLOCKS,
    LONGEST,
    SAME,
    Blocks,
    Decoder,
    Fields,
    read_integer,
    write_integer,
)
from planrunner.protocols.http.h2.static import STATIC

REQUESTS: list[Fields] = [
    [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"www.example.com")],
    [
        (b":method", b"GET"),
        (b":scheme", b"http"),
        (b":path", b"/"),
        (b":authority", b"www.example.com"),
        (b"cache-control", b"no-cache"),
    ],
    [
        (b":method", b"GET"),
        (b":scheme", b"https"),
        (b":path", b"/index.html"),
        (b":authority", b"www.example.com"),
        (b"custom-key", b"custom-value"),
    ],
]
REQUEST_TABLES: list[Fields] = [
    [(b":authority", b"www.example.com")],
    [(b"cache-control", b"no-cache"), (b":authority", b"www.example.com")],
    [
        (b"custom-key", b"custom-value"),
        (b"cache-control", b"no-cache"),
        (b":authority", b"www.example.com"),
    ],
]
AT_21, AT_22 = b"Mon, 21 Oct 2013 20:13:21 GMT", b"Mon, 21 Oct 2013 20:13:22 GMT"
COOKIE = b"foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
REST: Fields = [(b"cache-control", b"private"), (b"date", AT_21), (b"location", b"https://www.example.com")]
RESPONSES: list[Fields] = [
    [(b":status", b"302"), *REST],
    [(b":status", b"307"), *REST],
    [
        (b":status", b"200"),
        (b"cache-control", b"private"),
        (b"date", AT_22),
        (b"location", b"https://www.example.com"),
        (b"content-encoding", b"gzip"),
        (b"set-cookie", COOKIE),
    ],
]
RESPONSE_TABLES: list[Fields] = [
    [*REST[::-1], (b":status", b"302")],
    [(b":status", b"307"), *REST[::-1]],
    [(b"set-cookie", COOKIE), (b"content-encoding", b"gzip"), (b"date", AT_22)],
]
EXAMPLES = {  # RFC 7541, Appendix C: blocks, the size of the table, fields, and the table behind each block
    "C.3": (
        [
            "828684410f7777772e6578616d706c652e636f6d",
            "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ],
        4096,
        REQUESTS,
        REQUEST_TABLES,
    ),
    "C.4": (
        [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff",
            "828684be5886a8eb10649cbf",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ],
        4096,
        REQUESTS,
        REQUEST_TABLES,
    ),
    "C.5": (
        [
            (
                "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
                "6e1768747470733a2f2f7777772e6578616d706c652e636f6d"
            ),
            "4803333037c1c0bf",
            (
                "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f"
                "3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076"
                "657273696f6e3d31"
            ),
        ],
        256,
        RESPONSES,
        RESPONSE_TABLES,
    ),
    "C.6": (
        [
            (
                "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f"
                "0b97c8e9ae82ae43d3"
            ),
            "4883640effc1c0bf",
            (
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335df"
                "dfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
            ),
        ],
        256,
        RESPONSES,
        RESPONSE_TABLES,
    ),
}


def test_the_static_table_is_that_of_the_rfc() -> None:
    assert STATIC == HeaderTable.STATIC_TABLE


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_rfc_are_read_with_their_tables(example: str) -> None:
    written, size, fields, tables = EXAMPLES[example]
    shared = blocks()
    for _ in range(3):  # what was new to the first connection is known to the others
        of = Decoder(shared)
        if size != 4096:
            of.decode(resized(size))
        read = [(of.decode(bytes.fromhex(block)), table(of)) for block in written]
        assert read == list(zip(fields, tables, strict=True))


@pytest.mark.parametrize(
    ("block", "field", "inserted"),
    [
        ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", (b"custom-key", b"custom-header"), True),
        ("040c2f73616d706c652f70617468", (b":path", b"/sample/path"), False),
        ("100870617373776f726406736563726574", (b"password", b"secret"), False),
        ("82", (b":method", b"GET"), False),
    ],
)
def test_each_kind_of_field_is_read_as_in_the_rfc(
    block: str, field: tuple[bytes, bytes], inserted: bool
) -> None:
    of = decoder()
    assert of.decode(bytes.fromhex(block)) == [field]
    assert table(of) == ([field] if inserted else [])


@pytest.mark.parametrize(
    ("value", "mask", "written"),
    [
        (10, 0x1F, "0a"),
        (1337, 0x1F, "1f9a0a"),
        (42, 0xFF, "2a"),
        (31, 0x1F, "1f00"),
        (127 + 128, 0x7F, "7f8001"),
    ],
)
def test_an_integer_is_written_and_read_as_in_the_rfc(value: int, mask: int, written: str) -> None:
    octets = bytes.fromhex(written)
    assert (write_integer(value, mask, 0), read_integer(octets, 0, mask)) == (octets, (value, len(octets)))


def test_a_known_block_is_not_read_again_and_inserts_what_it_did() -> None:
    shared = blocks()
    first, second = Decoder(shared), Decoder(shared)
    block = literal(b"a", b"1", INSERTED) + literal(b"b", b"2") + literal(54, b"nginx", INSERTED)
    assert second.decode(block) is not first.decode(b"")
    assert first.decode(block) is second.decode(block)
    assert table(first) == [(b"server", b"nginx"), (b"a", b"1")]
    assert table(second) == 2 * [(b"server", b"nginx"), (b"a", b"1")]
    assert second.decode(indexed(62) + indexed(63)) == [(b"server", b"nginx"), (b"a", b"1")]


def test_what_is_made_of_a_block_is_made_once() -> None:
    asked: list[Fields] = []

    def count(fields: Fields) -> int:
        asked.append(fields)
        return len(fields)

    shared = Blocks(count)
    first, second = Decoder(shared), Decoder(shared)
    assert [of.decode(indexed(8) + indexed(19)) for of in (first, second, first)] == [2, 2, 2]
    assert asked == [[(b":status", b"200"), (b"accept", b"")]]


def test_only_the_newest_insertions_are_kept_for_a_table_that_nobody_refers_to() -> None:
    of = decoder()
    for number in range(300):
        of.decode(literal(b"", b"", INSERTED) * 7 + literal(b"%d" % (number % 10), b"", INSERTED))
    assert len(of._inserted) == 128
    assert len(table(of)) == 127  # 32 bytes each, but for those with a digit
    assert table(of)[:9] == [(b"9", b""), *[(b"", b"")] * 7, (b"8", b"")]


def test_a_block_that_refers_to_the_table_is_not_read_again_while_the_table_stays() -> None:
    of = decoder()
    of.decode(literal(b"a", b"1", INSERTED))
    refers = indexed(8) + indexed(62)
    before = of.decode(refers)
    assert of.decode(literal(b"b", b"2")) == [(b"b", b"2")]
    assert of.decode(refers) is before
    of.decode(literal(b"a", b"2", INSERTED))
    assert (of.decode(refers), before) == (
        [(b":status", b"200"), (b"a", b"2")],
        [(b":status", b"200"), (b"a", b"1")],
    )


def test_what_refers_to_the_table_of_one_connection_means_nothing_to_another() -> None:
    shared = blocks()
    first, second = Decoder(shared), Decoder(shared)
    first.decode(literal(b"a", b"1", INSERTED))
    second.decode(literal(b"b", b"2", INSERTED))
    named = literal(62, b"3")
    assert (first.decode(indexed(62)), second.decode(indexed(62))) == ([(b"a", b"1")], [(b"b", b"2")])
    assert (first.decode(named), second.decode(named)) == ([(b"a", b"3")], [(b"b", b"3")])


def test_a_block_that_inserts_and_refers_is_read_each_time() -> None:
    of = decoder()
    block = literal(b"a", b"1", INSERTED) + indexed(62) + literal(62, b"2", INSERTED)
    assert of.decode(block) == of.decode(block) == [(b"a", b"1"), (b"a", b"1"), (b"a", b"2")]
    assert table(of) == [(b"a", b"2"), (b"a", b"1")] * 2


def test_a_known_block_behind_new_sizes_of_the_table_is_known() -> None:
    of = decoder()
    block = literal(b"a", b"1", INSERTED)
    fields = of.decode(block)
    assert (of.decode(resized(0) + resized(40) + block) is fields, table(of)) == (True, [(b"a", b"1")])
    assert (of.decode(block) is fields, table(of)) == (True, [(b"a", b"1")])
    assert (of.decode(resized(0)), table(of)) == ([], [])
    assert (of.decode(block) is fields, table(of)) == (True, [])


def test_a_size_in_between_empties_the_table_before_what_was_inserted_is_asked_for() -> None:
    of = decoder()
    of.decode(literal(b"a", b"1", INSERTED))
    of.decode(resized(0) + resized(4096) + literal(b"b", b"2", INSERTED))
    assert table(of) == [(b"b", b"2")]


def test_an_entry_larger_than_the_table_empties_it_and_is_told() -> None:
    of = decoder()
    large = (b"b", b"2" * 4064)
    of.decode(literal(b"a", b"1", INSERTED))
    assert of.decode(literal(*large, INSERTED)) == [large]
    assert table(of) == []
    fits = (b"b", b"2" * 4063)
    assert of.decode(literal(b"a", b"1", INSERTED) + literal(*fits, INSERTED)) == [(b"a", b"1"), fits]
    assert table(of) == [fits]


def test_a_name_may_go_out_of_the_table_as_its_field_comes_in() -> None:
    of = decoder()
    of.decode(resized(40) + literal(b"name", b"", INSERTED))
    assert of.decode(literal(62, b"abcd", INSERTED)) == [(b"name", b"abcd")]
    assert table(of) == [(b"name", b"abcd")]


def test_long_strings_that_begin_alike_are_told_apart() -> None:
    of = decoder()
    for length in (126, 127, 128, 129, 255, 400):
        for kind in (INSERTED, NOT_INDEXED):
            fields = [(b"n" * length + end, b"v" * length + end) for end in (b"1", b"2")]
            block = b"".join(literal(*field, kind) for field in fields)
            assert of.decode(block) == fields
            assert of.decode(block + indexed(8)) == [*fields, (b":status", b"200")]


def test_a_long_name_may_be_followed_by_nothing_or_by_a_long_value() -> None:
    of = decoder()
    for field in [(b"\xff" * 127, b""), (b"\xff" * 300, b""), (b"\xff" * 127, b"\xff" * 127)]:
        assert of.decode(literal(*field)) == [field]


def test_an_index_of_three_octets_is_read() -> None:
    of = decoder()
    of.decode(literal(b"", b"", INSERTED) * 127 + literal(b"a", b"", INSERTED))
    of.decode(literal(b"", b"", INSERTED) * 100)
    assert of.decode(literal(162, b"1")) == [(b"a", b"1")]
    assert of.decode(indexed(162)) == [(b"a", b"")]


def test_so_many_blocks_literals_and_names_are_remembered() -> None:
    shared = blocks()
    of = Decoder(shared)
    for number in range(BLOCKS + 5):
        field = (b"x-%d" % number, b"v")
        assert of.decode(literal(*field)) == [field]
    assert [len(known) for known in (shared.known, shared.literals, shared.names)] == [5, 5, 5]


def test_so_many_blocks_that_refer_to_a_table_are_remembered() -> None:
    of = decoder()
    of.decode(literal(b"a", b"1", INSERTED))
    for number in range(SAME + 5):
        assert of.decode(indexed(62) * (number + 1)) == [(b"a", b"1")] * (number + 1)
    assert len(of._same) == 5


def test_what_is_long_is_not_remembered() -> None:
    shared = blocks()
    field = (b"a", b"v" * LONGEST)
    assert Decoder(shared).decode(literal(*field)) == [field]
    assert (shared.known, shared.literals) == ({}, {})
