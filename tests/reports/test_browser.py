"""The HTML report in a real browser: with and without its script, light and dark, narrow and printed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import samples
from browser_looks import Look, Seen, look
from pizza_run import moments
from rich_run import rich
from search_samples import searched

from planrunner.reports.html import html
from planrunner.result import Request, Result, columns

pytestmark = [pytest.mark.slow, pytest.mark.server("chromium"), pytest.mark.server("node")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("page"), rich())


def written(folder: Path, result: Result) -> str:
    file = folder / "report.html"
    file.write_text(html(result), encoding="utf-8")
    return str(file)


def brief(result: Result) -> Result:
    """Cut the timeline: the rules take seconds for hundreds of rows that are all alike."""
    return replace(result, timeline=columns(moments(12))) if result.timeline else result


def quiet(seen: Seen) -> bool:
    return (seen.said, seen.asked, seen.faults) == ([], [], [])


WIDTH = "document.documentElement.scrollWidth"
SHOWN = """[...document.querySelectorAll("#timeline svg.chart, #timeline canvas")]
    .filter((one) => one.getClientRects().length).map((one) => one.tagName.toLowerCase())"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 375)])
def test_it_says_nothing_asks_nothing_and_can_be_used_by_all(page: str, scheme: str, width: int) -> None:
    (seen,) = look(Look(page, scheme=scheme, width=width, run=WIDTH, rules=True))
    assert (seen.said, seen.asked, seen.faults) == ([], [], [])
    assert seen.value == width  # nothing sticks out


@pytest.mark.parametrize(("scheme", "width"), [("light", 375), ("dark", 1200)])
def test_each_scheme_fits_each_width(page: str, scheme: str, width: int) -> None:
    (seen,) = look(Look(page, scheme=scheme, width=width, run=WIDTH))
    assert (seen.value, quiet(seen)) == (width, True)


@pytest.mark.parametrize(
    "sample",
    [
        samples.passed,
        samples.unjudged,
        samples.interrupted,
        samples.empty,
        samples.never_ran,
        samples.hostile,
        searched,
    ],
    ids=lambda sample: sample.__name__,
)
def test_other_runs_are_as_quiet(sample: Callable[[], Result], tmp_path: Path) -> None:
    file = written(tmp_path, brief(sample()))
    seen = look(Look(file, rules=True), Look(file, scheme="dark", width=375, run=WIDTH, rules=True))
    assert [(one.said, one.asked, one.faults) for one in seen] == [([], [], [])] * 2
    assert seen[1].value == 375


def test_with_its_script_the_timeline_can_be_zoomed_and_without_it_is_drawn(page: str) -> None:
    scripted, plain, printed = look(
        Look(page, run=SHOWN), Look(page, script=False, run=SHOWN), Look(page, media="print", run=SHOWN)
    )
    assert (scripted.value, plain.value, printed.value) == (["canvas", "canvas"], ["svg"], ["svg"])
    assert (plain.said, plain.asked) == ([], [])


KEYS = """async () => {
    const chart = document.querySelector(".plots"), moment = document.querySelector(".moment");
    const press = async (key) => {
        chart.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        await new Promise((done) => setTimeout(done, 50));
        return moment.textContent;
    };
    const told = [];
    for (const key of ["Home", "ArrowRight", "End", "ArrowLeft"]) told.push(await press(key));
    const all = [...document.querySelectorAll(".tools .tool")].at(-1);
    const hidden = [all.hidden];
    await press("+");
    hidden.push(all.hidden);
    await press("Escape");
    return [told.map((each) => each.split(" ")[0]), [...hidden, all.hidden]];
}"""


def test_the_timeline_can_be_gone_through_by_keyboard(page: str) -> None:
    (seen,) = look(Look(page, run=f"({KEYS})()"))
    assert quiet(seen)
    assert seen.value == [["0sVUs", "1sVUs", "3m29sVUs", "3m28sVUs"], [True, False, True]]


SAME = """(async () => {
    const chart = document.querySelector(".plots"), moment = document.querySelector(".moment"), wrong = [];
    for (const row of document.querySelectorAll("#timeline details:last-of-type tbody tr")) {
        chart.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        await new Promise((done) => setTimeout(done));
        const cells = [...row.cells].map((cell) => cell.textContent.trim());
        const told = [...moment.children].map((part) => part.textContent.split(" ").at(-1));
        const pairs = [[0, 0], [4, 5], [5, 6], [6, 7]];
        if (pairs.some(([n, at]) => told[n] !== cells[at])) wrong.push([told, cells]);
    }
    return [document.querySelectorAll("#timeline details:last-of-type tbody tr").length, wrong];
})()"""


def test_the_script_writes_numbers_as_the_table_does(page: str) -> None:
    (seen,) = look(Look(page, run=SAME))
    assert seen.value == [210, []]


TOGGLED = """(() => {
    const button = document.querySelector(".tools button"), before = button.getAttribute("aria-pressed");
    button.click();
    return [button.textContent, before, button.getAttribute("aria-pressed")];
})()"""


def test_lines_can_be_switched_off(page: str) -> None:
    (seen,) = look(Look(page, run=TOGGLED))
    assert (seen.value, quiet(seen)) == (["VUs (left)", "true", "false"], True)


SORTED = """(() => {
    const names = () => [...document.querySelectorAll(".sortable tbody > tr:first-child > th")]
        .map((head) => head.textContent.match(/login|recommend|ready/)[0]);
    const heads = [...document.querySelectorAll(".sortable thead th")];
    const by = (column) => { heads[column].querySelector("button").click(); return names(); };
    const all = [names(), by(8), by(8), by(0)];
    return [...all, heads.map((head) => head.getAttribute("aria-sort")).filter(Boolean)];
})()"""


def test_requests_are_put_in_order_and_their_outcomes_stay_with_them(page: str) -> None:
    (seen,) = look(Look(page, run=SORTED))
    assert quiet(seen)
    assert seen.value == [
        ["login", "recommend", "ready"],
        ["recommend", "login", "ready"],
        ["ready", "login", "recommend"],
        ["ready", "login", "recommend"],
        ["ascending"],
    ]


FOUND = """(() => {
    const field = document.querySelector(".filter");
    field.value = "/ITEMS/1";
    field.dispatchEvent(new Event("input"));
    return [...document.querySelectorAll(".sortable tbody")].filter((body) => !body.hidden).length;
})()"""


def test_requests_can_be_found_by_name_where_there_are_many(tmp_path: Path) -> None:
    requests: tuple[Request, ...] = tuple(samples.request(f"GET /items/{n}", 9, 0, 0.1) for n in range(20))
    (seen,) = look(Look(written(tmp_path, replace(rich(), requests=requests)), run=FOUND))
    assert (seen.value, quiet(seen)) == (11, True)


THEME = """(() => {
    const ground = () => getComputedStyle(document.body).backgroundColor, before = ground();
    const button = document.querySelector(".theme"), label = button.textContent;
    button.click();
    return [before, label, ground(), button.textContent];
})()"""


def test_the_theme_is_that_of_the_system_until_it_is_switched(page: str) -> None:
    light, dark = look(Look(page, run=THEME), Look(page, scheme="dark", run=THEME))
    assert light.value == ["rgb(242, 244, 248)", "Dark", "rgb(11, 15, 20)", "Light"]
    assert dark.value == ["rgb(11, 15, 20)", "Light", "rgb(242, 244, 248)", "Dark"]
    assert (quiet(light), quiet(dark)) == (True, True)


PRINTED = """[getComputedStyle(document.body).backgroundColor,
    [...document.querySelectorAll("details:not(.data)")].filter((one) => one.lastElementChild.checkVisibility(
        { contentVisibilityAuto: true })).length === document.querySelectorAll("details:not(.data)").length,
    document.querySelector("nav").getClientRects().length]"""


@pytest.mark.parametrize("script", [True, False])
def test_it_is_printed_light_with_everything_folded_out(page: str, script: bool) -> None:
    (seen,) = look(Look(page, scheme="dark", media="print", script=script, run=PRINTED))
    assert seen.value == ["rgb(255, 255, 255)", True, 0]


def test_nothing_moves_where_that_is_not_wanted(page: str) -> None:
    run = "getComputedStyle(document.documentElement).scrollBehavior"
    still, moving = look(Look(page, motion="reduce", run=run), Look(page, run=run))
    assert (still.value, moving.value) == ("auto", "smooth")


JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'"
"""What Jenkins sends with artifacts (DirectoryBrowserSupport.CSP)."""

PAINTED = """[getComputedStyle(document.querySelector("svg.chart path.s-p95")).stroke,
    getComputedStyle(document.querySelector("svg.chart path.s-p50")).strokeDasharray,
    getComputedStyle(document.querySelector(".number")).borderRadius,
    document.querySelector(".static").getClientRects().length]"""


def test_where_scripts_and_styles_are_dropped_charts_keep_their_colours(page: str, tmp_path: Path) -> None:
    policy, bare = f'<meta http-equiv="Content-Security-Policy" content="{JENKINS}">', tmp_path / "bare.html"
    bare.write_text(Path(page).read_text("utf-8").replace("<head>", f"<head>{policy}"), "utf-8")
    (seen,) = look(Look(str(bare), run=PAINTED))
    assert seen.value == ["rgb(0, 114, 178)", "6px, 4px", "0px", 1]


def test_a_script_that_got_into_the_page_would_not_run(page: str, tmp_path: Path) -> None:
    script, bad = "<script>document.title = 'owned'</script>", tmp_path / "bad.html"
    bad.write_text(Path(page).read_text("utf-8").replace("</main>", f"{script}</main>"), "utf-8")
    (seen,) = look(Look(str(bad), run="document.title"))
    assert seen.value == "Failed: Pizza recommendations"
    assert any("Content Security Policy" in said for said in seen.said)
