from typing import Any

import pytest
from replying import check, complaint, reply, wrong

from planrunner.checks.status import codes

SPELLING = "write a status like 200, 2xx or 200-299, or a list of these"


@pytest.mark.parametrize(
    ("wanted", "status", "says"),
    [
        (200, 200, ""),
        (200, 500, "status is 500, expected 200"),
        ("200", 200, ""),
        ("2xx", 204, ""),
        ("2XX", 299, ""),
        ("2xx", 300, "status is 300, expected 2xx"),
        ("200-204", 204, ""),
        ("200-204", 205, "status is 205, expected 200-204"),
        ("${n * 40}", 200, ""),
        ("${token}", 200, "status: write a status like 200, 2xx or 200-299, or a list of these"),
        ("${vu.id + 199}", 200, ""),
        ("${vu.id + 199}", 404, "status is 404, expected 200"),
        ("${1 / (vu.id - 1)}", 200, "status: division by zero: 1 / 0, in ${1 / (vu.id - 1)} (plan.yml:2)"),
        (0, 0, ""),
        (0, 200, "status is 200, expected 0"),
        (200, 0, "no reply: connection refused"),
    ],
)
def test_status(wanted: Any, status: int, says: str) -> None:
    answer = reply(status=status, error="" if status else "connection refused")
    assert complaint(check("status", ("equals", wanted)), answer) == says


@pytest.mark.parametrize(
    ("wanted", "status", "says"),
    [
        ([200, "3xx"], 302, ""),
        ([200, "3xx"], 201, "status is 201, expected 200, 3xx"),
        ([0, 503], 0, ""),
        ([200, "${vu.id + 200}"], 201, ""),
        (["${n}00", "2xx"], 201, ""),
    ],
)
def test_status_of_a_list(wanted: Any, status: int, says: str) -> None:
    assert complaint(check("status", ("in", wanted)), reply(status=status)) == says


def test_no_reply_without_a_reason() -> None:
    assert complaint(check("status", ("equals", 200)), reply(status=0)) == "no reply"


@pytest.mark.parametrize(
    ("matcher", "wanted", "message"),
    [
        ("equals", "20x", f"2: wrong value '20x' ({SPELLING})"),
        ("equals", 2000, f"2: wrong value 2000 ({SPELLING})"),
        ("equals", 99, f"2: wrong value 99 ({SPELLING})"),
        ("equals", 200.0, f"2: wrong value 200.0 ({SPELLING})"),
        ("equals", True, f"2: wrong value true ({SPELLING})"),
        ("equals", None, f"2: wrong value null ({SPELLING})"),
        ("equals", "299-200", "2: wrong value '299-200' (write the lower status first: 200-299)"),
        ("equals", "${toke}", "2: unknown variable 'toke' (did you mean 'token'?)"),
        ("in", 200, "2: wrong value 200 (write a list like [200, 204])"),
        ("in", [], f"1: wrong value [] ({SPELLING})"),
        ("in", [200, "x"], f'1: wrong value [200,"x"] ({SPELLING})'),
        ("bellow", 200, "1: status cannot be checked with 'bellow' (one of: equals, in)"),
    ],
)
def test_a_wrong_status_is_a_problem_of_the_plan(matcher: str, wanted: Any, message: str) -> None:
    assert wrong(check("status", (matcher, wanted))) == [message]


def test_codes_are_sets() -> None:
    assert codes([200, "3xx", "500-502"]) == {200, *range(300, 400), 500, 501, 502}
