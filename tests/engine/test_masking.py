"""Secrets that are words of the format: the record stays one that can be read."""

import pytest
from running import Lab

from planrunner.engine.verdict.masking import masked
from planrunner.metrics.series import Key
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Result, from_json, to_json
from planrunner.values.mask import Mask

PLAN = """name: lab
target: http://h
variables: {word: {default: WORD, secret: true}}
tags: {own: "${word}"}
load: {vus: 1, duration: 1s}
steps: [{get: /a, checks: [{status: 200}]}]
thresholds: {http_req_duration: avg < 1s}
summary: {mode: full}
"""


def ran(word: str) -> Result:
    return Lab(PLAN.replace("WORD", word)).run()


@pytest.mark.parametrize(
    "word", ["passed", "full", "trend", "time", "thresholds", "rate", "count", "default"]
)
def test_a_password_that_is_a_word_of_the_format_is_no_fault(word: str) -> None:
    result = ran(word)
    assert (result.verdict, result.summary.mode) == ("passed", "full")
    assert {series.tags.get("own", "***") for series in result.series} == {"***"}
    again = from_json(to_json(result))
    assert again == result
    assert summary(again, color=False) + markdown(again)


def test_texts_are_masked_wherever_they_stand() -> None:
    mask, key = Mask(["secret"]), Key("a", (("b", "a secret"),))
    assert masked(key, mask) == Key("a", (("b", "a ***"),))
    found: object = masked(["a secret", {"the secret": ("secret",), "secret": 1.0}], mask)
    assert found == ("a ***", {"the ***": ("***",), "secret": 1.0})
