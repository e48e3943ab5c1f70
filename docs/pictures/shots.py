"""Pictures of pages and terminals, taken by Chromium."""

from __future__ import annotations

import html
import subprocess
import tempfile
from pathlib import Path

from nginx import program

TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #16181d; color: #d8dce3; }}
pre {{ margin: 16px; font: 14px/1.45 "DejaVu Sans Mono", monospace; }}
b {{ color: #8ab4f8; font-weight: 400; }}
</style><pre><b>{title}</b>
{text}</pre>"""
LINE = 20.3  # pixels
AROUND = 40  # pixels


def photograph(address: str, file: Path, width: int = 1200, height: int = 820) -> None:
    """Write a picture of a page as it is when its scripts are done."""
    look = [program("chromium") or "chromium", "--headless", "--no-sandbox", "--hide-scrollbars"]
    size = f"--window-size={width},{height}"
    subprocess.run(  # noqa: S603 - only our own words are in it
        [*look, size, "--virtual-time-budget=8000", f"--screenshot={file}", address], check=True
    )


def page(text: str, file: Path, width: int = 1200, height: int = 820) -> None:
    """Write a picture of a page that is not there yet."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "page.html"
        written.write_text(text, encoding="utf-8")
        photograph(written.as_uri(), file, width, height)


def terminal(title: str, text: str, file: Path, width: int = 1000) -> None:
    """Write a picture of text in a terminal, below a command or another title."""
    lines = text.rstrip("\n").splitlines()
    told = TERMINAL.format(title=html.escape(title), text=html.escape("\n".join(lines)))
    page(told, file, width, int(LINE * (len(lines) + 1)) + AROUND)
