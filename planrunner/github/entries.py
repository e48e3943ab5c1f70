"""The plans of a job with their results, read from a folder, or from an artifact that anybody made."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from planrunner.github.job import NAME, Job, Planned, from_json
from planrunner.reports.entries import Entry
from planrunner.result import Result
from planrunner.result import from_json as result_from_json

MOST = 8_000_000  # bytes of one file; results are made to fit into five million
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)
"""What a strange archive may make of its reader."""

Read: TypeAlias = Callable[[str], bytes]
"""Returns the content of a file by its name; ValueError where it cannot."""


def entries(job: Job, read: Read) -> list[Entry]:
    """Read the results of the plans that ran."""
    return [_entry(plan, read) for plan in job.plans]


def _entry(plan: Planned, read: Read) -> Entry:
    result = _result(read(plan.result)) if plan.ran else None
    return Entry(result.plan.name if result else plan.file, plan.file, plan.slug, result)


def _result(data: bytes) -> Result:
    try:
        return result_from_json(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def of_folder(folder: Path) -> Read:
    """Read files of a folder."""

    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as error:
            raise ValueError(f"{name} cannot be read: {error.strerror}") from None

    return read


def of_archive(data: bytes) -> Read:
    """Read files of a ZIP archive in memory: nothing of it is written anywhere, and no bomb goes off."""

    def read(name: str) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as file:
                content = file.read(MOST + 1)
        except KeyError:
            raise ValueError(f"it has no {name}") from None
        except BROKEN as error:
            raise ValueError(f"{name} cannot be unpacked: {error}") from None
        if len(content) > MOST:
            raise ValueError(f"{name} is larger than {MOST:,} bytes")
        return content

    return read


def opened(read: Read) -> tuple[Job, list[Entry]]:
    """Read a job with its plans; ValueError says what is wrong."""
    try:
        job = from_json(read(NAME))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return job, entries(job, read)
