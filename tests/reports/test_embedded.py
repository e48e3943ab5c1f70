"""What every HTML report has in it: the scripts and styles that are shipped, and a policy for just these."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import samples
from rich_run import rich

from planrunner.reports.html import html
from planrunner.reports.html.script import data, embedded
from planrunner.result import Result

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "planrunner" / "reports" / "assets" / "uplot"
UPLOT = {
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}
"""The files of uplot 1.6.32 as npm has them."""


def inside(page: str, tag: str) -> list[str]:
    return re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)


def told(result: Result) -> str:
    found = re.search('<script type="application/json" id="data">(.*?)</script>', html(result), re.DOTALL)
    assert found
    return found[1]


def test_uplot_is_shipped_as_it_was_published() -> None:
    found = {name: sha256((ASSETS / name).read_bytes()).hexdigest() for name in UPLOT}
    assert found == UPLOT
    assert "(v1.6.32)" in (ASSETS / "uPlot.iife.min.js").read_text("utf-8")[:200]
    assert "Copyright (c) 2022 Leon Sorokin" in (ASSETS / "LICENSE").read_text("utf-8")


def test_the_policy_allows_the_page_its_own_scripts_and_styles_and_nothing_else() -> None:
    page = html(samples.hostile())
    own = [*inside(page, "style"), *inside(page, "script")]
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in own]
    policies = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    style, *scripts = hashes
    wanted = (
        f"default-src 'none'; style-src {style}; script-src {' '.join(scripts)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert [text.replace("&#39;", "'") for text in policies] == [wanted]


def test_nothing_that_is_embedded_ends_its_element() -> None:
    scripts = "".join(embedded().scripts).lower()
    assert [
        text for text in ("</script", "<!--", "</style") if text in scripts + embedded().styles.lower()
    ] == []


def test_the_licence_of_what_is_embedded_stands_in_the_page() -> None:
    licence = (ASSETS / "LICENSE").read_text("utf-8")
    assert licence in html(samples.empty())


def test_no_style_is_written_into_an_element_which_the_policy_would_forbid() -> None:
    body = html(rich()).partition("<body>")[2].partition("<script")[0]
    assert re.findall(r' (?:style|on\w+)="', body) == []


def test_the_numbers_of_the_timeline_are_all_in_the_page() -> None:
    found = json.loads(told(rich()))
    course = rich().timeline
    for name in ("at", "seconds", "vus", "iterations", "requests", "failed", "p50", "p95", "p99"):
        assert tuple(found["timeline"][name]) == getattr(course, name)
    assert (found["limit"], found["warm"]) == ({"seconds": 0.5, "told": "p(95) < 500ms"}, [[0.0, 15.0]])


def test_the_numbers_of_the_requests_are_those_by_which_they_are_sorted() -> None:
    first, *_ = rich().requests
    row = json.loads(told(rich()))["requests"][0]
    assert row == [
        *(first.count, first.failed, first.rate, first.min, first.avg),
        *(first.med, first.p90, first.p95, first.p99, first.max),
    ]


def test_foreign_text_among_the_numbers_ends_no_element_and_no_line() -> None:
    limit = replace(samples.failed().thresholds[0], expression="</script>&\u2028\u2029")
    written = data(replace(samples.failed(), thresholds=(limit,)), 10)
    assert [sign for sign in "<>&\u2028\u2029" if sign in written] == []
    assert json.loads(written)["limit"]["told"].startswith("</script>&")


def test_whatever_a_page_is_made_of_is_shipped() -> None:
    patterns = {
        "planrunner.reports": ("assets/*/*", "templates/*"),
        "planrunner.reports.html": ("scripts/*", "styles/*", "templates/*", "templates/sections/*"),
    }
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = {room: re.findall('"([^"]*)"', re.findall(f'"{room}" = (.*)', settings)[0]) for room in patterns}
    assert {room: tuple(found) for room, found in listed.items()} == patterns
    rooms = {room: ROOT.joinpath(*room.split(".")) for room in patterns}
    shipped = {file for room, found in patterns.items() for each in found for file in rooms[room].glob(each)}
    there = {file for room in rooms.values() for file in room.rglob("*") if file.is_file()}
    assert [file for file in there - shipped if file.suffix not in {".py", ".pyc"}] == []
