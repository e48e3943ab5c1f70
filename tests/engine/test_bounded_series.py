"""Series stay few, however many ways there are to fail: the rest is counted together, and said."""

from running import Lab

from planrunner.engine.actions.beside import ERRORS
from planrunner.engine.actions.send import OUTCOMES

PLAN = "name: lab\ntarget: http://h\nload: {vus: 1, iterations: 90}\nsteps:\n"
STATUSES = [*range(600, 600 + OUTCOMES), *range(300, 330), *range(700, 710)]


def test_statuses_beyond_a_number_are_counted_together_and_none_is_lost() -> None:
    lab = Lab(PLAN + "  - get: /a\n", lambda number: (300 + 2 * number, 0.125))
    result = lab.run()
    assert result.value("http_reqs", "count") == 90
    assert result.value("http_req_failed", "passes") == 40  # from 400 on
    assert [(e.count, e.message, e.status) for e in result.errors] == [(40, "other outcomes", 0)]
    assert lab.logs == [
        f"the tag `status` has more than {OUTCOMES} values at 'GET /a'; further ones are counted together"
    ]


def test_the_rest_keeps_successes_and_failures_apart() -> None:
    result = Lab(PLAN + "  - get: /a\n", lambda number: (STATUSES[number], 0.125)).run()
    assert result.value("http_req_failed", "passes") == OUTCOMES + 10
    assert result.value("http_req_duration", "count", "expected_response:true") == 30
    assert (result.errors[0].message, result.errors[0].count) == ("other outcomes", 10)


def test_errors_beyond_a_number_are_counted_together() -> None:
    steps = '  - set: {items: {a: 1}}\n  - set: {n: "${items[str(scenario.iteration)]}"}\n'
    lab = Lab(PLAN.replace("90", "150") + steps)
    result = lab.run()
    assert result.value("errors", "count") == 150
    assert (result.errors[0].message, result.errors[0].count) == ("other errors", 50)
    assert len(result.errors) == ERRORS + 1
    assert lab.logs == [
        f"the tag `error` has more than {ERRORS} values at 'set'; further ones are counted together"
    ]
