"""Scenarios and groups in the HTML report."""

from dataclasses import replace

from rich_run import key, rich, trend

from planrunner.metrics.series import Counter, Key, Rate, Sink
from planrunner.reports.html import html
from planrunner.reports.html.places import Place, places
from planrunner.result import Result
from planrunner.result.series import series


def tags(**more: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({"scenario": "browse", **more}.items()))


def grouped() -> Result:
    found: dict[Key, Sink] = {
        Key("http_reqs", tags()): Counter(10, 10),
        Key("http_reqs", tags(group="::shop::pay")): Counter(30, 30),
        Key("http_req_failed", tags(group="::shop::pay")): Rate(3, 27),
        Key("checks", tags(group="::shop::pay", check="status is 200")): Rate(9, 1),
        key("http_req_duration", "login", "POST", "true"): trend(0.1, 40, 1),
    }
    return replace(rich(), series=series(found.items()))


def test_each_scenario_and_group_has_its_numbers() -> None:
    browse, pay = places(grouped(), 10)
    assert (browse.scenario, browse.group, browse.requests, browse.checks) == ("browse", "", "40", "90.00%")
    assert pay == Place("browse", "shop / pay", "30", "10.00%", "–", "–", "90.00%")  # noqa: RUF001 - a dash


def test_they_stand_below_the_requests() -> None:
    page = html(grouped())
    assert page.index('id="requests"') < page.index("Scenarios and groups</h3>") < page.index("shop / pay")


def test_a_single_scenario_is_not_told_twice() -> None:
    assert places(rich(), 10) == []
    assert "Scenarios and groups</h3>" not in html(rich())
