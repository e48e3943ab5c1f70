"""A stream that masks secrets in all that is written to it, by whomever: warnings and tracebacks too."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO, cast


class Masked:
    """Text for another stream, without the secrets that are known by then.

    It has no `buffer` and no file descriptor, so nobody can write past the mask. Nor is it one of the classes
    of `io`, which close themselves when they are gone. What is written is masked piece by piece: the library
    writes a message, a record of a log and a line of a traceback each as one.
    """

    __slots__ = ("__weakref__", "_masks", "_stream")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._masks: list[Callable[[str], str]] = []

    def hide(self, mask: Callable[[str], str]) -> None:
        """Mask with this, too, from here on."""
        self._masks.append(mask)

    def write(self, text: str) -> int:
        """Write a text, masked."""
        self._stream.write(self.masked(text))
        return len(text)

    def masked(self, text: str) -> str:
        """Return a text as it would be written."""
        for mask in self._masks:
            text = mask(text)
        return text

    def flush(self) -> None:
        """Write what is held back."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether somebody reads it at a terminal."""
        return self._stream.isatty()


def mask_stderr() -> Masked:
    """Mask what this process says on stderr from here on, be it the last thing that Python does."""
    masked = Masked(sys.stderr)
    sys.stderr = cast("TextIO", masked)
    vars(sys)["__stderr__"] = masked  # what is stderr again when Python ends
    return masked
