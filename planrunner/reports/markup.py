"""GitHub's Markdown: foreign text quoted, tables, and what is folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from planrunner.reports.wording import clip

SENTENCE = 240  # characters of a verdict

PLAIN = re.compile(r"(?:[A-Za-z0-9_ ,;:.%/()'=>~+\u2026\u2212-]|<(?=[ =])|`[a-z_]+`)*")


def prose(text: str) -> str:
    """Leave a sentence as it is where nothing in it can mean anything to GitHub, and quote it elsewhere."""
    harmless = PLAIN.fullmatch(text) and "://" not in text and "www." not in text and text.count("~") < 2
    return text if harmless else code(text, SENTENCE)


def code(text: str, length: int = 120) -> str:
    """Quote foreign text so that nothing in it is Markdown, HTML, a mention or a reference."""
    text = clip(text, length).strip()
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Write a table; GitHub splits rows at pipes before it looks for code spans, so pipes are escaped."""
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Fold lines away behind a title."""
    yield from (f"<details><summary>{title}</summary>", "", *lines, "</details>", "")
