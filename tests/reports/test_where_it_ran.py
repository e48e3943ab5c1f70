"""Where a plan was run, as the reports tell it."""

from dataclasses import replace

import pytest
import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.markdown import markdown
from planrunner.result import Environment, Pipeline, Result


def ran(**known: object) -> Result:
    return replace(samples.passed(), environment=Environment(python="PyPy 3.11", **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"machine": "arm64", "cpus": 1}, ("Machine", "arm64, 1 core")),
        ({"cpu": "M4", "machine": "arm64", "cpus": 8, "memory": 2**34}, ("Machine", "M4, 8 cores, 17 GB")),
        ({"loop": "asyncio"}, ("Software", "planrunner 0.1.0, PyPy 3.11, asyncio")),
        ({"options": {"--vus": "3", "--once": "yes"}}, ("Options", "--vus 3, --once yes")),
        ({"profiles": ("ci", "big")}, ("Profiles", "ci, big")),
        ({"ci": Pipeline("Jenkins")}, ("CI", "Jenkins")),
        ({"ci": Pipeline("Drone", "0123456789abcdef", "main")}, ("CI", "Drone, main, 0123456789ab")),
    ],
)
def test_what_is_known_is_told_in_a_line(known: dict[str, object], told: tuple[str, str]) -> None:
    assert told in wording.environment(ran(**known))


def test_what_is_not_known_is_not_told() -> None:
    assert [name for name, _ in wording.environment(ran())] == ["Software"]
    assert wording.environment(replace(ran(), environment=Environment())) == []


def test_processes_are_told_when_there_are_several() -> None:
    assert ("Processes", "4") in wording.environment(replace(ran(), processes=4))


def test_the_page_and_markdown_tell_it() -> None:
    result = ran(seed="5ba11ad")
    assert "<div><dt>Seed</dt><dd>5ba11ad</dd></div>" in html(result)
    assert "- Seed: `5ba11ad`\n" in markdown(result)


def test_long_options_are_cut() -> None:
    (_, told) = wording.environment(ran(options={"--env": "A=" + "x" * 5000}))[1]
    assert (len(told), told[-1]) == (300, "…")
