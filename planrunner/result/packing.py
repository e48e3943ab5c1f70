"""The buckets of a distribution in little room: four to five times less than as lists of numbers.

The numbers are first the gap from each bucket to the next one, then the count of each bucket. Each number is
written as a varint (seven bits a byte, the lowest first; a byte from 128 on says that more follow), all of
them compressed by zlib and written in base64. Gaps and counts apart compress better than in pairs.
"""

from __future__ import annotations

import zlib
from array import array
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from planrunner.metrics.buckets import Pairs, smallest

MORE = 128  # of a byte: the number goes on in the next one
MOST = 2**24  # bytes of numbers: all buckets that doubles have, with counts of many bytes
LARGEST = 2**48  # count of a bucket; sums of thousands stay within the arrays that hold them
LONGEST = 63  # bits of a number


def pack(counted: Pairs) -> str:
    """Write buckets and counts; the first bucket's number is not part of it."""
    found, times = counted
    gaps = (after - before for before, after in pairwise(found))
    return b64encode(zlib.compress(bytes(_varints((*gaps, *times))), 9)).decode()


def unpack(first: int, text: str) -> Pairs:
    """Read what `pack` wrote; ValueError says why it cannot be."""
    numbers = _numbers(_content(text))
    if not len(numbers) % 2 or min(numbers) < 1 or max(numbers) > LARGEST:
        raise ValueError("holds no buckets and counts")
    gaps, times = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
    try:
        found = array("i", accumulate(gaps, initial=first))
    except OverflowError:
        raise ValueError("a bucket lies beyond all numbers") from None
    return found, array(smallest(max(times)), times)


def _content(text: str) -> bytes:
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(b64decode(text, validate=True), MOST)
    except (Error, zlib.error) as error:
        raise ValueError(f"cannot be unpacked: {error}") from None
    if not reader.eof:
        raise ValueError("is cut off, or too long")
    return content


def _varints(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        rest = number
        while rest >= MORE:
            yield rest % MORE + MORE
            rest //= MORE
        yield rest


def _numbers(content: bytes) -> list[int]:
    found, number, shift = [], 0, 0
    for byte in content:
        number += (byte % MORE) << shift
        shift += 7
        if byte < MORE:
            found.append(number)
            number = shift = 0
        elif shift > LONGEST:
            raise ValueError("holds a number without an end")
    return found
