"""The JUnit report, read back by another library and held against Jenkins' strict schema."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import junitparser
import odd_runs
import pytest
import samples
from strict_junit import strict

from planrunner.reports.entries import Entry
from planrunner.reports.junit import junit, suites
from planrunner.result import Result

EVERY = [
    samples.failed,
    samples.passed,
    samples.unjudged,
    samples.interrupted,
    samples.stopped,
    samples.never_ran,
    samples.torn,
    samples.empty,
    samples.hostile,
    odd_runs.untrusted,
    odd_runs.incomplete,
]
each = pytest.mark.parametrize("sample", EVERY, ids=lambda sample: sample.__name__)


def cases(result: Result) -> dict[str, junitparser.TestCase]:
    (suite,) = junitparser.JUnitXml.fromstring(junit(result).encode())
    return {case.name: case for case in suite}


def test_a_failed_check_is_a_failure_exactly_where_the_run_failed() -> None:
    failed = samples.failed()
    held = replace(failed, exit_code=0, verdict="passed", thresholds=())
    broken = next(check for check in failed.checks if check.fails)
    name = f"{broken.scenario} / {broken.step} / {broken.name}"
    assert not cases(failed)[name].is_passed
    case = cases(held)[name]
    assert case.is_passed
    assert case.system_out is not None
    assert case.system_out.startswith(f"failed {broken.fails} of {broken.passes + broken.fails} times")


@each
def test_it_is_valid_by_the_strictest_schema(sample: Callable[[], Result]) -> None:
    assert [str(error) for error in strict().iter_errors(junit(sample()))] == []


@each
def test_for_gitlab_it_differs_in_files_and_lines_only(sample: Callable[[], Result]) -> None:
    root = ET.fromstring(junit(sample(), "gitlab"))
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
    assert ET.tostring(root) == ET.tostring(ET.fromstring(junit(sample())))


def test_for_gitlab_a_limit_names_its_line() -> None:
    root = ET.fromstring(junit(samples.failed(), "gitlab"))
    (case,) = root.iterfind(".//testcase[@name='http_req_duration p(95) < 500ms']")
    assert (case.get("file"), case.get("line")) == ("plans/pizza.yml", "47")


@each
def test_the_counts_of_the_suite_are_those_of_its_cases(sample: Callable[[], Result]) -> None:
    suite = ET.fromstring(junit(sample()))[0]
    counted = [len(suite.findall(path)) for path in ("testcase", "testcase/failure", "testcase/error")]
    assert [int(suite.get(key, "")) for key in ("tests", "failures", "errors")] == counted


def test_the_shortest_run_is_not_written_in_exponents() -> None:
    assert 'time="0.000"' in junit(replace(samples.passed(), duration=1e-7)).splitlines()[1]


def test_the_wall_time_is_carried_by_one_case() -> None:
    times = {name: case.time for name, case in cases(samples.failed()).items() if case.time}
    assert times == {"run completed": 210.4}


def test_a_broken_threshold_tells_its_line_and_what_was_measured() -> None:
    (failure,) = cases(samples.failed())["http_req_duration p(95) < 500ms"].result
    assert failure.text.splitlines() == [
        "measured 518.97ms, 3.7 % over the limit",
        "plan line: plans/pizza.yml:47",
    ]


def test_broken_error_limits_name_the_errors() -> None:
    (failure,) = cases(samples.failed())["http_req_failed rate < 1%"].result
    assert failure.text.splitlines()[2].startswith("58 times HTTP status 503 at recommend: ")


def test_no_data_is_a_failure() -> None:
    (failure,) = cases(samples.failed())["orders count > 10"].result
    assert (type(failure), failure.type) == (junitparser.Failure, "NoData")


def test_a_failed_check_shows_samples() -> None:
    (failure,) = cases(samples.failed())["browse / recommend / status is 200"].result
    assert failure.text.splitlines() == [
        "failed 87 of 4068 times",
        "plan line: plans/pizza.yml:23",
        "at 2m6s: status is 503, expected 200",
        '  > POST pizza.test:3333/api/pizza {"maxCaloriesPerSlice": 500, "token": ***}',
        "  < 503 (text/html, 1.2 kB, 12.4ms) <h1>no ovens</h1> ::error::<script>",
        "at 2m7s: no reply: request timed out",
        "  > POST pizza.test:3333/api/pizza",
        "  < no reply: request timed out",
    ]


def test_an_interrupted_run_is_an_error_and_no_failure() -> None:
    (error,) = cases(samples.interrupted())["run completed"].result
    assert (type(error), error.message) == (junitparser.Error, "interrupted after 12.5s")


def test_a_run_that_a_threshold_stopped_did_not_complete() -> None:
    (failure,) = cases(samples.stopped())["run completed"].result
    assert failure.message == "a threshold stopped the run after 1m1s"


def test_a_name_that_looks_numbered_does_not_hide_another() -> None:
    result = samples.passed()
    check = result.checks[0]
    twins = (check, replace(check, name=f"{check.name} (2)"), check)
    names = [name for name in cases(replace(result, checks=twins)) if "/" in name]
    start = "browse / login / status is 200"
    assert names == [start, f"{start} (2)", f"{start} (3)"]


@pytest.mark.parametrize(
    ("file", "classname"),
    [("plans/shop.yml", "plans.shop"), ("../a.b/shop.plan.yaml", "a_b.shop_plan"), ("", "plan"), ("-", "-")],
)
def test_the_class_is_the_path_of_the_plan(file: str, classname: str) -> None:
    result = samples.passed()
    found = cases(replace(result, plan=replace(result.plan, file=file)))
    assert found["plan is valid"].classname == classname


def test_a_start_that_is_no_date_is_left_out() -> None:
    suite = ET.fromstring(junit(replace(samples.passed(), started="yesterday")))[0]
    assert "timestamp" not in suite.attrib


def test_hostile_text_brings_no_control_characters() -> None:
    assert junit(samples.hostile()).replace("\n", "").isprintable()


def test_long_texts_are_cut() -> None:
    assert len(junit(samples.hostile("x" * 100_000))) < 20_000


def test_no_line_of_any_text_brings_control_characters_whoever_wrote_it() -> None:
    reason = f"setup failed: {samples.NASTY}"
    written = junit(replace(samples.failed(), reason=reason, stopped="setup", exit_code=107))
    strict().validate(written)
    assert written.replace("\n", "").isprintable()


def several() -> list[Entry]:
    failed, passed = samples.failed(), samples.passed()
    return [
        Entry("Pizza", "plans/pizza.yml", "pizza", failed),
        Entry("Pizza", "plans/pizza.yml", "pizza-2", passed),
        Entry("", "plans/later.yml", "later"),
    ]


def test_several_plans_have_a_suite_each_and_no_two_cases_one_name() -> None:
    written = suites(several())
    strict().validate(written)
    root = ET.fromstring(written)
    names = ["Pizza recommendations", "Pizza recommendations (2)", "plans.later"]
    assert [suite.get("name") for suite in root] == names
    assert (root.get("name"), root.get("time")) == ("planrunner", "420.800")


def test_a_plan_that_was_not_run_is_a_skipped_case() -> None:
    *_, suite = junitparser.JUnitXml.fromstring(suites(several()).encode())
    (case,) = suite
    assert (case.name, case.is_skipped, case.result[0].message) == ("run completed", True, "not run")
    assert (suite.tests, suite.skipped, suite.failures) == (1, 1, 0)


def test_the_suite_says_what_consumers_show_of_a_plan() -> None:
    found = ET.fromstring(junit(samples.failed())).iter("property")
    told = {one.get("name"): one.get("value") for one in found}
    assert told == {
        "target": "http://localhost:3333",
        "verdict": "failed: 3 of 7 thresholds broken, 1 without data",
        "requests": "6512",
        "requests per second": "31.009523/s",
        "failed requests": "1.33%",
        "p95": "518.97ms",
        "commit": "0123456789abcdef0123456789abcdef01234567",
    }
