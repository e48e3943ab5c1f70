"""A warm-up is never left out silently: every report tells it, and the chart shades it."""

import re
from dataclasses import replace

import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.html.charts.timeline import timeline
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Result, WarmUp

ONE = WarmUp("browse", 0.0, 10.0, iterations=1, requests=1234, failed=5)
TOLD = "warm-up: what began in the first 10s of browse does not count: 1 iteration, 1,234 requests (5 failed)"


def warmed(*ones: WarmUp) -> Result:
    return replace(samples.passed(), warm_up=ones)


def test_it_is_told_in_a_sentence_that_names_the_scenario_among_several() -> None:
    assert list(wording.warm_ups(warmed(ONE))) == [TOLD]
    alone = replace(warmed(replace(ONE, failed=0, requests=1)), scenarios=samples.passed().scenarios[:1])
    assert list(wording.warm_ups(alone)) == [
        "warm-up: what began in the first 10s does not count: 1 iteration, 1 request"
    ]


def test_every_report_tells_it() -> None:
    assert TOLD in summary(warmed(ONE), color=False)
    assert f"`{TOLD}`" in markdown(warmed(ONE))
    assert TOLD in html(warmed(ONE))


def test_the_chart_shades_it_once_however_many_scenarios_warm_up_together() -> None:
    drawn = timeline(warmed(ONE, replace(ONE, scenario="buy")))
    assert len(re.findall('class="f-warm"', drawn)) == 2  # in both panels
    assert drawn.count(">warm-up<") == 1
    assert "f-warm" not in timeline(samples.passed())
