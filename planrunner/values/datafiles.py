"""Files of rows: CSV, JSON, JSON Lines and YAML, each read strictly, with the line of what is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from planrunner.errors import Place, Problems
from planrunner.plan import source as yaml
from planrunner.plan.node import plain
from planrunner.values.data import NOTHING, kind
from planrunner.values.jsonpath import path
from planrunner.values.paths import Path

WHOLE: Final = path("$")
SHOWN: Final = 5  # wrong rows of a file that are told one by one

_BYTE = re.compile(r" \(byte (\d+)\)")  # where a JSON text is malformed, as msgspec says it


class Source(Struct, frozen=True):
    """A data file, and what the plan says about how to read it."""

    file: str  # as messages name it
    content: bytes
    problems: Problems
    delimiter: str = ","
    encoding: str = "utf-8"
    at: Path = WHOLE  # where the list of rows stands
    at_place: Place | None = None
    quotable: bool = True  # whether messages may show its lines

    def wrong(self, message: str, hint: str, line: int = 0) -> None:
        """Note what is wrong with the file, or with one of its lines.

        That line is not shown: it may hold passwords.
        """
        self.problems.add(message, Place(self.file, line, 1 if line else 0), hint)


def read_csv(source: Source) -> list[Any] | None:
    """Read a file of records (RFC 4180) whose first one names the columns; every field is text."""
    text = decode(source)
    if text is None:
        return None
    records = _records(text, source.delimiter)
    try:
        line, header = next(records, (0, []))
        if not _named(header, line, source):
            return None
        return _rows(header, records, source)
    except _RecordError as error:
        source.wrong(error.message, error.hint, error.line)
        return None


def read_json(source: Source) -> list[Any] | None:
    """Read a JSON text that is a list, or holds one where `at` leads to."""
    text = decode(source)
    if text is None:
        return None
    try:
        return _listed(msgspec.json.decode(text), source)
    except (msgspec.DecodeError, RecursionError) as error:
        source.wrong(f"this is not JSON: {_reason(error)}", "correct the file", _line(text, error))
        return None


def read_json_lines(source: Source) -> list[Any] | None:
    """Read a file with one JSON text a line; blank lines are skipped."""
    text = decode(source)
    if text is None:
        return None
    rows: list[Any] = []
    # Only what JSON Lines calls a line: splitlines() would also cut at U+2028 within a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line))
        except (msgspec.DecodeError, RecursionError) as error:
            source.wrong(f"this line is not JSON: {_reason(error)}", "write one JSON value a line", number)
            return None
    return rows


def read_yaml(source: Source) -> list[Any] | None:
    """Read a YAML file, as strictly as plans are read, that is a list, or holds one where `at` leads to."""
    if len(source.content) > yaml.BYTES:
        source.wrong("the file is larger than 1 MiB", "write so many rows as CSV or JSON Lines")
        return None
    lines = map(bytes.lstrip, source.content.splitlines())
    if all(not line or line.startswith(b"#") for line in lines):
        return []  # which the reader of plans would tell in words for plans
    before = source.problems.errors
    node = yaml.read(source.content, source.file, source.problems)
    if not source.quotable:
        source.problems.lines[source.file] = []
    if source.problems.errors > before:
        return None
    return _listed(plain(node) if node else [], source)


def decode(source: Source) -> str | None:
    """Return the text of a file without its byte order mark; None when it is not in its encoding."""
    try:
        text = source.content.decode(source.encoding).removeprefix("\ufeff")
        text.encode()  # some encodings can say half characters, which cannot be sent
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = source.content[:start].decode(source.encoding, "replace").count("\n") + 1
        hint = "save it so, or name its encoding, for example `encoding: cp1252`"
        source.wrong(f"the file is not {source.encoding.upper()}", hint, line)
        return None
    if "\0" in text:
        source.wrong("the file contains NUL characters", "is it UTF-16? write `encoding: utf-16`")
        return None
    return text


class _RecordError(Exception):
    """A record of a CSV file that cannot be read, and the line on which it begins."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.message, self.hint = f"this is not CSV: {reason}", 'quotes within a quoted field are doubled: ""'
        if reason == "unexpected end of data":
            self.message, self.hint = "a quoted field of this row is not closed", 'write a " at its end'
        elif reason.startswith("field larger"):
            self.message, self.hint = "a field of this row is longer than 128 KiB", "is a quote not closed?"
        super().__init__(self.message)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records and the line where each begins; blank lines are none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _RecordError(line, str(error)) from None
        if fields:
            yield line, fields


def _named(header: list[str], line: int, source: Source) -> bool:
    """Check the names of the columns."""
    if not header:
        source.wrong("the file is empty", "begin it with a line that names the columns")
        return False
    other = next((sign for sign in ";\t|," if sign in header[0]), "")
    if len(header) == 1 and other:
        hint = "write `delimiter: {}`".format('"\\t"' if other == "\t" else f'"{other}"')
        source.wrong(f"the columns are not separated by {source.delimiter!r}", hint, line)
        return False
    before = source.problems.errors
    for number, name in enumerate(header, 1):
        if not name.strip():
            source.wrong(f"column {number} has no name", "name it, or remove the delimiter", line)
        elif header.index(name) < number - 1:
            first = header.index(name) + 1
            source.wrong(f"columns {first} and {number} are both called {name!r}", "rename one", line)
    return source.problems.errors == before


def _rows(header: list[str], records: Iterator[tuple[int, list[str]]], source: Source) -> list[Any] | None:
    """Make an object of each record."""
    rows: list[Any] = []
    wrong = 0
    for line, fields in records:
        if len(fields) == len(header):
            rows.append(dict(zip(header, fields, strict=True)))
            continue
        wrong += 1
        if wrong <= SHOWN:
            more = f"put a field that holds {source.delimiter!r} into quotes"
            hint = more if len(fields) > len(header) else "add what is missing, if only the delimiters"
            message = (
                f"this row has {_count(len(fields), 'field')}, but there are {_count(len(header), 'column')}"
            )
            source.wrong(message, hint, line)
    if wrong > SHOWN:
        source.wrong(f"{wrong - SHOWN} more rows have too few or too many fields", "correct them too")
    return None if wrong else rows


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _listed(document: Any, source: Source) -> list[Any] | None:
    """Return the list of rows in a document."""
    found = source.at.first(document)
    if isinstance(found, list):
        return found
    if source.at_place is None:
        source.wrong(f"the file holds {kind(document)}, not a list of rows", _lists(document))
    else:
        leads = f"this leads to {'nothing' if found is NOTHING else kind(found)}"
        source.problems.add("there is no list of rows", source.at_place, leads)
    return None


def _lists(document: Any) -> str:
    """Name the lists that an object holds."""
    members = document.items() if isinstance(document, dict) else ()
    found = [f"`at: $.{key}`" for key, value in members if isinstance(value, list) and key.isidentifier()]
    return f"write {' or '.join(found)}" if found else "name the list of rows with `at: $.path`"


def _reason(error: Exception) -> str:
    """Say why a text is not JSON."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return _BYTE.sub("", str(error)).removeprefix("JSON is malformed: ")


def _line(text: str, error: Exception) -> int:
    """Find the line of what msgspec says about a byte; 0 where it names none."""
    found = _BYTE.search(str(error))
    return text.encode()[: int(found[1])].count(b"\n") + 1 if found else 0
