"""Workflow commands: nothing that anybody says ends one of ours, and nothing they say is one."""

import pytest
from log import Log, parsed

from planrunner.github.commands import command, stopped

NASTY = "a%0Ab\r\n::error::x,y:z %25 ##[error]boo \x1b[31m\x00 end"


def test_a_command_survives_what_it_says() -> None:
    log = Log().read(command("error", NASTY, file="a,b:c%.yml", line=3, title="x::y\nz"))
    (found,) = log.commands
    assert found.message == NASTY.replace("\x1b", "\ufffd").replace("\x00", "\ufffd")
    assert found.properties == {"file": "a,b:c%.yml", "line": "3", "title": "x::y\nz"}


def test_what_has_no_value_is_left_out() -> None:
    assert command("notice", "hello", file="", line=0) == "::notice::hello"


@pytest.mark.parametrize(
    "line",
    [
        *(
            "::error::x",
            "   ::add-mask::a",
            "\t::stop-commands::mine",
            "##[error]x",
            "log: ##[add-mask]secret",
        ),
        *("::warning file=a.yml,line=1::x", "::set-output name=passed::true", "::debug::x", "::group::x"),
    ],
)
def test_no_line_is_a_command_while_they_are_stopped(line: str) -> None:
    lines: list[str] = []
    with stopped(lines.append):
        lines.append(line)
    log = Log().read("\n".join([*lines, "::notice::after"]))
    assert (log.disabled, [one.name for one in log.commands]) == (1, ["notice"])


def test_the_word_that_ends_the_stop_is_another_one_each_time() -> None:
    words = set()
    for _ in range(3):
        lines: list[str] = []
        with stopped(lines.append):
            pass
        found = parsed(lines[0], {"stop-commands"})
        assert found
        assert lines[1] == f"::{found.message}::"
        words.add(found.message)
    assert {len(word) for word in words} == {32}
    assert len(words) == 3


def test_commands_go_on_where_the_run_itself_fails() -> None:
    lines: list[str] = []
    with pytest.raises(OSError, match="gone"), stopped(lines.append):
        raise OSError("gone")
    assert len(lines) == 2
