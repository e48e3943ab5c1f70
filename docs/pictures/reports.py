"""Makes the pictures of the report, of a run of docs/pictures.yml: `python docs/pictures.py result.json`."""  # noqa: INP001 - a script

import sys
from pathlib import Path

DOCS = Path(__file__).parent
HEIGHT = 1640  # down to the end of the timeline
sys.path[:0] = [str(DOCS.parent / "tests"), str(DOCS.parent / "tests" / "reports")]

from browser_looks import Look, look  # noqa: E402

from planrunner.reports.html import html  # noqa: E402
from planrunner.result import from_json  # noqa: E402


def main(result: Path) -> None:
    """Write the upper part of the report, light and dark."""
    page = result.with_name("pictured.html").resolve()
    page.write_text(html(from_json(result.read_bytes())), encoding="utf-8")
    names = {"light": "report.png", "dark": "report-dark.png"}
    look(
        *(
            Look(str(page), scheme, height=HEIGHT, shot=str(DOCS / "images" / name))
            for scheme, name in names.items()
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
