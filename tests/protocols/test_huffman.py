"""The Huffman code of HPACK: its codes are those of RFC 7541, Appendix B, and only its strings are read."""

import hpack
import pytest
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from hpack.huffman_table import decode_huffman
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planrunner.protocols.http.h2.huffman import Coder, Decoder, codes

CODER, DECODER = Coder(), Decoder()  # a decoder grows as it reads, so one that has read a lot is another one


def from_peers_encoder(text: bytes) -> bytes:
    return HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH).encode(text)


def from_peer(code: bytes) -> bytes | None:
    try:
        return decode_huffman(code)
    except hpack.HPACKError:
        return None


def packed(bits: str) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def test_the_codes_are_those_of_the_rfc() -> None:
    rows = zip(REQUEST_CODES, REQUEST_CODES_LENGTH, strict=True)
    assert codes() == [f"{code:0{length}b}" for code, length in rows]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"),
        (b"no-cache", "a8eb10649cbf"),
        (b"Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"),
        (b"302", "6402"),
    ],
)
def test_a_string_is_written_and_read_as_in_the_rfc(text: bytes, code: str) -> None:
    assert (CODER.encode(text), DECODER.decode(bytes.fromhex(code))) == (bytes.fromhex(code), text)


@pytest.mark.parametrize("text", [b"", b"x", b"{}", b"&&", b"\x00\xff"])
def test_a_code_that_is_not_shorter_is_not_written(text: bytes) -> None:
    assert CODER.encode(text) is None


@given(st.binary() | st.text("abcdef0123456789-/:, ").map(str.encode))
def test_what_is_written_can_be_read(text: bytes) -> None:
    code = CODER.encode(text)
    assert code is None or DECODER.decode(code) == Decoder().decode(code) == decode_huffman(code) == text


@pytest.mark.slow
@given(st.binary())
def test_every_string_can_be_read(text: bytes) -> None:
    code = from_peers_encoder(text)
    assert DECODER.decode(code) == Decoder().decode(code) == text


@pytest.mark.slow
@settings(max_examples=100)
@given(st.binary(max_size=8))
@example(b"\xff\xff\xff\xff")
def test_what_is_no_string_is_refused_as_by_the_peer(code: bytes) -> None:
    assert DECODER.decode(code) == Decoder().decode(code) == from_peer(code)


@pytest.mark.parametrize("count", range(1, 9))
def test_a_string_is_padded_with_up_to_seven_ones(count: int) -> None:
    bits = "00000" * count
    assert DECODER.decode(packed(bits + "1" * (-len(bits) % 8))) == b"0" * count


@pytest.mark.parametrize(
    "bits",
    [
        "00000" + "110",  # a zero in the padding
        "00000" + "000",
        "00000" + "1" * 11,  # more than seven ones
        "1" * 8,  # nothing but padding
        "1" * 32,  # EOS, padded
        "00000" + "1" * 30 + "00000",  # EOS between two strings
        "1" * 30 + "00" + "00000" * 8,
        "11111110",  # the beginning of a longer code
    ],
)
def test_wrong_padding_and_eos_are_refused(bits: str) -> None:
    assert DECODER.decode(packed(bits)) is None
    assert from_peer(packed(bits)) is None
