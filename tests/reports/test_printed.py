"""What is printed to whom: colours for terminals, and for nobody who does not want them."""

import io
import sys

import pytest
import samples

from planrunner.cli.telling import printed
from planrunner.reports.summary import summary


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("no_color", "environ", "color"),
    [
        (False, {}, True),
        (True, {}, False),
        (False, {"NO_COLOR": "1"}, False),
        (False, {"NO_COLOR": ""}, True),
        (False, {"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_gets_colours_unless_somebody_says_no(
    no_color: bool, environ: dict[str, str], color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NO_COLOR": "", "TERM": "xterm", "COLUMNS": "90", **environ}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Screen())
    result = samples.failed()
    assert printed(result, no_color=no_color) == summary(result, color=color, width=90)


def test_a_file_gets_no_colours_and_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    result = samples.failed()
    assert printed(result, no_color=False) == summary(result, color=False)
