"""Agents that were lost, as each report shows them."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Gap, Lost, Result

LOST = Lost("agent 2 of 3 (process 4711)", 17.25, "did not answer for 4 s", (Gap(13.0, 17.25),), 1234)
EARLY = Lost("agent 1 of 3 (process 4710)", 0.0, "died with exit code 1", ())
TOLD = "at second 17.2; what it sent from 13.0 to 17.2 s is not counted; missing: 1,234 arrivals"


def gone_on() -> Result:
    return replace(samples.passed(), processes=3, lost=(LOST,))


def ended() -> Result:
    told = f"{LOST.name} {LOST.reason} at second 17.2"
    agent = replace(samples.passed(), verdict="failed", stopped="agent", exit_code=122, reason=told)
    return replace(agent, processes=3, lost=(LOST, EARLY))


def test_the_summary_says_who_was_lost_and_what_is_not_counted() -> None:
    text = summary(ended(), color=False)
    assert "  █ LOST AGENTS\n" in text
    assert f"    ✗ agent 2 of 3 (process 4711) did not answer for 4 s {TOLD}\n" in text
    assert "    ✗ agent 1 of 3 (process 4710) died with exit code 1 at second 0.0\n" in text


def test_the_verdict_names_the_agent_that_ended_the_run() -> None:
    last = summary(ended(), color=False).splitlines()[-1]
    assert last == (
        "  ✗ failed: an agent was lost: agent 2 of 3 (process 4711) did not answer for 4 s at second 17.2"
    )


def test_a_verdict_without_all_agents_says_so() -> None:
    last = summary(gone_on(), color=False).splitlines()[-1]
    assert last.endswith("thresholds hold, but 1 of 3 agents did not come to the end")


def test_an_interrupted_run_that_lost_an_agent_says_why_it_failed() -> None:
    last = summary(replace(ended(), stopped="interrupted", exit_code=105), color=False).splitlines()[-1]
    assert last.startswith("  ✗ failed: an agent was lost; interrupted after")


def test_one_arrival_is_none_of_several() -> None:
    assert wording.lost_when(replace(EARLY, missing_arrivals=1)) == "at second 0.0; missing: 1 arrival"


def test_markdown_lists_lost_agents_in_code_spans() -> None:
    text = markdown(gone_on())
    assert f"#### Lost agents\n\n- `{LOST.name}` `{LOST.reason}` {TOLD}\n" in text


def test_html_lists_lost_agents_and_the_number_of_processes() -> None:
    page = html(gone_on())
    assert f"<li>{LOST.name} {LOST.reason} {TOLD}</li>" in page
    assert "<dt>Processes</dt><dd>3</dd>" in page


def test_junit_has_an_error_where_the_loss_ended_the_run() -> None:
    (error,) = ET.fromstring(junit(ended())).iter("error")
    assert error.attrib == {"type": "AgentLost", "message": ended().reason}
    assert f"{LOST.name} {LOST.reason} {TOLD}\n" in (error.text or "")


def test_junit_tells_of_the_loss_where_the_run_went_on() -> None:
    text = junit(gone_on())
    assert "<error" not in text
    assert f"<system-out>{LOST.name} {LOST.reason} {TOLD}</system-out>" in text


@pytest.mark.parametrize("report", [markdown, html, junit, lambda result: summary(result, color=False)])
def test_a_run_that_lost_nobody_says_nothing_of_it(report) -> None:  # type: ignore[no-untyped-def]  # any report
    text = report(samples.passed())
    assert "Lost" not in text
    assert "LOST" not in text
