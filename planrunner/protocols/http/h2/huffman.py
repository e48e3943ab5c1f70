"""The Huffman code of HPACK (RFC 7541, 5.2 and Appendix B), worked out from the lengths of its codes."""

from __future__ import annotations

from typing import Final

# fmt: off
LENGTHS: Final = (
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,  # EOS
)
# fmt: on
"""Bits in the code of each octet and of EOS. The codes count up from the shorter ones to the longer ones, and
among those of one length from the lower octet to the higher one, so their lengths say all."""

EOS: Final = 256
ROOT: Final = 1  # no bit yet: bits that are not decided yet stand behind a 1, which keeps their zeros
DEAD: Final = 0  # what came can be no string, whatever follows


def codes() -> list[str]:
    """Return the code of each octet and of EOS, as zeros and ones."""
    made = [""] * len(LENGTHS)
    code = length = 0
    for symbol in sorted(range(len(LENGTHS)), key=LENGTHS.__getitem__):
        code <<= LENGTHS[symbol] - length
        length = LENGTHS[symbol]
        made[symbol] = f"{code:0{length}b}"
        code += 1
    return made


class Coder:
    """Writes strings."""

    __slots__ = ("_codes",)

    def __init__(self) -> None:
        self._codes = codes()

    def encode(self, text: bytes) -> bytes | None:
        """Return the code of a string; None where it is not shorter."""
        code = self._codes
        bits = "".join([code[octet] for octet in text])
        size = (len(bits) + 7) // 8
        return int(bits.ljust(size * 8, "1"), 2).to_bytes(size, "big") if size < len(text) else None


class Row(dict[int, tuple["Row", bytes]]):
    """What follows each octet, where some bits before it are not decided yet.

    That is the next row, and what was decided. It is worked out when an octet comes for the first time:
    what servers send needs a few thousand of the 65,792 pairs, and all of them take 0.2 s and 8 MB.
    """

    __slots__ = ("_decoder", "_pending")

    def __init__(self, decoder: Decoder, pending: int) -> None:
        super().__init__()
        self._decoder, self._pending = decoder, pending

    def __missing__(self, octet: int) -> tuple[Row, bytes]:
        found = self[octet] = self._decoder.follow(self._pending, octet)
        return found

    @property
    def ends(self) -> bool:
        """Whether a string may end here: with less than an octet of ones, the beginning of EOS."""
        return self._pending in {0b1, 0b11, 0b111, 0b1111, 0b1_1111, 0b11_1111, 0b111_1111, 0b1111_1111}


class Decoder:
    """Reads strings, an octet at a time."""

    __slots__ = ("_root", "_rows", "_symbols")

    def __init__(self) -> None:
        self._symbols = {int("1" + code, 2): symbol for symbol, code in enumerate(codes())}
        self._root = Row(self, ROOT)
        self._rows = {ROOT: self._root}

    def decode(self, code: bytes) -> bytes | None:
        """Return the string; None where there is EOS in it or wrong padding behind it (RFC 7541, 5.2)."""
        row = self._root
        pieces = []
        for octet in code:
            row, piece = row[octet]
            pieces.append(piece)
        return b"".join(pieces) if row.ends else None

    def follow(self, pending: int, octet: int) -> tuple[Row, bytes]:
        """Work out what an octet decides."""
        piece = bytearray()
        for place in range(7, -1, -1):
            if pending == DEAD:
                break
            pending = pending << 1 | octet >> place & 1
            symbol = self._symbols.get(pending)
            if symbol is not None:
                pending = DEAD if symbol == EOS else ROOT
                piece.append(symbol & 0xFF)  # of EOS too, since nobody will see it
        row = self._rows.get(pending)
        if row is None:
            row = self._rows[pending] = Row(self, pending)
        return row, bytes(piece)
