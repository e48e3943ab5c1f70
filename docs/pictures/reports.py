"""Makes the pictures of the report, of a run of plan.yml: `python -m pictures.reports RESULT`, in docs/."""

import sys
from pathlib import Path

from browser_looks import Look, look

from planrunner.reports.html import html
from planrunner.result import from_json

IMAGES = Path(__file__).parents[1] / "images"
HEIGHT = 1640  # down to the end of the timeline


def main(result: Path) -> None:
    """Write the upper part of the report, light and dark."""
    page = result.with_name("pictured.html").resolve()
    page.write_text(html(from_json(result.read_bytes())), encoding="utf-8")
    names = {"light": "report.png", "dark": "report-dark.png"}
    look(*(Look(str(page), scheme, height=HEIGHT, shot=str(IMAGES / name)) for scheme, name in names.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
