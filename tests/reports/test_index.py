"""The index of several plans: the worst first, and nothing in it but text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import samples

from planrunner.reports.entries import Entry, heading, lines, slim
from planrunner.reports.index import index_html, index_md
from planrunner.result import Timeline

ENTRIES = [
    Entry("Pizza", "plans/pizza.yml", "pizza", samples.failed()),
    Entry("Quick", "plans/quick.yml", "quick", samples.passed()),
    Entry("Later", "plans/later.yml", "later"),
]
HOSTILE = [
    Entry(samples.NASTY, samples.NASTY, "shop", slim(samples.hostile())),
    Entry(samples.NASTY, samples.NASTY, "later"),
]


def test_the_heading_counts_the_worst_first() -> None:
    assert heading(ENTRIES) == "3 plans: 1 failed, 1 not run, 1 passed"
    assert heading([Entry("", "", "", samples.unjudged())] * 2) == "2 plans: 2 not judged"


def test_the_terminal_has_a_line_for_each_plan() -> None:
    assert lines(ENTRIES)[2:] == [
        "    ✗ plans/pizza.yml  failed: 3 of 7 thresholds broken, 1 without data",
        "    ✓ plans/quick.yml  passed: 3 of 3 thresholds hold",
        "    - plans/later.yml  not run",
        "",
    ]


def test_markdown_is_a_table_that_leads_to_the_reports() -> None:
    assert index_md(ENTRIES).splitlines() == [
        "### ❌ 3 plans: 1 failed, 1 not run, 1 passed",
        "",
        "| Plan | Verdict | Requests | Slow 5 % (p95) |",
        "|---|---|---|---|",
        (
            "| ❌ [`Pizza`](pizza/report.md) | `failed: 3 of 7 thresholds broken, 1 without data` "
            "| 6,512, 1.33% failed | 518.97ms |"
        ),
        "| ✅ [`Quick`](quick/report.md) | `passed: 3 of 3 thresholds hold` | 6,512 | 518.97ms |",
        "| ⏭️ `Later` | `not run` |  |  |",
    ]


def test_the_page_leads_to_the_reports_of_those_that_were_run() -> None:
    page = index_html(ENTRIES)
    assert re.findall(r'href="([^"]*)"', page) == ["pizza/report.html", "quick/report.html"]
    assert "3m30s" in page


def test_a_plan_without_a_name_or_numbers_has_a_line_too() -> None:
    entry = Entry("", "x.yml", "x", samples.empty())
    assert "| ❌ [`x`](x/report.md) | `failed: 1 of 1 thresholds without data` |  |  |" in index_md([entry])
    assert ">x</a>" in index_html([entry])


def test_an_index_of_plans_that_never_ran_has_no_date() -> None:
    assert "begun" not in index_html(ENTRIES[2:])


def test_hostile_text_stays_text_in_the_page() -> None:
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(index_html(HOSTILE))
    assert {"script", "img"} & set(tags) == set()
    assert index_html(HOSTILE).replace("\n", "").isprintable()


def test_hostile_text_stands_in_code_spans_in_markdown() -> None:
    table = index_md(HOSTILE)
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", table)
    assert [word for word in ("img", "@everyone", "![", "<!--", "`") if word in outside] == []
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()[2:]} == {5}


def test_hostile_text_moves_no_cursor() -> None:
    assert all(line.isprintable() for line in lines(HOSTILE))


def test_many_plans_are_kept_without_what_only_their_own_reports_tell() -> None:
    kept = slim(samples.failed())
    assert (kept.series, kept.timeline) == ((), Timeline())
    assert replace(samples.failed(), series=(), timeline=Timeline()) == kept
