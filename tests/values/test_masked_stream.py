"""A stream that masks what is written to it."""

import gc
import io
from contextlib import redirect_stderr
from typing import TextIO, cast

import click
import pytest

from planrunner.values.mask import Mask
from planrunner.values.masked import Masked


class Terminal(io.StringIO):
    """A stream at a terminal, that counts how often it was flushed."""

    flushed = 0

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.flushed += 1


def test_what_is_hidden_is_masked_from_then_on() -> None:
    stream = io.StringIO()
    masked = Masked(stream)
    masked.write("first second\n")
    masked.hide(Mask(["first"]))
    masked.write("first second\n")
    masked.hide(Mask(["second"]))
    assert masked.write("first second\n") == len("first second\n")
    assert stream.getvalue() == "first second\n*** second\n*** ***\n"


def test_it_is_a_terminal_where_the_stream_is_one() -> None:
    assert Masked(Terminal()).isatty()
    assert not Masked(io.StringIO()).isatty()


@pytest.mark.slow
def test_the_stream_is_flushed_when_it_is_and_left_alone_when_it_is_gone() -> None:
    stream = Terminal()
    masked = Masked(stream)
    masked.flush()
    del masked
    gc.collect()
    assert (stream.flushed, stream.closed) == (1, False)


def test_click_does_not_write_past_it() -> None:
    stream = io.TextIOWrapper(
        io.BytesIO(), encoding="ascii", errors="replace"
    )  # which click likes to replace
    masked = Masked(stream)
    masked.hide(Mask(["hunter2"]))
    with redirect_stderr(cast("TextIO", masked)):
        click.echo("it was hunter2", err=True)
        click.UsageError("no hunter2").show()
    stream.seek(0)
    assert stream.read() == "it was ***\nError: no ***\n"


def test_there_is_no_way_past_it() -> None:
    masked = Masked(io.TextIOWrapper(io.BytesIO()))
    assert not any(hasattr(masked, name) for name in ("buffer", "detach", "fileno"))
