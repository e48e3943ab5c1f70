"""Running copies of the plans in plans/ against one shop that is there already."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

PLANS = Path(__file__).parents[2] / "plans"
PARTS = "parts"
"""The folders of files that plans use, and that are no plans themselves."""

ALL = sorted(path for path in PLANS.rglob("*.yml") if PARTS not in path.parts)
ONCE = ("--vus", "1", "--iterations", "1")


def name(path: Path) -> str:
    """Name a plan in the list of tests."""
    return str(path.relative_to(PLANS))


def stated(path: Path) -> int:
    """Return the exit code that a plan's comment announces: 0 unless it says `the exit code is N`."""
    said = re.search(r"^#.*the exit code is (\d+)", path.read_text(), re.MULTILINE)
    return int(said[1]) if said else 0


@dataclass
class Bench:
    """Where plans are run: a shop, and a folder for copies and reports."""

    shop: str
    folder: Path

    def copy(self, plan: str | Path) -> Path:
        """Copy a plan with all its files; its target is the shop and it thinks for next to no time."""
        folder = self.folder / "copy"
        shutil.copytree((PLANS / plan).parent, folder, dirs_exist_ok=True)
        copied = folder / Path(plan).name
        text = re.sub(
            r"\b(target|default): (demo|\"http://localhost:3333\")", rf"\1: {self.shop}", copied.read_text()
        )
        copied.write_text(re.sub(r"(- think:) [\w-]+", r"\1 1ms", text))
        return copied

    def run(self, plan: str | Path, *options: str) -> tuple[int, Result]:
        """Run a copy of a plan; return the exit code and the result."""
        code = outcome(["run", str(self.copy(plan)), *options, "--report-dir", str(self.folder)])
        return code, from_json((self.folder / "result.json").read_bytes())
