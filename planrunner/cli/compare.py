"""`planrunner compare`: says what changed between two runs of a plan, or between several of each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from planrunner.cli.earlier import earlier
from planrunner.cli.effects import effects
from planrunner.cli.options import option
from planrunner.cli.telling import colored, tell, width
from planrunner.cli.writing import Content, Written, prepare, write
from planrunner.compare.alike import ASPECTS, Aspect
from planrunner.compare.compare import compare
from planrunner.errors import Exit
from planrunner.reports.compared import comparison_markdown
from planrunner.reports.comparing import comparison_text
from planrunner.result import Comparison, Effect

FILE = click.Path(dir_okay=False)


@click.command("compare", short_help="Say what changed between runs of a plan.")
@click.argument("base", type=click.Path())
@click.argument("head", type=click.Path())
@effects
@option(
    "--despite",
    type=click.Choice(ASPECTS),
    multiple=True,
    help="Compare although this differs.",
)
@option("--markdown", type=FILE, help="Write the comparison as Markdown to this file.")
@option("--json", "json_file", type=FILE, help="Write the comparison as JSON to this file.")
@option(
    "--fail-on",
    type=click.Choice(["regression"]),
    help="Exit with 120 when the head is worse, on evidence that carries it.",
)
@option("--no-color", is_flag=True, help="Print without colours, as where NO_COLOR is set.")
def command(base: str, head: str, effect: Effect, despite: tuple[Aspect, ...], **rest: Any) -> int:
    """Hold HEAD against BASE: result files, or folders in which all results are runs of one plan.

    Two runs of the same code differ too, so one run of each carries no verdict: it takes five of each, eight
    of the base for one of the head, or `run --versus`, which measures both side by side. The exit code is 0
    whatever came out, but for --fail-on.
    """
    sides = earlier(base, "BASE"), earlier(head, "HEAD")
    found = compare(*sides, (base, head), effect, despite)
    written = _write(found, rest["markdown"], rest["json_file"], {base, head})
    there = sys.stdout.isatty()
    color = there and colored(rest["no_color"])
    text = comparison_text(found, color=color, width=width() if there else 0)
    tell(text.removesuffix("\n"), *written.told())
    written.settle()
    return Exit.REGRESSION if rest["fail_on"] and found.regressed else Exit.PASSED


def _write(found: Comparison, markdown: str | None, json_file: str | None, read: set[str]) -> Written:
    contents: list[Content] = []
    if markdown:
        contents.append((Path(markdown), lambda: comparison_markdown(found).encode()))
    if json_file:
        contents.append((Path(json_file), lambda: msgspec.json.format(msgspec.json.encode(found)) + b"\n"))
    prepare([path for path, _ in contents], {Path(name): "what is compared" for name in read})
    return write(contents)
