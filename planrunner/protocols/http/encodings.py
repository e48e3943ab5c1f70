"""Content-Encodings: bodies of answers decoded in pieces and within bounds, bodies of requests compressed.

An answer of a few hundred bytes can stand for gigabytes, so nothing is decoded as a whole: what an encoding
brings goes on to the next one piece by piece, and whoever brings too much is stopped.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Protocol

from msgspec import Struct

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import CUT_SHORT, FAULTS, TOO_MUCH, WRONG_ENCODING

PIECE: Final = 16 * 1024  # bytes that a decoder is given at once; it copies what it does not take
OUT: Final = 64 * 1024  # bytes that are taken from it at once
LAYERS: Final = 5  # encodings of one body, as in curl: each takes memory of its own
FRAMES: Final = 10_000  # members of a gzip body, frames of a zstd body: one may be empty and still costs time
WINDOW: Final = 23  # how far zstd may look back over HTTP, as a power of 2: 8 MiB (RFC 9659, 3)
QUALITY: Final = 6  # of brotli, as k6's; its library's own 11 takes forty times as long


class Decoder(Protocol):
    """Decodes one stream: what the standard library calls an incremental decompressor (bz2, zstd)."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached, and all it holds taken."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether `decompress` has nothing more to give without more data."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came behind the end."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Decode as much as fits; with data only if it needs input."""
        ...


class Coding(Struct, frozen=True):
    """How a body is decoded and encoded."""

    decoder: Callable[[bytes], Decoder]  # for a stream that begins with these bytes
    error: type[Exception]  # raised by the decoder for what is none
    compress: Callable[[bytes], bytes]
    several: bool = False  # whether streams may follow each other


def decode(reply: Reply, limit: int) -> None:
    """Decode the body of a reply as its Content-Encoding says; what cannot be decoded is an error instead.

    An error that was there before stays. No body is fine whatever is said of it, as after HEAD or with 304.
    """
    told = reply.header("content-encoding")
    if not told or not reply.body:
        return
    reply.body, code = unpack(reply.body, known(told), limit)
    if code and not reply.error:
        reply.error, reply.error_code = FAULTS[code].message, code


def known(told: str) -> list[str]:
    """Read a Content-Encoding, the encoding that was applied last first, up to one that is not known.

    Whatever is below one that nobody here can decode cannot be reached.
    """
    found = []
    for name in reversed(told.split(",")):
        encoding = name.strip().lower()
        if encoding in {"", "identity"}:
            continue
        if encoding not in CODINGS:
            break
        found.append(encoding)
    return found


def unpack(body: bytes, encodings: Sequence[str], limit: int) -> tuple[bytes, int]:
    """Decode a body, the encoding that was applied last first.

    Return it and 0, or nothing and the code of an error. Neither the result nor what there is between two
    encodings may be larger than `limit`.
    """
    if len(encodings) > LAYERS:
        return b"", TOO_MUCH
    pieces: Iterable[bytes] = (body[at : at + PIECE] for at in range(0, len(body), PIECE))
    for encoding in encodings:
        pieces = _decoded(pieces, CODINGS[encoding](), limit)
    try:
        return b"".join(pieces), 0
    except _DecodingError as error:
        return b"", error.code


def pack(body: bytes, encodings: Iterable[str]) -> bytes:
    """Compress a body, in the order given."""
    for encoding in encodings:
        body = CODINGS[encoding]().compress(body)
    return body


class _DecodingError(Exception):
    """Ends the decoding, however many encodings deep."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _decoded(pieces: Iterable[bytes], coding: Coding, limit: int) -> Iterator[bytes]:
    """Decode what comes in pieces; it has to end where the encoding says that it ends.

    Bytes behind the end are wrong, as they are in Go, whose client is k6's; browsers overlook them.
    """
    decoder: Decoder | None = None
    size = frames = 0
    for piece in pieces:
        data = piece
        while data:
            if decoder is None or decoder.eof:
                frames += 1
                if frames > (FRAMES if coding.several else 1):
                    raise _DecodingError(TOO_MUCH if coding.several else WRONG_ENCODING)
                decoder = coding.decoder(data)
            for out in _given(decoder, data, coding.error):
                size += len(out)
                if size > limit:
                    raise _DecodingError(TOO_MUCH)
                yield out
            data = decoder.unused_data if decoder.eof else b""
    if decoder is not None and not decoder.eof:
        raise _DecodingError(CUT_SHORT)


def _given(decoder: Decoder, data: bytes, wrong: type[Exception]) -> Iterator[bytes]:
    """Take all that a decoder makes of some bytes, a bounded piece at a time."""
    hungry = False
    while not hungry:
        try:
            out = decoder.decompress(data, OUT)
        except wrong:
            raise _DecodingError(WRONG_ENCODING) from None
        if out:
            yield out
        data, hungry = b"", decoder.eof or decoder.needs_input


class _Inflater:
    """Decodes gzip and deflate; zlib's own decoder would have what it did not take given to it again."""

    __slots__ = ("_inflate", "needs_input")

    def __init__(self, format_: int) -> None:
        self._inflate = zlib.decompressobj(format_)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        out = self._inflate.decompress(self._inflate.unconsumed_tail or data, max_length)
        # A full piece may have been cut off in the middle of what zlib has in its window.
        self.needs_input = len(out) < max_length and not self._inflate.unconsumed_tail
        return out


GZIP, ZLIB, RAW = 31, 15, -15  # zlib's `wbits`


@cache
def _gzip() -> Coding:
    return Coding(_gunzip, zlib.error, lambda body: zlib.compress(body, wbits=GZIP), several=True)


def _gunzip(start: bytes) -> Decoder:
    if start[0] != 0x1F:  # zlib would wait for a second byte, and a single line break look like a cut
        raise _DecodingError(WRONG_ENCODING)
    return _Inflater(GZIP)


@cache
def _deflate() -> Coding:
    return Coding(lambda start: _Inflater(_wrapping(start)), zlib.error, zlib.compress)


def _wrapping(start: bytes) -> int:
    """Tell zlib's format from the bare one, which some servers send for `deflate` (RFC 9110, 8.4.1.2).

    A first byte of zlib's names method 8 and a window of at most 7 (RFC 1950, 2.2). No compressor begins the
    bare one so: it would be a stored block with ones where zeros are to fill the byte.
    """
    return ZLIB if start[0] & 0x8F == 8 else RAW


@cache
def _br() -> Coding:
    import brotli  # noqa: PLC0415  (few plans need it)

    class Unbrotli:
        """Decodes brotli; its output is bounded, but for what its blocks round up."""

        __slots__ = ("_decompressor", "needs_input")
        unused_data = b""  # to have any is an error here

        def __init__(self) -> None:
            self._decompressor = brotli.Decompressor()
            self.needs_input = True

        @property
        def eof(self) -> bool:
            return bool(self._decompressor.is_finished())

        def decompress(self, data: bytes, max_length: int, /) -> bytes:
            out: bytes = self._decompressor.process(data, output_buffer_limit=max_length)
            # It has taken all its input and may still hold output, which it does not say.
            self.needs_input = not out and self._decompressor.can_accept_more_data()
            return out

    def compress(body: bytes) -> bytes:
        compressor = brotli.Compressor(quality=QUALITY)
        return bytes(compressor.process(body) + compressor.finish())

    return Coding(lambda _: Unbrotli(), brotli.error, compress)


@cache
def _zstd() -> Coding:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415  (few plans need it)
    else:
        from backports import zstd  # noqa: PLC0415  (few plans need it)

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW}
    return Coding(
        lambda _: zstd.ZstdDecompressor(options=options), zstd.ZstdError, zstd.compress, several=True
    )


CODINGS: Final[Mapping[str, Callable[[], Coding]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,  # the same (RFC 9110, 8.4.1.3)
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}
"""Encodings, each with what loads it when it is first met."""
