"""Only some scenarios of a plan: what is left of it, and which thresholds nothing can measure any more."""

import pytest
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.program.selection import select, unmeasured
from planrunner.errors import Problems, UsageError
from planrunner.plan.load import load
from planrunner.plan.model import Threshold

PLAN = """
name: Shop
target: http://h
tags: {plan: shop}
metrics: {slices: {type: trend}, never: {type: trend}}
endpoints:
  look: {get: /look}
  order: {post: "/order/${cart}"}
  spare: {get: /spare}
flows:
  paying:
    - request: order
scenarios:
  browse:
    tags: {team: web}
    steps:
      - request: look
        checks: [{status: 200}]
  buy:
    tags: {team: shop, floor: "${1 + 1}"}
    steps:
      - group: till
        steps:
          - get: /cart
            tags: {desk: one}
            save: {cart: {json: $.id}}
            record: {slices: "${1}"}
            checks: [{status: 201}]
          - flow: paying
          - log: done
            record: {slices: "${2}"}
"""
EVERYWHERE = [
    "http_req_duration",
    "iterations",
    "http_req_duration{status:500}",
    "http_req_duration{plan:shop}",
]
BROWSING = ["http_req_duration{endpoint:look}", "checks{check:status is 200}", "http_req_duration{team:web}"]
BUYING = [
    "http_req_duration{scenario:buy}",
    "http_req_duration{scenario!=browse}",
    "http_req_duration{endpoint:order}",
    "http_req_duration{desk:one}",
    "http_req_duration{team:s*}",
    "checks{check:status is 201}",
    "group_duration",
    "group_duration{group:::till}",
    "http_req_duration{name:GET /cart}",
    "slices",
]


def skipped(metrics: list[str], *names: str, plan: str = PLAN) -> list[str]:
    limits = "".join(f"  '{metric}': count > 0\n" for metric in metrics)
    whole = checked_plan(plan)
    complete = replace(whole.plan, thresholds=thresholds(plan + "thresholds:\n" + limits))
    return [one.metric for one in unmeasured(complete, select(complete, names), whole.given)]


def thresholds(text: str) -> tuple[Threshold, ...]:
    plan = load(text.encode(), "plan.yml", Problems())
    assert plan is not None
    return plan.thresholds


def test_thresholds_of_what_is_left_out_are_not_measured() -> None:
    assert skipped([*EVERYWHERE, *BROWSING, *BUYING], "browse") == BUYING


def test_thresholds_of_what_runs_are_measured() -> None:
    assert skipped([*EVERYWHERE, *BUYING], "buy") == []


def test_nothing_is_skipped_when_everything_runs() -> None:
    assert skipped(BUYING, "buy", "browse") == []
    assert skipped(BUYING) == []


def test_what_nobody_measures_is_no_fault_of_the_selection() -> None:
    assert skipped(["never", "not a metric}{"], "browse") == []


def test_a_limit_that_refers_to_what_is_left_out_is_not_measured_either() -> None:
    others = ("count > count of http_reqs{scenario:buy}", "count > count of iterations", "count >")
    limits = "".join(f"    - {other}\n" for other in others)
    whole = checked_plan(PLAN)
    complete = replace(whole.plan, thresholds=thresholds(f"{PLAN}thresholds:\n  http_reqs:\n{limits}"))
    found = unmeasured(complete, select(complete, ["browse"]), whole.given)
    assert [one.expression.text for one in found] == [others[0]]


def test_a_tag_that_the_run_computes_may_have_any_value() -> None:
    assert skipped(["http_req_duration{floor:7}"], "buy") == []
    assert skipped(["http_req_duration{floor:7}"], "browse") == ["http_req_duration{floor:7}"]


def test_setup_and_teardown_belong_to_no_scenario() -> None:
    with_setup = PLAN + "setup:\n  - get: /before\n"
    assert skipped(["http_req_duration{scenario!=browse}"], "browse", plan=with_setup) == []


def test_checks_are_not_measured_where_none_is_left() -> None:
    plan = PLAN.replace("        checks: [{status: 200}]\n", "")
    assert skipped(["checks"], "browse", plan=plan) == ["checks"]


def test_what_only_the_others_use_is_left_out() -> None:
    kept = select(checked_plan(PLAN).plan, ["browse"])
    assert (list(kept.scenarios), list(kept.endpoints), list(kept.flows)) == (["browse"], ["look"], [])
    assert list(select(checked_plan(PLAN).plan, ["buy"]).endpoints) == ["order"]


def test_the_scenarios_stay_in_the_order_of_the_plan() -> None:
    assert list(select(checked_plan(PLAN).plan, ["buy", "browse"]).scenarios) == ["browse", "buy"]


def test_an_unknown_scenario_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match=r"no scenario 'brows' in plan.yml: did you mean 'browse'\?"):
        select(checked_plan(PLAN).plan, ["brows"])


def test_a_plan_in_which_something_is_wrong_is_not_asked() -> None:
    wrong = replace(checked_plan(PLAN).plan, damaged=True)
    assert select(wrong, ["nobody"]) is wrong
