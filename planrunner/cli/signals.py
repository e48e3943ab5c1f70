"""Ctrl-C and the polite request to end (SIGTERM): what they do at each moment of a command.

It is imported before everything else, so it imports nothing that takes time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

INTERRUPTED = 105  # Exit.INTERRUPTED, whose module takes a while to import
PATIENCE = 1.5  # seconds from the second request until the process is gone, whatever it waits for
NUMBERS = (signal.SIGINT, signal.SIGTERM)


class Asked:
    """The requests to end so far; `act` is what the newest one does, and gets its number."""

    def __init__(self) -> None:
        self.times = 0
        self.act: Callable[[int], object] = leave
        self._timers: list[Timer] = []

    def hear(self, *_: object) -> None:
        """Do what is right at this moment; the second request has its end within PATIENCE."""
        self.times += 1
        if self.times == 2:
            self.leave_soon(INTERRUPTED)
        self.act(self.times)

    def once(self) -> None:
        """Hear a request that never is the second one: from a button, which people press again."""
        if not self.times:
            self.hear()

    def leave_soon(self, code: int) -> int:
        """Return the exit code, and use it within PATIENCE: a name lookup that hangs cannot be stopped."""
        timer = Timer(PATIENCE, os._exit, (code,))
        timer.daemon = True
        self._timers.append(timer)
        timer.start()
        return code

    def stay(self) -> None:
        """Everything has come to its end by itself."""
        for timer in self._timers:
            timer.cancel()


@contextmanager
def heard() -> Iterator[Asked]:
    """Hear requests to end; until somebody says what they do, they end the process."""
    asked = Asked()
    previous = [(number, signal.signal(number, asked.hear)) for number in NUMBERS]
    try:
        yield asked
    finally:
        asked.stay()
        for number, handler in previous:
            signal.signal(number, handler)


def leave(*_: object) -> None:
    """End the process at once: nothing has begun that would have to be ended in order.

    A KeyboardInterrupt would do for most of it, but not within an import or a destructor.
    """
    with suppress(OSError):  # nobody reads what we say
        os.write(2, b"planrunner: interrupted\n")
    os._exit(INTERRUPTED)


def finish(_: int) -> None:
    """Let what is being written come to its end: half a report is none, and PATIENCE is enough for it."""


def handle(handler: Callable[..., object] | signal.Handlers) -> None:
    """Handle all requests to end in this way."""
    for number in NUMBERS:
        signal.signal(number, handler)


def as_usual() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again, for commands that end by it."""
    if signal.getsignal(signal.SIGINT) is leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
