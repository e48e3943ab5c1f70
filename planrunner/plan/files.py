"""The files that a plan names: found beside the file that names them, and never outside the plan's folder."""

from __future__ import annotations

from pathlib import Path

from planrunner.errors import Place, suggestion

STDIN = "<stdin>"


def folder_of(file: str) -> str:
    """Return the folder of a plan, below which all its files must be; for standard input the current one."""
    return "." if file == STDIN else str(Path(file).parent)


def find(name: str, place: Place, folder: str) -> Path:
    """Find a file by the name that stands at `place`; `folder` is the plan's.

    Raises ValueError, saying what is wrong, when there is no such file or it lies outside the folder.
    """
    root = Path(folder).resolve()
    path = (Path(folder_of(place.file)) / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"it must be below the plan's folder {root.name or root}")
    if path.is_dir():
        raise ValueError("this is a folder; name a file")
    if not path.is_file():
        raise ValueError(_missing(path))
    return path


def _missing(path: Path) -> str:
    """Say that a file is not there, and what was probably meant."""
    beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    near = suggestion(path.name, beside)
    return f"there is no such file; {near}" if near.startswith("did you") else "there is no such file"
