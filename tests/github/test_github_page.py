"""What people read on GitHub: the verdict first, as far as there is room, and nothing that strangers say."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from compared_runs import run
from read_markdown import outside_code
from samples import NASTY, failed, hostile, interrupted, never_ran, passed, unjudged

from planrunner.compare.compare import compare
from planrunner.github.job import Job, Planned, Wrong
from planrunner.github.runner import MOST_SUMMARY
from planrunner.github.writing.links import Links, in_repository, linked
from planrunner.github.writing.page import MOST_COMMENT, page
from planrunner.reports.entries import Entry
from planrunner.result import Result

LINKS = Links(
    "https://github.example/pizza/shop",
    "a" * 40,
    "tests",
    "4711",
    "https://g.example/1",
    "https://g.example/2",
)


def entries(*results: Result | None) -> list[Entry]:
    names = ["", "two", "three"] if len(results) == 1 else [f"plan-{n}" for n in range(len(results))]
    return [
        Entry("Shop", f"{name or 'shop'}.yml", name, one) for name, one in zip(names, results, strict=False)
    ]


def written(*results: Result | None, most: int = MOST_COMMENT, problems: Sequence[Wrong] = ()) -> str:
    job = Job("failed", 99, problems=tuple(problems), plans=tuple(Planned("shop.yml") for _ in results))
    return page(job, entries(*results), LINKS, most, "09:26 UTC")


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (failed(), "### ❌ Load test failed: 3 of 7 thresholds broken, 1 without data"),
        (passed(), "### ✅ Load test passed: 3 of 3 thresholds hold"),
        (interrupted(), "### ⚠️ Load test interrupted after 12.5s: 3 of 3 thresholds held until then"),
        (unjudged(), "### ⚠️ Load test nothing was judged: the plan has no thresholds"),
        (never_ran(), "### ❌ Load test"),
    ],
)
def test_the_verdict_comes_first(result: Result, said: str) -> None:
    assert written(result).startswith(said)


def test_broken_limits_stand_open_with_their_lines_and_the_others_are_folded_away() -> None:
    text = written(failed())
    open_part, _, folded = text.partition("<details>")
    assert [mark in open_part for mark in ("❌", "❔", "✅")] == [True, True, False]
    assert folded.startswith("<summary>3 limits hold</summary>")
    assert (
        f"[line 47](https://github.example/pizza/shop/blob/{'a' * 40}/tests/plans/pizza.yml#L47)" in open_part
    )
    assert "[the full report](https://g.example/1) · [all files](https://g.example/2)" in text
    assert text.endswith("· commit `aaaaaaa` · 09:26 UTC\n")


def test_what_changed_stands_open() -> None:
    found = compare(
        [run(seed) for seed in range(6)], [run(seed, 1.5) for seed in range(6, 12)], ("base", "head")
    )
    open_part = written(replace(passed(), comparison=found)).partition("<details>")[0]
    assert "#### ❌ Compared with base: slower: " in open_part
    assert "| All requests | Base → head | Change | Likely |" in open_part


def test_no_table_is_wider_than_four_columns() -> None:
    for line in written(failed(), passed()).splitlines():
        assert line.count(" | ") <= 3 or not line.startswith("|"), line


def test_a_plan_that_was_not_run_has_a_row_too() -> None:
    text = written(failed(), None)
    assert "### ❌ 2 plans: 1 failed, 1 not run" in text
    assert "| ⏭️ [`plan-1.yml`](" in text


@pytest.mark.parametrize("most", [4_000, 20_000, MOST_COMMENT, MOST_SUMMARY // 4])
@pytest.mark.parametrize("count", [1, 3, 40])
def test_a_page_is_as_long_as_there_is_room_and_stays_whole(most: int, count: int) -> None:
    busy = replace(failed(), errors=failed().errors * 50, checks=failed().checks * 50)
    text = written(*[busy] * count, most=most)
    assert len(text) <= most
    assert text.count("<details>") == text.count("</details>")
    assert text.startswith("### ❌")


def test_the_head_of_a_page_is_what_stays() -> None:
    many = replace(failed(), thresholds=failed().thresholds * 100)
    text = written(many, most=5_000)
    assert len(text) <= 5_000
    assert "Left out, so that this is not too long: " in text


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "nasty", [NASTY, "<b>" * 50, "@everyone" * 30, "](http://evil.example) [x", "`" * 200]
)
def test_what_strangers_say_stays_in_code(count: int, nasty: str) -> None:
    wrong = Wrong(nasty[:1000], nasty[:1000], 3, hint=nasty[:1000])
    text = written(*[hostile(nasty)] * count, problems=[wrong] * 3)
    told = outside_code(text)
    assert not [word for word in ("@everyone", "<b>", "evil", "<script", "#123") if word in told]
    assert told.count("<details>") == told.count("</details>")


def test_more_problems_than_are_read_are_counted() -> None:
    text = written(problems=[Wrong(f"mistake {number}", "shop.yml", number) for number in range(1, 41)])
    assert text.count("- ❌ [`shop.yml:") == 30
    assert "And 10 more problems." in text


def test_a_warning_is_told_from_a_mistake() -> None:
    text = written(problems=[Wrong("odd", severity="warning", hint="do this")])
    assert "- ⚠️ `odd` (`do this`)" in text


@pytest.mark.parametrize(
    ("folder", "file", "path"),
    [
        (".", "plans/a.yml", "plans/a.yml"),
        ("tests", "./a.yml", "tests/a.yml"),
        ("tests/load", "../a.yml", "tests/a.yml"),
        ("a\\b", "c.yml", "a/b/c.yml"),
        (".", "../a.yml", ""),
        ("..", "a.yml", ""),
        (".", "/etc/passwd", ""),
        (".", "", ""),
    ],
)
def test_a_plan_is_found_from_the_root_of_the_repository_on(folder: str, file: str, path: str) -> None:
    assert in_repository(folder, file) == path


@pytest.mark.parametrize("file", ["../a.yml", "x" * 301])
def test_what_is_in_no_repository_is_no_link(file: str) -> None:
    assert LINKS.line(f"../{file}", 1) == ""


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://a b", "https://x)[y](z", "https://x<y"])
def test_what_is_no_url_of_the_web_is_no_link(url: str) -> None:
    assert linked("text", url) == "text"


def test_odd_names_are_quoted_in_links() -> None:
    assert LINKS.line("a (1)/ü#%.yml", 3).endswith("/tests/a%20%281%29/%C3%BC%23%25.yml#L3")
