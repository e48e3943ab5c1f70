"""Shared by the tests of data sets: tables from files and rows, and what a run takes of them."""

from pathlib import Path
from random import Random
from typing import Any

from evaluating import tree

from planrunner.errors import Place, Problems
from planrunner.plan.model import AtEnd, Dataset, Pick, Setting
from planrunner.values.names import UNKNOWN, Names
from planrunner.values.rows import Deal, EndOfDataError, Table, open_tables
from planrunner.values.scope import Scope

VARIABLES = {"region": "eu", "column": "name", "missing": UNKNOWN}


def opened(folder: Path, problems: Problems, **keys: Any) -> Table:
    """Open a data set `users` whose settings are given as in a plan of that folder."""
    place = Place(str(folder / "plan.yml"), 3, 5)

    def setting(value: Any) -> Setting:
        return Setting(value, place, str(value))

    if "rows" in keys:
        keys["rows"] = tuple(map(tree, keys["rows"]))
    keys["secret"] = tuple(map(setting, keys.get("secret", ())))
    for name in ("file", "at", "delimiter", "encoding"):
        if name in keys:
            keys[name] = setting(keys[name])
    names = Names(VARIABLES, folder=str(folder))
    return open_tables({"users": Dataset("users", place, **keys)}, names, problems)["users"]


def read(folder: Path, name: str, content: str | bytes, **keys: Any) -> Table:
    """Open a data set of a file that has to be free of problems."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    problems = Problems()
    table = opened(folder, problems, file=name, **keys)
    assert problems.found == []
    return table


def complaints(folder: Path, name: str, content: str | bytes, **keys: Any) -> list[str]:
    """Open a data set of a file and return what is wrong: file:line, message, hint."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return told(folder, file=name, **keys)


def told(folder: Path, **keys: Any) -> list[str]:
    """Open a data set and return what is wrong with it."""
    problems = Problems()
    opened(folder, problems, **keys)
    shown = [f"{p.place.file}:{p.place.line}: {p.message} ({p.hint})" for p in problems]
    return [text.removeprefix(f"{folder}/") for text in shown]


def table(size: int, pick: Pick = "sequential", at_end: AtEnd = "recycle") -> Table:
    """Make a table of the numbers from 0."""
    dataset = Dataset("users", Place("plan.yml", 3, 5), pick=pick, at_end=at_end)
    return Table("users", list(range(size)), None, dataset)


def taken(deal: Deal, iterations: int, vu_id: int = 1) -> list[Any]:
    """Take the rows of so many iterations; the last is "stop" or "error" when no row was left."""
    rows: list[Any] = []
    scope = Scope(vu_id, "browse", "t-1", Random(1))
    for _ in range(iterations):
        scope.rows = {}
        try:
            rows.append(deal.take(scope))
        except EndOfDataError as error:
            return [*rows, error.how]
    return rows
