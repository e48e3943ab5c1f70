from pathlib import Path

import pytest

from planrunner.errors import SetupError
from planrunner.values import envfile


def read(folder: Path, content: str | bytes) -> dict[str, str]:
    file = folder / ".env"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return envfile.read(file)


def complaint(folder: Path, content: str | bytes) -> str:
    with pytest.raises(SetupError) as raised:
        read(folder, content)
    return str(raised.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("", {}),
        ("# comment\n\nA=1\nexport B = two words # comment\r\nC=\n", {"A": "1", "B": "two words", "C": ""}),
        ("A='x # y'\nB=\"a\\nb\"\n", {"A": "x # y", "B": "a\nb"}),
        ('A="one\ntwo"\nB=3', {"A": "one\ntwo", "B": "3"}),
        ("A=$B ${C}\n", {"A": "$B ${C}"}),
        ("A=1\nA=2\n", {"A": "2"}),
        (b"\xef\xbb\xbfA=\xc3\xbc\n", {"A": "ü"}),
    ],
)
def test_lines_become_values(content: str | bytes, values: dict[str, str], tmp_path: Path) -> None:
    assert read(tmp_path, content) == values


NO_PAIR = "this is no NAME=value; quote a value that holds quotes or goes on in the next line"


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("A=1\n\n'secret\nB=2\n", f".env:3: {NO_PAIR}"),
        ("A='secret' word\n", f".env:1: {NO_PAIR}"),
        ("A=1\n\nPASSWORD\n", ".env:3: PASSWORD has no value; write PASSWORD="),
        ("A\n'\n", f".env:1: A has no value; write A=\n.env:2: {NO_PAIR}"),
        (b"A=\xff", ".env: the file is not UTF-8; save it as UTF-8"),
    ],
)
def test_lines_that_say_nothing_are_all_told_without_their_text(
    content: str | bytes, wrong: str, tmp_path: Path
) -> None:
    assert complaint(tmp_path, content) == wrong


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"none\.env: cannot be read: No such file or directory$"):
        envfile.read(tmp_path / "none.env")
