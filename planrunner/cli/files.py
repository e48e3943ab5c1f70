"""The reports a run was asked for: their folders are made before it, their files written after it.

What the plan was read from, and what it sends, is no place for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from planrunner.cli.texts import Text
from planrunner.cli.writing import Written, prepare, write
from planrunner.engine.checked import Checked
from planrunner.errors import Problems
from planrunner.plan.files import find, folder_of
from planrunner.plan.model import Condition, Dataset, FileBody, Part, Plan, Setting
from planrunner.reports import REPORTS, Flavor, reports
from planrunner.reports.flat import flat
from planrunner.result import Result
from planrunner.values.names import Names
from planrunner.values.settings import resolve

OPTIONS: Mapping[str, Callable[[Result], bytes]] = {
    "html": REPORTS["report.html"],
    "markdown": REPORTS["report.md"],
    "summary_export": lambda result: flat(result).encode(),
}
"""Reports that have an option of their own, but for JUnit, which has flavours."""


class Files(Struct, frozen=True):
    """What to write where: option names and paths; `report_dir` is a folder for all REPORTS.

    Where the reports are made of a file that stands in that folder, it stays as it is.
    """

    asked: Mapping[str, str]
    source: Path | None = None
    without: frozenset[str] = frozenset()  # names of REPORTS that the folder does not have
    flavor: Flavor = "jenkins"
    texts: tuple[Text, ...] = ()

    def paths(self) -> Iterator[tuple[Path, Callable[[Result], bytes]]]:
        """Yield each file and what makes its content."""
        all_of_them = reports(self.flavor)
        for name, path in self.asked.items():
            if name == "report_dir":
                for file, report in all_of_them.items():
                    if file not in self.without and (Path(path) / file).resolve() != self.source:
                        yield Path(path) / file, report
            else:
                yield Path(path), all_of_them["junit.xml"] if name == "junit" else OPTIONS[name]
        yield from ((text.file, text.content) for text in self.texts if text.file)

    def prepare(self, taken: Mapping[Path, str]) -> None:
        """Make the folders and see that they can be written to: better now than after an hour of load.

        Raises SetupError; UsageError when a report would overwrite another one or what is `taken`.
        """
        prepare((path for path, _ in self.paths()), taken)

    def write(self, result: Result) -> Written:
        """Write the files, each whole or not at all, and whatever becomes of the others."""
        written = write((path, partial(report, result)) for path, report in self.paths())
        for text in self.texts:
            if text.file is None:
                written.say(partial(text.render, result))
        return written


def taken(checked: Checked, read: Iterable[str], env_file: str | None, baseline: str) -> dict[Path, str]:
    """Name what no report may overwrite: the plan, what it uses, and the baseline, for the next run too."""
    mine = used(checked.plan, checked.given.variables, read, env_file)
    return {
        **dict.fromkeys(mine, "a file that the plan uses"),
        Path(checked.plan.file): "the plan",
        **({Path(baseline): "the baseline"} if baseline else {}),
    }


def used(
    plan: Plan, variables: Mapping[str, Any], read: Iterable[str], env_file: str | None
) -> Iterator[Path]:
    """Yield the files that a plan uses: those whose text was `read`, and those that it names."""
    yield from map(Path, read)
    folder = folder_of(plan.file)
    yield Path(env_file or Path(folder) / ".env")
    names = Names(variables, runtime=False, folder=folder)
    for setting in _naming(plan):
        name = resolve(setting, names, str, Problems())
        with suppress(ValueError):  # not there, in a part of the plan that is not used: nothing can be lost
            yield find(name or "", setting.place, folder)


def _naming(part: object) -> Iterator[Setting]:
    """Yield what names a file, anywhere in a part of the plan."""
    match part:
        case (
            FileBody(file=Setting() as file)
            | Part(file=Setting() as file)
            | Dataset(file=Setting() as file)
            | Condition(matcher="file", wanted=Setting() as file)
        ):
            yield file
    members: Iterable[object] = ()
    if isinstance(part, Struct):
        members = asdict(part).values()
    elif isinstance(part, Mapping):
        members = part.values()
    elif isinstance(part, tuple):
        members = part
    for member in members:
        yield from _naming(member)
