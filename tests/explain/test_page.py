"""The page as a whole, and the sections that have no test file of their own."""

import pytest
from explaining import checked, section, whole
from running import checked_plan

from planrunner.engine.checked import check
from planrunner.engine.program.build import Given
from planrunner.errors import Problems
from planrunner.explain.page import WIDTH, explain, fitted
from planrunner.plan.load import load
from planrunner.values.names import UNKNOWN

ALL = "for all of them, redirects not counted"
NONE_LEFT = "when there is none left"


def titles(text: str) -> list[str]:
    lines = explain(checked(text)).splitlines()
    return [line for above, line in zip(["x", *lines], lines, strict=False) if not above and line]


def test_a_page_begins_with_what_the_plan_is() -> None:
    page = explain(checked("description: |-\n  Two\n  lines"))
    assert page.splitlines()[:3] == ["Shop (plan.yml)", "  Two lines", ""]


def test_sections_without_content_are_left_out() -> None:
    assert titles("") == [
        "WHERE IT GOES",
        "SCENARIO default",
        "THRESHOLDS",
        "TIME",
        "LOAD OVER TIME",
        "DANGER",
    ]


def test_every_scenario_has_a_section() -> None:
    text = "scenarios:\n  a: {steps: [{get: /}]}\n  b: {steps: [{get: /}]}"
    assert [title for title in titles(text) if "SCENARIO" in title] == ["SCENARIO a", "SCENARIO b"]


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("demo", "- demo (the shop that comes with planrunner)"),
        ("http://127.0.0.1:80/x", "- http://127.0.0.1:80 (this machine)"),
        ("https://a.example", "- https://a.example (not this machine, as far as can be told)"),
    ],
)
def test_the_target_is_placed(target: str, line: str) -> None:
    assert section(f"target: {target}", "WHERE IT GOES") == [line]


def unknown(text: str, *names: str) -> str:
    """Explain a plan whose variables have no value."""
    problems = Problems()
    plan = load(whole(text).encode(), "plan.yml", problems)
    assert plan is not None
    values = dict.fromkeys(names, UNKNOWN)
    return explain(check(plan, Given(values), problems))


def test_variables_without_a_value_are_named() -> None:
    page = unknown("variables: {base: {env: B}, key: {env: K}}\ntarget: ${base}", "base", "key")
    assert "- ${base} (not this machine, as far as can be told)" in page
    assert "- without a value, which a run needs: base and key" in page


def test_a_scenario_whose_start_is_not_known_is_explained_as_far_as_can_be() -> None:
    text = """
        variables: {wait: {env: W}}
        scenarios:
          late:
            start_after: ${wait}
            vu_setup: [{get: /in}]
            steps: [{get: /x}]
        """
    page = unknown(text, "wait")
    assert "SCENARIO late\n  load: not known without the values that are missing\n" in page
    assert "  each VU, once, before its first iteration:\n    - send GET /in\n" in page


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "load: {vus: 3, duration: 10s}",
            [
                "VUs: 3",
                "iterations: depends on how fast the target answers; at 1s for its answers in each about 30",
                f"requests: 1 request in each iteration, about 30 {ALL}",
            ],
        ),
        (
            "load: {vus: 3, iterations: 7}\nsteps: [{get: /a}, {get: /b}]",
            [
                "VUs: up to 3",
                "iterations: 7, unless the target is too slow for them",
                f"requests: 2 requests in each iteration, 14 {ALL}",
            ],
        ),
        (
            "load: {iterations: 4}\nsteps: [{get: /a}, {repeat: '${vu.id}', steps: [{get: /b}]}]",
            [
                "VUs: up to 1",
                "iterations: 4, unless the target is too slow for them",
                f"requests: 1 request or more in each iteration, about 4 {ALL}",
            ],
        ),
        (
            "load: {iterations: 4}\nsteps: [{get: /a}, {get: /b, if: '${vu.id == 1}'}]",
            [
                "VUs: up to 1",
                "iterations: 4, unless the target is too slow for them",
                f"requests: 1 to 2 requests in each iteration, about 6 {ALL}",
            ],
        ),
    ],
)
def test_a_scenario_is_put_into_numbers(text: str, lines: list[str]) -> None:
    found = section(text, "SCENARIO default")
    assert found[1 : found.index("each iteration:")] == lines


def test_thinking_is_told_where_it_was_reckoned_with() -> None:
    lines = section("steps: [{get: /}, {think: 1s-2s}]", "SCENARIO default")
    assert lines[2].endswith("; at 1s for its answers and 1.5s of thinking in each about 8")


def test_a_late_start_is_told() -> None:
    text = "scenarios: {a: {start_after: 30s, load: {vus: 1, duration: 1s}, steps: [{get: /}]}}"
    assert (
        section(text, "SCENARIO a")[0]
        == "load: 1 VU repeats the steps for 1s (constant-vus); begins after 30s"
    )


def test_what_each_vu_does_first_is_counted() -> None:
    lines = section("vu_setup: [{get: /in}, {get: /on}]", "SCENARIO default")
    assert lines[4:7] == [
        "each VU, once, before its first iteration (2 requests):",
        "  - send GET /in",
        "  - send GET /on",
    ]


PROFILES = "profiles: {smoke: {load: {vus: 1, duration: 1s}}, stress: {load: {vus: 9, duration: 1s}}}"


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ([], ["also there, with --profile: smoke and stress"]),
        (["smoke"], ["chosen: smoke", "also there, with --profile: stress"]),
        (["smoke", "stress"], ["chosen: smoke and stress"]),
    ],
)
def test_profiles_are_listed(chosen: list[str], wanted: list[str]) -> None:
    page = explain(checked(PROFILES), chosen)
    lines = page.partition("PROFILES\n")[2].partition("\n\n")[0].splitlines()
    assert [line.strip() for line in lines] == wanted


def test_a_profile_called_smoke_is_what_to_begin_with() -> None:
    heavy = "load: {vus: 200, duration: 1m}\n"
    begin = "- run the same steps with little load first ({}), then with a slow ramp, and see where it bends"
    pages = [section(heavy + PROFILES, "DANGER"), section(heavy, "DANGER")]
    assert [page[2] for page in pages] == [
        begin.format("--profile smoke"),
        begin.format("--vus 1 --iterations 1"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "load: {vus: 1, duration: 90s}",
            ["1m30s as planned", "at most 2m when iterations still run at the end (graceful_stop)"],
        ),
        (
            "load: {iterations: 1, max_duration: 1m, graceful_stop: 5s}",
            ["at most 1m as planned", "at most 1m5s when iterations still run at the end (graceful_stop)"],
        ),
    ],
)
def test_the_time_is_told_with_and_without_the_graceful_stop(text: str, wanted: list[str]) -> None:
    assert section(text, "TIME") == wanted


MIXED = """
scenarios:
  loops: {load: {vus: 2, duration: 10s}, steps: [{get: /}]}
  rates: {start_after: 10s, load: {rate: 5/s, duration: 10s}, steps: [{get: /}]}
  quota: {load: {iterations: 5}, steps: [{get: /}]}
"""


def test_vus_and_rates_have_a_drawing_each_on_the_same_axis_of_time() -> None:
    lines = section(MIXED, "LOAD OVER TIME")
    drawn = (lines[1].rstrip(), lines[9].replace(" " * 33, "_"))
    assert (lines[0], lines[8]) == (
        "VUs: at most 2, first at 0s",
        "iterations begun per second: at most 5, first at 10s",
    )
    assert (drawn, lines[7]) == (("2 ┤" + "█" * 34, "5 ┤_" + "█" * 34), lines[15])


def test_what_ends_when_it_is_done_is_not_drawn() -> None:
    lines = section(MIXED, "LOAD OVER TIME")
    assert lines[16:] == ["not drawn, since it ends when its iterations are done: quota"]


def test_a_drawing_starts_at_the_one_vu_that_ramps_start_with() -> None:
    lines = section("load: {stages: [{duration: 1m, target: 5}]}", "LOAD OVER TIME")
    assert [line[3] for line in lines[1:6]] == [" ", " ", " ", " ", "█"]


def test_rows_that_run_out_are_found_before_the_run() -> None:
    text = """
        load: {vus: 3, iterations: 9}
        steps:
          - get: /${next}/${own}/${any}/${one}
        data:
          next: {rows: [a, b]}
          own: {rows: [a, b, c, d], pick: per_vu}
          any: {rows: [a], pick: random}
          one: {rows: [a, b, c], pick: unique, at_end: stop}
          idle: {rows: [a]}
        """
    assert [line.strip() for line in section(text, "DATA")] == [
        "- next: 2 rows; each iteration takes the next one; after the last one it begins anew",
        "taken by default; 9 needed, one for each iteration: they come again",
        "- own: 4 rows; each VU has one and keeps it; after the last one it begins anew",
        "taken by default; 3 needed, one for each VU: enough",
        "- any: 1 row; each iteration takes any one",
        "taken by default; one is enough",
        f"- one: 3 rows; each iteration takes one that no other has had; {NONE_LEFT} the scenario ends",
        "taken by default; 9 needed, one for each iteration: 6 too few",
        "- idle: 1 row; each iteration takes the next one; after the last one it begins anew",
        "no scenario takes any",
    ]


def test_rows_that_only_some_iterations_take_are_needed_at_most() -> None:
    text = """
        load: {iterations: 9}
        data:
          next: {rows: [a, b]}
        steps:
          - get: /
          - get: /${next}
            if: ${vu.id == 1}
        """
    assert (
        section(text, "DATA")[1].strip().endswith("up to 9 needed, one for each iteration: they come again")
    )


def test_rows_of_loops_are_reckoned_with() -> None:
    text = """
        data:
          next: {rows: [a, b], at_end: error}
        steps:
          - get: /${next}
        """
    assert [line.strip() for line in section(text, "DATA")] == [
        f"- next: 2 rows; each iteration takes the next one; {NONE_LEFT} the test stops (exit code 108)",
        "taken by default; about 20 needed, one for each iteration of 1s: 18 too few",
    ]


def test_secrets_are_masked_even_where_lines_are_broken() -> None:
    text = "variables: {key: {default: 'open sesame now', secret: true}}\n"
    page = explain(checked_plan(whole(f"{text}steps:\n  - get: /\n    log: {'word ' * 15}open sesame now")))
    assert ("***" in page, "sesame" in page) == (True, False)


def test_no_control_characters_reach_the_terminal() -> None:
    page = explain(checked('steps:\n  - get: /\n    name: "\\e[31mred"'))
    assert "'\ufffd[31mred'" in page.replace("\\x1b", "\ufffd")


@pytest.mark.parametrize("indent", ["", "    ", "    - "])
def test_long_lines_are_broken_and_go_on_a_little_further(indent: str) -> None:
    first, *rest = fitted(indent + "word " * 50)
    further = " " * (len(indent) - len(indent.lstrip()) + 2)
    assert first.startswith(indent + "word")
    assert {line[: len(further) + 1] for line in rest} == {further + "w"}
    assert max(map(len, [first, *rest])) <= WIDTH


def test_a_warm_up_is_told_with_the_load() -> None:
    lines = section("warm_up: 5s\nload: {vus: 1, duration: 9s}\nsteps: [{get: /}]\n", "SCENARIO default")
    assert lines[0].endswith("; what begins in the first 5s does not count (warm-up)")
