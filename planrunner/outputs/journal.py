"""The journal: what was measured, second by second, so that a killed run still has a report.

A file of records that are only ever appended: a first line that says what it is, then for each record its
kind, its size and its CRC-32 (12 bytes), and the record in MessagePack, packed by zlib. Whoever reads it
takes what is whole: the last record of a killed run may be cut.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from planrunner.metrics.buckets import Buckets
from planrunner.metrics.series import Key
from planrunner.metrics.tally import Snapshot

TITLE = b"planrunner journal 1\n"
LEVEL = 1  # of packing: the quickest, since it is done while the load runs
T = TypeVar("T")

HEAD = struct.Struct("!4sII")  # kind, size, checksum


class Journal:
    """Appends records to a file; each has left this process when `write` returns, so kill -9 keeps it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kinds: set[str] = set()  # of the records that were written
        self._file: FileIO | None = None

    def write(self, kind: str, record: object) -> None:
        """Append a record, the name of whose kind has four letters; the first one begins the file.

        Raises OSError: the disk may be full.
        """
        data = zlib.compress(_encoder.encode(record), LEVEL)
        if self._file is None:
            self._file = FileIO(self.path, "w")
            self._file.write(TITLE)
        self._file.write(HEAD.pack(kind.encode(), len(data), zlib.crc32(data)) + data)
        self.kinds.add(kind)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield kind and content of each record, up to the first that is not whole.

    Raises OSError, and ValueError where the file is no journal.
    """
    with path.open("rb") as file:
        if file.read(len(TITLE)) != TITLE:
            raise ValueError(f"{path} is no journal of this version")
        while True:
            head = file.read(HEAD.size)
            if len(head) < HEAD.size:
                return
            kind, size, checksum = HEAD.unpack(head)
            data = file.read(size)
            if len(data) < size or zlib.crc32(data) != checksum:
                return
            yield kind.decode("latin-1"), zlib.decompress(data)


def is_journal(path: Path) -> bool:
    """Whether a file begins like a journal. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(TITLE)) == TITLE


def decode(data: bytes, kind: type[T]) -> T:
    """Read a record. Raises msgspec.ValidationError where it is another one's."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_from_plain)


def masked(snapshot: Snapshot, mask: Callable[[str], str], known: dict[Key, Key]) -> Snapshot:
    """Return a snapshot without secrets in its tags; its other texts have none. `known` spares work."""

    def safe(key: Key) -> Key:
        if key not in known:
            known[key] = Key(key.metric, tuple((name, mask(value)) for name, value in key.tags))
        return known[key]

    sinks, warm = (
        {safe(key): sink for key, sink in each.items()} for each in (snapshot.sinks, snapshot.warm)
    )
    complaints = [
        replace(one, check=safe(one.check)) if isinstance(one.check, Key) else one
        for one in snapshot.complaints
    ]
    return replace(snapshot, sinks=sinks, warm=warm, complaints=complaints)


def _to_plain(value: object) -> object:
    """Write counts by bucket as the bytes of two arrays, the second with the size of its items before it."""
    if isinstance(value, Buckets):
        found, times = value.pairs()
        return found.tobytes(), times.typecode, times.tobytes()
    raise NotImplementedError(f"no record holds a {type(value).__name__}")


def _from_plain(kind: type, value: Any) -> Any:
    if kind is not Buckets:
        raise NotImplementedError(f"no record holds a {kind.__name__}")
    buckets, code, counts = value
    found, times = array("i"), array(code)
    found.frombytes(buckets)
    times.frombytes(counts)
    return Buckets((found, times)) if found else Buckets()


_encoder = msgspec.msgpack.Encoder(enc_hook=_to_plain)
