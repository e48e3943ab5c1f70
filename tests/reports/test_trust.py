"""Whether the numbers can be believed stands in every report, the worst reason in the verdict itself."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import samples

from planrunner.errors import Exit
from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import FailOn, Finding, Health, Lost, Output, Process, Result, Trust

LATE = Finding(
    "loop_lag",
    "untrusted",
    "the event loop was up to 212ms late (10ms or more in 14 of 60 s)",
    "use more processes or fewer VUs",
    "agent 2 of 2",
)
SET = Finding("clock", "degraded", "the clock of this machine jumped by 1h0m0s", "times hold")
GONE = Finding("lost", "untrusted", "1 of 2 agents did not come to the end", "see why, and run it again")


def process(name: str = "", **more: Any) -> Process:
    numbers = {
        "cpu": 0.31,
        "cpu_mean": 0.2,
        "waiting": None,
        "loop_lag": 0.0021,
        "generator_lag": 0.0004,
        "frozen": 0.0,
        "gc_pause": 0.002,
        "switches": 12.0,
        "files": 1200,
        "most_files": 4096,
        "ports": None,
        "clock_step": 0.000002,
        "steal": 0.004,
        "throttled": None,
        "dropped": 0,
        "interrupted": 0,
    }
    return Process(name=name, seconds=60.0, **{**numbers, **more})


def ill(*findings: Finding, sample: Callable[[], Result] = samples.passed, **more: Any) -> Result:
    trust: Trust = findings[0].trust if findings else "trusted"
    processes = (process("agent 1 of 2"), process("agent 2 of 2", loop_lag=0.212, ports=9))
    return replace(sample(), health=Health(trust, findings, processes), **more)


def well() -> Result:
    return replace(samples.passed(), health=Health("trusted", (), (process(),)))


def plain(result: Result) -> str:
    return summary(result, color=False)


def page(result: Result) -> str:
    return unescape(html(result))


REPORTS: list[Callable[[Result], str]] = [plain, markdown, page, junit]


@pytest.mark.parametrize("report", REPORTS)
def test_the_worst_reason_is_part_of_the_verdict_of_every_report(report: Callable[[Result], str]) -> None:
    clause = "do not trust it: agent 2 of 2: the event loop was up to 212ms late (10ms or more in 14 of 60 s)"
    told = report(ill(LATE, SET))
    assert clause in told
    assert all(text in told for text in (LATE.seen, LATE.fix, SET.seen, SET.fix))


def test_a_verdict_that_is_good_and_one_that_is_not_are_both_doubted() -> None:
    said = f"do not trust it: agent 2 of 2: {LATE.seen}; {LATE.fix}"
    assert wording.verdict(ill(LATE)) == f"{wording.verdict(well())}, but {said}"
    failed = ill(LATE, sample=samples.failed)
    assert wording.verdict(failed) == f"{wording.verdict(samples.failed())}; {said}"
    doubted = ill(LATE, requests=tuple(replace(r, failed=r.count) for r in samples.passed().requests))
    assert wording.verdict(doubted).endswith(f", but every request failed; {said}")


def test_what_makes_it_only_degraded_leaves_the_verdict_alone() -> None:
    assert wording.verdict(ill(SET)) == wording.verdict(well())
    assert "With care: there is a reason" in markdown(ill(SET))


@pytest.mark.parametrize("report", REPORTS)
def test_a_generator_that_was_well_is_said_to_be_so(report: Callable[[Result], str]) -> None:
    told = "the generator used at most 31% of a core and was at most 2.1ms late"
    assert told in report(well())
    silent = replace(well(), health=Health("trusted", (), (process(cpu=None),)))
    assert "the generator was at most 2.1ms late" in report(silent)


@pytest.mark.parametrize("report", [plain, markdown, junit])
def test_nothing_is_said_where_nothing_was_measured(report: Callable[[Result], str]) -> None:
    assert "trust" not in report(samples.passed()).lower()


def test_the_page_says_that_nothing_was_measured() -> None:
    assert "How the generator was doing was not measured." in html(samples.passed())


def test_a_run_that_ended_since_an_agent_was_lost_says_it_once() -> None:
    lost = Lost("agent 2 of 2 (process 7)", 3.0, "died", ())
    ended = ill(GONE, verdict="failed", stopped="agent", reason="agent 2 died", lost=(lost,))
    assert wording.verdict(ended) == "failed: an agent was lost: agent 2 died"
    went_on = ill(GONE, lost=(lost,), processes=2)
    assert wording.verdict(went_on).count("1 of 2 agents") == 1


def test_the_worst_value_is_shown_with_its_process() -> None:
    shown = {name: (value, where) for name, value, where in wording.measures(ill(LATE))}
    assert shown["event loop late"] == ("212ms", "agent 2 of 2")
    assert shown["TCP sockets of the machine"] == ("9", "agent 2 of 2")
    assert "clock set by" not in shown
    assert "did not run at all" not in shown
    assert "| event loop late | 212ms | `agent 2 of 2` |" in markdown(ill(LATE))
    assert "| event loop late | 2.1ms |" in markdown(well())


def test_the_page_lists_each_process_where_there_are_several() -> None:
    assert html(ill(LATE)).count('<th scope="row">agent ') == 2
    assert "Each process" not in html(well())


def test_findings_without_vitals_need_no_table() -> None:
    bare = replace(samples.passed(), health=Health("untrusted", (GONE,)))
    assert GONE.seen in markdown(bare)
    assert "How the generator was" not in markdown(bare)


def cases(result: Result) -> dict[str, ET.Element]:
    root = ET.fromstring(junit(result).split("\n", 1)[1])
    return {case.get("name", ""): case for case in root.iter("testcase")}


def test_a_run_that_is_to_be_trusted_has_a_case_for_it() -> None:
    asked: tuple[FailOn, ...] = ("thresholds", "untrusted")
    failed = ill(LATE, verdict="failed", exit_code=int(Exit.UNTRUSTED), fail_on=asked)
    error = cases(failed)["numbers can be trusted"].find("error")
    assert error is not None
    assert error.get("type") == "Untrusted"
    assert LATE.seen in (error.text or "")
    assert "numbers can be trusted" not in cases(ill(LATE))
    good = cases(replace(well(), fail_on=asked))["numbers can be trusted"]
    assert [(child.tag, (child.text or "")[:22]) for child in good] == [
        ("system-out", "trust the numbers? yes")
    ]


def test_the_line_of_a_trusted_run_stands_at_the_verdict_behind_all_sections() -> None:
    lost = Output("influxdb", "http://h", 1, 4321, "connection refused")
    *_, before, _, trusted, _ = summary(replace(well(), outputs=(lost,)), color=False).splitlines()
    assert before.startswith("    ! influxdb")
    assert trusted.startswith("  trust the numbers? yes")
