"""HPACK (RFC 7541): the header fields of requests become bytes, and the bytes of responses header fields.

Most blocks of a target came before, on this connection or on another one. What a block means depends on
nothing but its bytes where it refers to no entry of the dynamic table, and else on the table, which stays as
it is until something is inserted. So blocks are looked up by their bytes, and the literals in new blocks too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeAlias, TypeVar

from planrunner.protocols.http.h2.huffman import Coder
from planrunner.protocols.http.h2.huffman import Decoder as Huffman
from planrunner.protocols.http.h2.static import STATIC

Field: TypeAlias = tuple[bytes, bytes]
Fields: TypeAlias = list[Field]
Meaning = TypeVar("Meaning")
Known = TypeVar("Known")

NO_TABLE: Final = b"\x20"
"""What to put before the first block of a connection: that no dynamic table is needed there.

Without it, a target that announces a smaller table than the usual one would have to be told (RFC 7541, 4.2).
"""

NEVER: Final = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
"""Names of fields that nobody on the way may put into a table (RFC 7541, 7.1.3)."""

INDEXED, INSERTED, RESIZED, NEVER_INDEXED = 0x80, 0x40, 0x20, 0x10  # the bits that tell fields apart (6)
HUFFMAN: Final = 0x80

DYNAMIC: Final = len(STATIC) + 1  # the index of the newest entry of the dynamic table
TABLE: Final = 4096  # bytes of the dynamic table: the default, and so what we announce
OVERHEAD: Final = 32  # bytes that an entry counts beside its name and its value (4.1)
OCTETS: Final = 5  # of an integer, behind its first one: that is 35 bits

MOST: Final = 256 * 1024  # bytes of a block's fields, counted as in the table
LONGEST: Final = 4096  # bytes of a block, or of a literal, worth remembering
BLOCKS: Final = 1000  # blocks, literals and names remembered by a worker; a Date makes new ones each second
SAME: Final = 16  # blocks remembered by a connection, of which there may be thousands
ROOM: Final = 4 * 1024 * 1024  # bytes that an encoder remembers: the tokens of a thousand VUs fit in
EACH: Final = 256  # bytes that Python needs beside a field and what is written for it

INDEXES: Final = {field: index for index, field in reversed([*enumerate(STATIC, 1)])}
NAMES: Final = {name: index for index, (name, _) in reversed([*enumerate(STATIC, 1)])}

INCOMPLETE: Final = "a header block ends within a field, or refers to an entry that is not in the table"


class HpackError(Exception):
    """A block is malformed, and nothing that follows on its connection can be understood (RFC 9113, 4.3)."""


class Encoder:
    """Writes blocks that mean the same on every connection, since they refer to the static table only."""

    __slots__ = ("_coder", "_known", "_room")

    def __init__(self) -> None:
        self._coder = Coder()
        self._known: dict[Field, bytes] = {}
        self._room = ROOM

    def block(self, fields: Iterable[Field]) -> bytes:
        """Return the block of header fields, whose names are in lower case.

        The same fields always make the same block, and blocks one behind the other are a block.
        """
        known = self._known
        return b"".join([known.get(field) or self._learn(field) for field in fields])

    def _learn(self, field: Field) -> bytes:
        index = INDEXES.get(field)
        written = self._literal(*field) if index is None else bytes((INDEXED | index,))
        size = len(field[0]) + len(field[1]) + len(written) + EACH
        if size > self._room:
            self._known.clear()
            self._room = ROOM
        self._room -= size
        self._known[field] = written
        return written

    def _literal(self, name: bytes, value: bytes) -> bytes:
        index = NAMES.get(name, 0)
        first = write_integer(index, 0x0F, NEVER_INDEXED if name in NEVER else 0)
        return first + (b"" if index else self._string(name)) + self._string(value)

    def _string(self, text: bytes) -> bytes:
        code = self._coder.encode(text)
        if code is None:
            return write_integer(len(text), 0x7F, 0) + text
        return write_integer(len(code), 0x7F, HUFFMAN) + code


class Blocks(Generic[Meaning]):
    """What the decoders of a worker share: the blocks and literals that came before, and what they mean.

    `meaning` makes of a block's fields what decoders return, and must not raise. It is not asked again for a
    block that is known, so what it returns is shared, as the fields are: nobody changes them. `most` bounds
    the fields of a block: bytes of names and values, and 32 for each.
    """

    __slots__ = ("huffman", "known", "literals", "meaning", "most", "names")

    def __init__(self, meaning: Callable[[Fields], Meaning], most: int = MOST) -> None:
        self.meaning = meaning
        self.most = most
        self.huffman = Huffman()
        self.known: dict[bytes, tuple[Meaning, Fields]] = {}  # with what a block inserts into the table
        self.literals: dict[bytes, Field] = {}  # whole ones
        self.names: dict[bytes, bytes] = {}  # within literals, with their lengths


class Decoder(Generic[Meaning]):
    """Reads the blocks of one connection, in the order in which they came."""

    __slots__ = ("_blocks", "_inserted", "_limit", "_referred", "_same", "_table", "_used")

    def __init__(self, blocks: Blocks[Meaning]) -> None:
        self._blocks = blocks
        self._table: Fields = []  # the newest entry last
        self._used = 0  # bytes of its entries
        self._limit = TABLE
        # What is still to be put into the table, if a block ever refers to it: nginx never does. That many
        # entries fill the largest table, so that no older ones are needed.
        self._inserted: deque[Field] = deque(maxlen=TABLE // OVERHEAD)
        self._same: dict[bytes, Meaning] = {}  # blocks that refer to the table as it is now
        self._referred = False  # whether the block that is read refers to the table

    def decode(self, block: bytes) -> Meaning:
        """Return what is made of a block's fields.

        Raises HpackError where the block is malformed; the decoder is of no use then.
        """
        known = self._blocks.known.get(block)
        if known is not None:
            meaning, inserts = known
            if inserts:
                self._inserted.extend(inserts)
            return meaning
        if not self._inserted:
            same = self._same.get(block)
            if same is not None:
                return same
        try:
            start = self._resize(block)
            fields, inserts = ([], []) if start else self._walk(block)
        except IndexError:
            raise HpackError(INCOMPLETE) from None
        return self.decode(block[start:]) if start else self._learn(block, fields, inserts)

    def _learn(self, block: bytes, fields: Fields, inserts: Fields) -> Meaning:
        blocks = self._blocks
        # A field has at most one entry of the table in it; and Huffman's code makes of five bits an octet.
        if len(fields) * (TABLE + OVERHEAD) + 2 * len(block) > blocks.most:
            size = sum(OVERHEAD + len(name) + len(value) for name, value in fields)
            if size > blocks.most:
                raise HpackError(f"the fields of a header block are longer than {blocks.most} bytes")
        meaning = blocks.meaning(fields)
        if not self._referred:
            remember(blocks.known, block, (meaning, inserts), BLOCKS)
        elif not inserts:
            remember(self._same, block, meaning, SAME)
        return meaning

    def _walk(self, block: bytes) -> tuple[Fields, Fields]:
        """Read the fields of a block; return them, and those among them that it inserts into the table."""
        fields: Fields = []
        inserts: Fields = []
        table, literals = self._table, self._blocks.literals
        self._referred = False
        at, size = 0, len(block)
        while at < size:
            octet = block[at]
            if octet >= INDEXED:
                if INDEXED < octet < INDEXED + DYNAMIC:
                    fields.append(STATIC[octet - INDEXED - 1])
                    at += 1
                elif INDEXED < octet < 0xFF and not self._inserted:
                    fields.append(table[INDEXED + DYNAMIC - 1 - octet])
                    self._referred = True
                    at += 1
                else:
                    index, at = read_integer(block, at, 0x7F)
                    fields.append(self._entry(index))
                continue
            # Where the literal ends, if it is one that is remembered. For another one that may be any place,
            # and nothing is found, since none is the beginning of another; and so far every one goes.
            index = octet & 0x3F if octet >= INSERTED else octet & 0x0F
            if index:
                end = at + 2 if index == 0x0F and octet < INSERTED else at + 1
            else:
                end = at + 2 + (block[at + 1] & 0x7F)
            length = block[end] & 0x7F
            end = end + 1 + length if length < 0x7F else end_of_long(block, end)
            field = literals.get(block[at:end])
            if field is None:
                field, end = self._literal(block, at)
            fields.append(field)
            if octet >= INSERTED:
                inserts.append(field)
                self._inserted.append(field)
            at = end
        return fields, inserts

    def _literal(self, block: bytes, start: int) -> tuple[Field, int]:
        """Read a literal that is not remembered; return the field and where it ends."""
        octet = block[start]
        if octet & 0xE0 == RESIZED:
            raise HpackError("a header block changes the size of the table behind its first field")
        index, at = read_integer(block, start, 0x3F if octet >= INSERTED else 0x0F)
        if index:
            name = self._entry(index)[0]
        else:
            name, at = self._name(block, at)
        value, end = self._string(block, at)
        field = name, value
        if index < DYNAMIC:
            remember(self._blocks.literals, block[start:end], field, BLOCKS)
        return field, end

    def _name(self, block: bytes, start: int) -> tuple[bytes, int]:
        names = self._blocks.names
        end = start + 1 + (block[start] & 0x7F)  # or anywhere, if it is a long one, which is not found
        name = names.get(block[start:end])
        if name is None:
            name, end = self._string(block, start)
            remember(names, block[start:end], name, BLOCKS)
        return name, end

    def _string(self, block: bytes, at: int) -> tuple[bytes, int]:
        length, start = read_integer(block, at, 0x7F)
        end = start + length
        if end > len(block):
            raise HpackError(INCOMPLETE)
        if block[at] < HUFFMAN:
            return block[start:end], end
        text = self._blocks.huffman.decode(block[start:end])
        if text is None:
            raise HpackError("a string in a header block is no Huffman code")
        return text, end

    def _entry(self, index: int) -> Field:
        """Return an entry of the static or the dynamic table."""
        if 0 < index < DYNAMIC:
            return STATIC[index - 1]
        if self._inserted:
            self._settle()
        self._referred = True
        if not DYNAMIC <= index < DYNAMIC + len(self._table):
            raise HpackError(INCOMPLETE)
        return self._table[DYNAMIC - 1 - index]

    def _settle(self) -> None:
        """Put into the table what was inserted."""
        for name, value in self._inserted:
            self._used += OVERHEAD + len(name) + len(value)
        self._table += self._inserted
        self._inserted.clear()
        self._same.clear()
        self._evict()

    def _evict(self) -> None:
        """Take out the oldest entries until the others fit: all of them, if the newest is too large (4.4)."""
        oldest = 0
        while self._used > self._limit:
            name, value = self._table[oldest]
            self._used -= OVERHEAD + len(name) + len(value)
            oldest += 1
        del self._table[:oldest]

    def _resize(self, block: bytes) -> int:
        """Heed the sizes of the table at the beginning of a block (4.2); return where they end."""
        at = 0
        while at < len(block) and block[at] & 0xE0 == RESIZED:
            size, at = read_integer(block, at, 0x1F)
            if size > TABLE:
                raise HpackError(f"a header block wants a table of more than {TABLE} bytes")
            self._settle()
            self._limit = size
            self._evict()
        return at


def remember(known: dict[bytes, Known], key: bytes, value: Known, most: int) -> None:
    """Remember a value, unless its key is too long; there is room for `most`."""
    if len(key) <= LONGEST:
        if len(known) >= most:
            known.clear()
        known[key] = value


def write_integer(value: int, mask: int, pattern: int) -> bytes:
    """Write an integer to the bits of an octet that are in the mask, and behind it (RFC 7541, 5.1)."""
    if value < mask:
        return bytes((pattern | value,))
    octets = [pattern | mask]
    value -= mask
    while value >= 0x80:
        octets.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes((*octets, value))


def read_integer(block: bytes, at: int, mask: int) -> tuple[int, int]:
    """Read an integer; return it and where it ends. Raises IndexError where the block ends earlier."""
    value = block[at] & mask
    at += 1
    if value < mask:
        return value, at
    for shift in range(0, 7 * OCTETS, 7):
        octet = block[at]
        at += 1
        value += (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
    raise HpackError("an integer in a header block is too long")


def end_of_long(block: bytes, at: int) -> int:
    """Return where a string of 127 octets or more ends, or any place if it is none."""
    try:
        length, start = read_integer(block, at, 0x7F)
    except (HpackError, IndexError):
        return at
    return start + length
