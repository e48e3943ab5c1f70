"""What becomes of the plans of one run: what is told of each and of all, and one exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from msgspec import Struct

from planrunner.cli.files import Files
from planrunner.cli.keeping import History
from planrunner.cli.plans import Opened
from planrunner.cli.writing import Written, write
from planrunner.engine.checked import Checked
from planrunner.engine.versus.contest import Contest
from planrunner.errors import PRECEDENCE, Exit
from planrunner.reports import Flavor, index_files
from planrunner.reports.entries import Entry, lines, slim
from planrunner.reports.wording import clip
from planrunner.result import Result


class Ready(Struct, frozen=True):
    """A plan that can be run, and what is written of it."""

    opened: Opened
    files: Files
    mask: Callable[[str], str]  # makes the plan's secrets invisible
    history: History | None = None
    contest: Contest | None = None  # with another target

    @property
    def work(self) -> Checked | Contest:
        """What is to be run."""
        return self.contest or self.opened.checked

    def kept(self, result: Result, slug: str) -> Written:
        """Keep the result, where that is asked for."""
        return self.history.add(result, slug) if self.history else Written([], [], [])


@dataclass(slots=True)
class Batch:
    """The plans of one run in their order, and what became of them so far."""

    entries: list[Entry]
    index: Sequence[Path] = ()  # where INDEX is written
    flavor: Flavor = "jenkins"
    written: list[Written] = field(default_factory=list)
    told: Written = field(default_factory=lambda: Written([], [], []))  # the index as it was written last

    def heading(self, number: int) -> list[str]:
        """Say which plan this is, where there are several."""
        if len(self.entries) == 1:
            return []
        told = f"plan {number + 1} of {len(self.entries)}: {clip(self.entries[number].file)}"
        return [*[""] * bool(number), told, ""]

    def ended(self, number: int, result: Result, *written: Written) -> None:
        """Note what became of a plan, and write the index: it is there whatever happens to the next one."""
        self.entries[number] = replace(self.entries[number], result=slim(result))
        self.written.extend(written)
        self.told = write((path, partial(self._made, path.name)) for path in self.index)

    def _made(self, name: str) -> bytes:
        return index_files(self.flavor)[name](self.entries)

    def ending(self) -> list[str]:
        """Say what became of all of them, where there are several."""
        if len(self.entries) == 1:
            return []
        return ["", *lines(self.entries), *self.told.told()]

    def settle(self) -> None:
        """Raise what is wrong with any report of any plan."""
        Written(
            [],
            [text for part in (*self.written, self.told) for text in part.complaints],
            [fault for part in (*self.written, self.told) for fault in part.faults],
        ).settle()

    @property
    def exit_code(self) -> int:
        """The one of their exit codes that takes precedence; who was not run was interrupted."""
        codes = {entry.result.exit_code if entry.result else Exit.INTERRUPTED for entry in self.entries}
        return next(code for code in PRECEDENCE if code in codes)
