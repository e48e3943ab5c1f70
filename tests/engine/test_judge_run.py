"""Thresholds over a run: verdicts with their plan line, aborts, and names that must exist."""

import pytest
from running import Lab

from planrunner.engine.checked import check
from planrunner.engine.program.build import Given
from planrunner.errors import Problems
from planrunner.plan.load import load

HEAD = """name: lab
target: http://h
load: {vus: 1, duration: 10s}
endpoints:
  shop:
    get: /shop
    checks: [{status: 200}]
steps:
  - request: shop
  - get: /b
thresholds:
"""


def verdicts(thresholds: str, **rest: object) -> list[tuple[str, str, int]]:
    result = Lab(HEAD + thresholds, **rest).run()  # type: ignore[arg-type]
    return [(t.metric, t.verdict, t.line) for t in result.thresholds]


def test_each_threshold_has_a_verdict_and_its_line() -> None:
    found = verdicts("  http_req_duration: [p(95) < 200ms, max < 100ms]\n  http_req_failed: rate < 1%\n")
    assert found == [
        ("http_req_duration", "passed", 12),
        ("http_req_duration", "failed", 12),
        ("http_req_failed", "passed", 13),
    ]


def test_a_broken_threshold_fails_the_run_and_says_by_how_much() -> None:
    result = Lab(HEAD + "  http_req_duration: p(95) < 100ms\n").run()
    (threshold,) = result.thresholds
    assert (result.verdict, result.exit_code, result.stopped) == ("failed", 99, "")
    assert threshold.measured == pytest.approx(0.125)
    assert (threshold.limit, threshold.samples) == (0.1, 80)


def test_no_data_is_not_a_pass() -> None:
    result = Lab(HEAD + "  http_req_duration{name:/nowhere}: p(95) < 1s\n").run()
    (threshold,) = result.thresholds
    assert (result.exit_code, threshold.verdict, threshold.measured) == (99, "no data", None)
    assert threshold.reason == "no samples"


@pytest.mark.parametrize(
    ("threshold", "verdict"),
    [
        ("errors: count == 0", "passed"),
        ('"http_reqs{status:503}": count == 0', "passed"),
        ('"http_reqs{endpoint:shop, error_code:1050}": count < 1', "passed"),
        ('"http_reqs{status:200}": count < 1', "failed"),
        ('"http_reqs{name:/nowhere, status:503}": count == 0', "no data"),
        ('"http_req_failed{status:503}": rate < 1%', "no data"),
        ("dropped_iterations: count == 0", "passed"),
    ],
)
def test_what_never_happened_is_counted_as_zero(threshold: str, verdict: str) -> None:
    assert [found for _, found, _ in verdicts(f"  {threshold}\n")] == [verdict]


@pytest.mark.parametrize(
    ("limit", "hint"),
    [("rate < 1", "did you mean 1%?"), ("rate<=5", "did you mean 5%?"), ("rate>95", "did you mean 95%?")],
)
def test_a_share_without_its_percent_is_a_warning(limit: str, hint: str) -> None:
    problems = Problems()
    plan = load((HEAD + f"  http_req_failed: {limit}\n").encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given(), problems)
    (problem,) = problems
    assert (problem.warning, problem.place.line, problem.hint) == (True, 12, hint)


def test_selectors_pick_their_part() -> None:
    found = verdicts(
        "  http_req_duration{endpoint:shop}: max < 200ms\n"
        '  "http_req_duration{name:GET /b}": max < 200ms\n'
        "  http_req_duration{endpoint!=shop}: max < 200ms\n",
        answer=lambda n: (200, 0.125 if n % 2 == 0 else 0.25),
    )
    assert [verdict for _, verdict, _ in found] == ["passed", "failed", "failed"]


def test_a_part_that_a_threshold_asks_about_is_among_the_metrics() -> None:
    result = Lab(HEAD + "  http_req_duration{endpoint:shop}: p(99.9) < 200ms\n").run()
    assert result.value("http_req_duration", "p(99.9)", "endpoint:shop") == pytest.approx(0.125)
    assert result.value("http_req_duration", "count", "expected_response:true") == 80


def test_without_thresholds_nothing_is_judged() -> None:
    result = Lab(HEAD.replace("thresholds:\n", "")).run()
    assert (result.judged, result.verdict, result.exit_code) == (False, "passed", 0)


ABORT = "  http_req_duration: {threshold: max < 100ms, abort_on_fail: true%s}\n"


def test_a_threshold_may_stop_the_run() -> None:
    result = Lab(HEAD + ABORT % "").run()
    assert (result.stopped, result.exit_code, result.thresholds[0].aborted) == ("threshold", 99, True)
    assert 1.0 <= result.duration < 1.5


def test_the_judgement_may_be_delayed() -> None:
    assert 3.0 <= Lab(HEAD + ABORT % ", delay_abort_eval: 3s").run().duration < 3.5


def test_what_stopped_the_run_stays_broken_whatever_comes_in_afterwards() -> None:
    plan = """
name: lab
target: http://h
load: {vus: 10, duration: 60s}
steps:
  - get: /a
thresholds:
  http_req_failed: {threshold: rate < 50%, abort_on_fail: true}
"""
    first = iter([True])
    result = Lab(plan, answer=lambda _: (500, 0.5) if next(first, False) else (200, 5.0)).run()
    assert (result.stopped, result.verdict, result.exit_code) == ("threshold", "failed", 99)
    assert (result.thresholds[0].measured, result.value("http_req_failed", "rate")) != (None, None)
    assert result.thresholds[0].measured == 1.0


def test_a_star_gives_each_its_own_verdict() -> None:
    plan = HEAD.replace("steps:", "  other:\n    get: /o\nsteps:\n  - request: other")
    result = Lab(plan + '  "http_req_duration{endpoint:*}": max < 200ms\n').run()
    assert [(t.metric, t.verdict) for t in result.thresholds] == [
        ("http_req_duration{endpoint:other}", "passed"),
        ("http_req_duration{endpoint:shop}", "passed"),
    ]


def test_a_star_for_what_turns_up_in_the_run_is_one_verdict() -> None:
    assert verdicts('  "http_reqs{status:*}": count > 1\n') == [("http_reqs{status:*}", "passed", 12)]


def test_each_check_may_be_asked_by_name() -> None:
    (found,) = verdicts('  "checks{check:*, endpoint:*}": rate == 1\n')
    assert found[0] == "checks{check:status is 200, endpoint:shop}"


def test_a_threshold_without_samples_waits_for_some() -> None:
    plan = "  http_req_duration{name:never}: {threshold: max < 100ms, abort_on_fail: true}\n"
    result = Lab(HEAD + plan).run()
    assert (result.stopped, result.thresholds[0].verdict) == ("", "no data")
    assert result.duration >= 10


def test_too_few_samples_are_no_data() -> None:
    (threshold,) = (
        Lab(HEAD + "  http_req_duration: {threshold: max < 1s, min_samples: 1000}\n").run().thresholds
    )
    assert (threshold.verdict, threshold.samples) == ("no data", 80)


def test_ctrl_c_comes_before_a_broken_threshold() -> None:
    result = Lab(HEAD + "  http_req_duration: p(95) < 100ms\n", stop_at=2.5).run()
    assert (result.verdict, result.exit_code, result.stopped) == ("failed", 105, "interrupted")


@pytest.mark.parametrize(
    ("threshold", "message", "hint"),
    [
        ("http_req_durations: p(95) < 1s", "unknown metric 'http_req_durations'", "'http_req_duration'?"),
        ('"http_reqs{endpoint:shopp}": count > 1', "there is no endpoint 'shopp' in this plan", "'shop'?"),
        ('"http_reqs{scenario:x}": count > 1', "there is no scenario 'x' in this plan", "one of: default"),
        (
            '"checks{check:status is 201}": rate == 1',
            "there is no check 'status is 201' in this plan",
            "200'?",
        ),
        ('"http_reqs{group:x}": count > 1', "there is no group 'x' in this plan", "the plan has no group"),
        ('"http_reqs{endpont:shop}": count > 1', "unknown tag 'endpont'", "'endpoint'?"),
        (
            '"http_reqs{endpoint:[shop, shopp]}": count > 1',
            "there is no endpoint 'shopp' in this plan",
            "'shop'?",
        ),
        ('"http_reqs{vu:1}": count > 1', "'vu' is no tag that can be asked for", "series of its own"),
        ('"http_reqs{iter!=0}": count > 1', "'iter' is no tag that can be asked for", "of its own"),
        ("http_reqs: count > count of http_request", "unknown metric 'http_request'", "'http_reqs'?"),
        (
            "http_reqs: count > 2 * count of iterations{endpoint:x}",
            "there is no endpoint 'x' in this plan",
            "",
        ),
        (
            "http_reqs: count > count of iterations{vu:1}",
            "'vu' is no tag that can be asked for",
            "of its own",
        ),
        (
            "http_reqs: count > avg of iterations",
            "'count > avg of iterations' is no threshold for http_reqs",
            "",
        ),
        ('"http_reqs{endpoint}": count > 1', "'http_reqs{endpoint}' names no metric", "is not tag:value"),
        ("http_req_duration: p(95)", "'p(95)' is no threshold for http_req_duration", "p(95) < 500ms"),
        ("http_reqs: p(95) < 1", "'p(95) < 1' is no threshold for http_reqs", "one of: count, rate"),
        (
            "http_reqs: {threshold: count > 1, min_samples: 1h}",
            "'1h' is not a valid whole number",
            "whole number",
        ),
        (
            "http_reqs: {threshold: 'count > 1', abort_on_fail: true, delay_abort_eval: '${x}'}",
            "unknown variable 'x'",
            "",
        ),
        ("http_reqs: count > ${status}", "'status' is not known here", "only variables"),
    ],
)
def test_a_threshold_on_what_does_not_exist_is_said_before_the_run(
    threshold: str, message: str, hint: str
) -> None:
    problems = Problems()
    plan = load((HEAD + "  " + threshold + "\n").encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given(), problems)
    (problem,) = problems
    assert (problem.message, problem.place.line) == (message, 12)
    assert hint in problem.hint


def test_a_request_of_another_name_is_a_warning() -> None:
    problems = Problems()
    plan = load((HEAD + '  "http_reqs{name:GET /c}": count > 1\n').encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given(), problems)
    (problem,) = problems
    assert (problem.warning, problem.message) == (True, "no request of this plan is called 'GET /c'")
    assert problem.hint == "did you mean 'GET /b'?"


@pytest.mark.parametrize("selector", ["endpoint:sho*", "endpoint!=nothing", "status:503", "name:GET /b"])
def test_what_may_turn_up_during_the_run_is_no_mistake(selector: str) -> None:
    problems = Problems()
    plan = load((HEAD + f'  "http_reqs{{{selector}}}": count > 1\n').encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given(), problems)
    assert list(problems) == []


def test_a_tag_of_the_plan_s_own_may_be_called_vu() -> None:
    plan = HEAD.replace("target: http://h", "target: http://h\ntags: {vu: many}")
    (threshold,) = Lab(plan + '  "http_reqs{vu:many}": count > 1\n').run().thresholds
    assert threshold.verdict == "passed"


def test_a_check_that_is_called_star_is_one_of_them() -> None:
    plan = HEAD.replace("[{status: 200}]", '[{name: "*", status: 200}, {name: "a, b", status: 200}]')
    result = Lab(plan + '  "checks{check:*}": rate == 1\n').run()
    assert [one.metric for one in result.thresholds] == ["checks{check:*}", 'checks{check:"a, b"}']


def test_a_broken_window_stops_the_run() -> None:
    slow = "  http_req_duration: {threshold: max < 1s over 3s, abort_on_fail: true}\n"
    result = Lab(HEAD + slow, answer=lambda n: (200, 1.5 if n == 30 else 0.125)).run()
    (threshold,) = result.thresholds
    assert (result.stopped, result.exit_code, threshold.aborted) == ("threshold", 99, True)
    assert (threshold.measured, threshold.at) == (1.5, 6.0)


def test_a_result_tells_windows_and_computed_limits() -> None:
    rules = "  http_reqs{endpoint:shop}: [count < count of http_reqs * 80%, rate > 2/s over 4s]\n"
    share, window = Lab(HEAD + rules).run().thresholds
    assert (share.limit, share.limit_text) == (64.0, "count of http_reqs * 80%")
    assert [(term.name, term.value, term.contains) for term in share.terms] == [
        ("count of http_reqs", 80.0, "default")
    ]
    assert (window.over, window.measured, window.limit_text, window.terms) == (4.0, 4.0, "", ())


def test_what_limits_refer_to_is_among_the_metrics() -> None:
    result = Lab(HEAD + '  http_reqs: "count > count of http_req_duration{endpoint:shop}"\n').run()
    assert result.value("http_req_duration", "count", "endpoint:shop") == 40


def test_percentiles_of_few_samples_are_told_in_the_result() -> None:
    result = Lab(HEAD + "  http_req_duration: [p(99) < 1s, p(90) < 1s]\n").run()
    assert [one.few for one in result.thresholds] == [True, False]
    metric = result.metric("http_req_duration")
    assert metric
    assert (metric.few, result.requests[0].few) == (("p(99)",), ("p95", "p99"))


def test_abort_on_fail_of_the_plan_holds_for_every_threshold() -> None:
    limits = (
        "abort_on_fail: true\nthresholds:\n  http_reqs: [count < 10, 'count < 20']\n  iterations: count > 0\n"
    )
    result = Lab(
        "name: x\ntarget: http://h\nload: {vus: 1, duration: 60s}\nsteps:\n  - get: /a\n" + limits
    ).run()
    assert (result.stopped, [limit.aborted for limit in result.thresholds]) == (
        "threshold",
        [True, False, False],
    )


def test_a_profile_may_say_that_any_threshold_aborts() -> None:
    limits = "thresholds: {iterations: count > 0}\nprofiles: {ci: {abort_on_fail: true}}\n"
    text = f"name: x\nsteps: [{{log: a}}]\n{limits}"
    plan = load(text.encode(), "plan.yml", Problems(), ["ci"])
    assert plan is not None
    assert [limit.abort_on_fail for limit in plan.thresholds] == [True]
