"""What can be read on what, in both themes: contrast ratios of WCAG 2.2, of the style sheet."""

import re
from itertools import product

import pytest

from planrunner.reports.html.charts.drawing import COLORS, TEXT
from planrunner.reports.html.script import embedded

PAIRS = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")
THEMES = ("light", "dark")
TONES = [*product(THEMES, ("green", "red", "amber"))]


def colors(theme: str) -> dict[str, str]:
    return {name: pair[THEMES.index(theme)] for name, *pair in PAIRS.findall(embedded().styles)}


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["ink", "dim", "link", "green", "red", "amber"])
def test_text_can_be_read_on_every_ground(theme: str, text: str) -> None:
    found = colors(theme)
    ratios = {ground: contrast(found[text], found[ground]) for ground in ("page", "card", "soft")}
    assert [(ground, ratio) for ground, ratio in ratios.items() if ratio < 4.5] == []


@pytest.mark.parametrize(("theme", "tone"), TONES)
def test_a_verdict_can_be_read_on_its_own_ground(theme: str, tone: str) -> None:
    found = colors(theme)
    assert contrast(found[tone], found[f"{tone}-soft"]) >= 4.5
    assert contrast(found["card"], found[tone]) >= 4.5  # the sign in the disc


@pytest.mark.parametrize(("theme", "tone"), TONES)
def test_the_text_of_the_banner_can_be_read_where_it_is_coloured_most(theme: str, tone: str) -> None:
    found = colors(theme)
    assert min(contrast(found[text], found[f"{tone}-soft"]) for text in ("ink", "dim")) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("line", ["vus", "requests", "failed", "p50", "p95", "p99"])
def test_lines_of_charts_can_be_seen(theme: str, line: str) -> None:
    assert contrast(colors(theme)[line], colors(theme)["card"]) >= 3


@pytest.mark.parametrize("name", sorted(COLORS))
def test_charts_can_be_seen_on_white_without_the_style_sheet(name: str) -> None:
    assert contrast(COLORS[name], "#ffffff") >= 3
    assert contrast(TEXT, "#ffffff") >= 4.5
