"""The plan's data sets: their files or written rows become tables, from which iterations take rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan.files import find, folder_of
from planrunner.plan.model import Dataset, Setting
from planrunner.values import paths
from planrunner.values.data import kind, texts
from planrunner.values.datafiles import Source, read_csv, read_json, read_json_lines, read_yaml
from planrunner.values.dealing import Deal, EndOfDataError, Table, deal
from planrunner.values.expressions import compile_tree
from planrunner.values.jsonpath import path
from planrunner.values.mask import SHORTEST
from planrunner.values.names import Names
from planrunner.values.settings import resolve

__all__ = ["Deal", "EndOfDataError", "Table", "deal", "open_tables"]

T = TypeVar("T")

SIZE_LIMIT: Final = 64 * 1024 * 1024  # bytes of a file; read into rows it needs up to fifteen times that
FILE_KEYS: Final = ("at", "delimiter", "encoding")


class Format(Struct, frozen=True):
    """How files with some ending are read, and which keys of the data set say more about it."""

    read: Callable[[Source], list[Any] | None]
    keys: frozenset[str]
    delimiter: str = ","


CSV: Final = frozenset({"delimiter", "encoding"})
FORMATS: Mapping[str, Format] = {
    ".csv": Format(read_csv, CSV),
    ".tsv": Format(read_csv, CSV, "\t"),
    ".json": Format(read_json, frozenset({"at", "encoding"})),
    ".jsonl": Format(read_json_lines, frozenset({"encoding"})),
    ".ndjson": Format(read_json_lines, frozenset({"encoding"})),
    ".yml": Format(read_yaml, frozenset({"at"})),
    ".yaml": Format(read_yaml, frozenset({"at"})),
}


def open_tables(data: Mapping[str, Dataset], names: Names, problems: Problems) -> dict[str, Table]:
    """Read all data sets of a plan; what is wrong with them or their files goes to `problems`.

    One that cannot be used becomes a table without rows, so that its name is still known.
    """
    names = replace(names, runtime=False)
    return {name: _open(dataset, names, problems) for name, dataset in data.items()}


def _open(dataset: Dataset, names: Names, problems: Problems) -> Table:
    before = problems.errors
    if dataset.file is not None:
        place, rows = _from_file(dataset, dataset.file, names, problems)
    else:
        place, rows = dataset.place, _written(dataset, names, problems)
    if rows is not None and not rows:
        problems.add(f"data set {dataset.name!r} has no rows", place, "give it at least one")
    if problems.errors > before or not rows or not _alike(rows, place, problems):
        return Table(dataset.name, [], None, dataset)
    columns = frozenset[str]().union(*rows) if type(rows[0]) is dict else None
    table = Table(dataset.name, rows, columns, dataset)
    _check_secrets(table, problems)
    return table


def _written(dataset: Dataset, names: Names, problems: Problems) -> list[Any] | None:
    """Compute the rows that stand in the plan; None where they could not be read or lack a variable."""
    rows = None if dataset.rows is None else compile_tree(dataset.rows, names, problems)
    return rows.value if rows and rows.constant else None


def _alike(rows: list[Any], place: Place, problems: Problems) -> bool:
    """Say whether all rows are objects, or none is."""
    objects = type(rows[0]) is dict
    for number, row in enumerate(rows, 1):
        if (type(row) is dict) is not objects:
            told = f"row {number} is {kind(row)}, but row 1 is {kind(rows[0])}"
            problems.add(told, place, "make all rows objects, or all of them plain values")
            return False
    return True


def _check_secrets(table: Table, problems: Problems) -> None:
    for column in table.dataset.secret:
        if table.columns is None:
            hint = "its rows are plain values; make them objects to name what is secret"
            problems.add(f"data set {table.name!r} has no columns", column.place, hint)
        elif column.text not in table.columns:
            problems.unknown("column", column.text, table.columns, column.place)
        elif any(len(text) < SHORTEST for row in table.rows for text in texts(row.get(column.text)) if text):
            message = f"some values of the secret column {column.text!r} are too short to be masked"
            problems.warn(message, column.place, f"give them at least {SHORTEST} characters")


def _from_file(
    dataset: Dataset, file: Setting, names: Names, problems: Problems
) -> tuple[Place, list[Any] | None]:
    """Return the rows of a file, and the place for what is wrong with them."""
    name = resolve(file, names, _text, problems)
    if name is None:
        return file.place, None
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        hint = f"it must end in one of: {', '.join(FORMATS)}"
        problems.add(f"unknown kind of data file {name!r}", file.place, hint)
        return file.place, None
    _check_keys(dataset, form.keys, f"a {Path(name).suffix} file", problems)
    content = _content(name, file.place, names.folder, problems)
    display = str(Path(folder_of(file.place.file)) / name)
    if content is None:
        return file.place, None
    problems.lines.setdefault(display, [])  # messages about data files come after those about the plan
    file_read = Source(display, content, problems, form.delimiter, quotable=not dataset.secret)
    source = _source(file_read, dataset, names)
    return Place(display), form.read(source) if source else None


def _check_keys(dataset: Dataset, allowed: frozenset[str], what: str, problems: Problems) -> None:
    for key in FILE_KEYS:
        setting: Setting | None = getattr(dataset, key)
        if setting is not None and key not in allowed:
            problems.add(f"{key!r} says nothing about {what}", setting.place, "remove it")


def _content(name: str, place: Place, folder: str, problems: Problems) -> bytes | None:
    try:
        path = find(name, place, folder)
        if path.stat().st_size > SIZE_LIMIT:
            raise ValueError(f"it is larger than {SIZE_LIMIT >> 20} MiB; a test needs only some of its rows")
        return path.read_bytes()
    except (ValueError, OSError) as error:
        hint = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        problems.add(f"cannot use the data file {name!r}", place, hint)
        return None


def _source(file: Source, dataset: Dataset, names: Names) -> Source | None:
    """Add what the data set says about its file; None when that is wrong or lacks a variable."""
    encoding = _said(dataset.encoding, file.encoding, _encoding, names, file.problems)
    delimiter = _said(dataset.delimiter, file.delimiter, _delimiter, names, file.problems)
    at = _said(dataset.at, file.at, _path, names, file.problems)
    if encoding is None or delimiter is None or at is None:
        return None
    place = dataset.at.place if dataset.at else None
    return replace(file, encoding=encoding, delimiter=delimiter, at=at, at_place=place)


def _said(
    setting: Setting | None, default: T, parse: Callable[[object], T], names: Names, problems: Problems
) -> T | None:
    return resolve(setting, names, parse, problems) if setting else default


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("write the name of a file, like data/customers.csv")
    return value


def _delimiter(value: object) -> str:
    if value == "\\t":
        raise ValueError('a tab is written "\\t" in double quotes')
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n\0':
        raise ValueError('a delimiter is one character, for example ";"')
    return value


def _encoding(value: object) -> str:
    try:
        "a".encode(str(value))
    except (LookupError, ValueError):
        raise ValueError("write an encoding that Python knows, like utf-8, cp1252 or utf-16") from None
    return str(value)


def _path(value: object) -> paths.Path:
    """Read the path of the list of rows, which leads to one place only."""
    try:
        found = path(str(value))
    except paths.PathError:
        found = None
    if found is None or not found.plain:
        raise ValueError("write the path of one list, like $.data.customers")
    return found
