"""Expressions of thresholds: k6's grammar, units, arithmetic, references and windows."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.selector import Selector, Tag
from planrunner.metrics.series import METRICS, Metric
from planrunner.metrics.threshold.parse import MOST, parse
from planrunner.metrics.threshold.rule import (
    Baseline,
    Negative,
    Number,
    Operation,
    Reference,
    Rule,
    Term,
)


@pytest.mark.parametrize(
    ("metric", "text", "rule"),
    [
        ("http_req_duration", "p(95)<500", Rule("p(95)", "<", Number("500", 0.5), "time")),
        ("http_req_duration", "p(99.9) <= 1.5s", Rule("p(99.9)", "<=", Number("1.5s", 1.5), "time")),
        ("http_req_duration", "med<1m30s", Rule("med", "<", Number("1m30s", 90.0), "time")),
        ("http_req_duration", " avg  <  200.5 ", Rule("avg", "<", Number("200.5", 0.2005), "time")),
        ("http_req_duration", "sum<1h", Rule("sum", "<", Number("1h", 3600.0), "time")),
        ("http_req_duration", "count>9", Rule("count", ">", Number("9", 9.0))),
        ("http_req_failed", "rate<0.01", Rule("rate", "<", Number("0.01", 0.01), "share")),
        ("http_req_failed", "rate < 1%", Rule("rate", "<", Number("1%", 0.01), "share")),
        ("http_req_failed", "count > 1e3", Rule("count", ">", Number("1e3", 1000.0))),
        ("checks", "rate===1", Rule("rate", "===", Number("1", 1.0), "share")),
        ("http_reqs", "count>1000", Rule("count", ">", Number("1000", 1000.0))),
        ("http_reqs", "rate>=90", Rule("rate", ">=", Number("90", 90.0), "rate")),
        ("http_reqs", "rate >= 600/m", Rule("rate", ">=", Number("600/m", 10.0), "rate")),
        ("data_received", "count<10MB", Rule("count", "<", Number("10MB", 1e7), "data")),
        ("data_received", "count<64 KiB", Rule("count", "<", Number("64 KiB", 65536), "data")),
        ("data_received", "count<2048", Rule("count", "<", Number("2048", 2048.0), "data")),
        ("data_received", "rate>6MB/m", Rule("rate", ">", Number("6MB/m", 1e5), "data rate")),
        ("data_received", "rate>90/s", Rule("rate", ">", Number("90/s", 90.0), "data rate")),
        ("vus", "value!=0", Rule("value", "!=", Number("0", 0.0))),
        ("vus", "value > -5", Rule("value", ">", Negative(Number("5", 5.0)))),
    ],
)
def test_an_expression_is_read_with_its_unit(metric: str, text: str, rule: Rule) -> None:
    assert parse(text, METRICS[metric]) == rule


TWO, TENTH = Number("2", 2.0), Number("1.1", 1.1)
LOGIN = Reference("p(95)", Selector("http_req_duration", (Tag("endpoint", ("login",)),)))
REQUESTS = Reference("count", Selector("http_reqs"))


@pytest.mark.parametrize(
    ("metric", "text", "limit"),
    [
        ("errors", "count < count of http_reqs * 1%", Operation("*", REQUESTS, Number("1%", 0.01))),
        (
            "http_req_duration",
            "p(95) < p(95) of http_req_duration{endpoint:login} * 2",
            Operation("*", LOGIN, TWO),
        ),
        (
            "http_req_duration",
            "p(95) < baseline * 1.1 + 5ms",
            Operation("+", Operation("*", Baseline(), TENTH), Number("5ms", 0.005)),
        ),
        (
            "http_reqs",
            "rate > 2 * (count of http_reqs - 2) / 10s",
            Operation(
                "/",
                Operation("*", TWO, Operation("-", REQUESTS, TWO)),
                Number("10s", 10.0),
            ),
        ),
        ("http_req_duration", "avg < -(-2 * baseline)", Negative(Operation("*", Negative(TWO), Baseline()))),
    ],
)
def test_a_limit_may_be_computed(metric: str, text: str, limit: Term) -> None:
    assert parse(text, METRICS[metric]).limit == limit


def test_what_a_limit_refers_to_is_known_each_once() -> None:
    rule = parse("avg < -(baseline - max of http_req_waiting) + baseline", METRICS["http_req_duration"])
    assert [str(source) for source in rule.sources] == ["baseline", "max of http_req_waiting"]
    assert rule.wants_baseline


def test_a_window_is_read_with_its_length() -> None:
    rule = parse("p(95) < 500ms over 1m30s", METRICS["http_req_duration"])
    assert (rule.over, rule.span, str(rule)) == (90.0, "1m30s", "p(95) < 500ms over 1m30s")


def test_a_selector_in_a_limit_ends_with_its_brace() -> None:
    text = "count < count of http_reqs{name:'a, }', url:[\"x\", y=it's]} - 1"
    assert parse(text, METRICS["errors"]).references[0].selector.tags == (
        Tag("name", ("a, }",)),
        Tag("url", ("x", "y=it's")),
    )


FORM = "write it as `p(95) < 500ms`"
SOURCE = "here must stand a number, `baseline` or a metric"


@pytest.mark.parametrize(
    ("metric", "text", "complaint"),
    [
        ("http_req_duration", "", f"{FORM}: what, an operator (< <= > >= == !=), a limit (at its end, ch"),
        ("http_req_duration", "fast", FORM),
        ("http_req_duration", "p(95)", FORM),
        ("http_req_duration", "< 5", FORM),
        (
            "http_req_duration",
            "p(101)<1",
            "'p(101)' cannot be asked of a trend; one of: avg, min, med, max, p",
        ),
        ("http_req_duration", "p(N)<1", "'p(N)' cannot be asked of a trend"),
        ("http_req_duration", "p95<1", "did you mean p(95)? (at 'p95<1', character 1)"),
        ("http_req_duration", "rate>1", "'rate' cannot be asked of a trend"),
        ("http_req_failed", "p(95)<1", "'p(95)' cannot be asked of a rate; one of: rate, count"),
        ("http_reqs", "value>1", "'value' cannot be asked of a counter; one of: count, rate"),
        (
            "http_req_duration",
            "avg<5x",
            "'5x' is no number with a unit; write it like 500ms, 64KiB, 1% or 90/s",
        ),
        ("http_req_failed", "rate<often", f"{SOURCE}, like `count of http_reqs` (at 'often', character 6)"),
        ("http_reqs", "rate>9/x", SOURCE),
        ("http_reqs", "count>", f"{SOURCE}, like `count of http_reqs` (at its end, character 7)"),
        (
            "data_sent",
            "count>5 elephants",
            "what stands here belongs to nothing (at 'elephants', character 9)",
        ),
        (
            "data_sent",
            "count>5B ovr 1m30s",
            "what stands here belongs to nothing; a window is written like `over 1m30s` (at 'ovr 1m30s',",
        ),
        ("data_sent", "count>5B over30s", "a window is written like `over 30s` (at 'over30s', character 10)"),
        (
            "data_sent",
            "count>5B within 10",
            "what stands here belongs to nothing (at 'within 10', character 10)",
        ),
        (
            "data_sent",
            "count>5B and all that follows behind it",
            "(at 'and all that follows be…', character 10)",
        ),
        ("data_sent", "count>5XB", "'5XB' is no number with a unit"),
        ("http_req_failed", "rate<5%/s", "'5%/s' is nothing that is measured"),
        ("http_reqs", "count<1e999", "this number is too large (at '1e999', character 7)"),
        ("http_req_duration", f"avg<{'9' * 400}s", "this number is too large"),
        ("http_req_duration", "avg<5ms/s", "'5ms/s' is nothing that is measured"),
        ("http_req_duration", "avg < (5ms", "a ) is missing (at its end, character 11)"),
        ("http_req_duration", f"avg < {'(' * 21}5ms", "no more than 20 of these may be open at once"),
        ("http_reqs", f"count < 1{' + 1' * MOST}", "an expression has at most 1,000 characters"),
    ],
)
def test_what_is_no_expression_is_refused(metric: str, text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text, METRICS[metric])
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("5ms * 5ms", "a time * a time is nothing that is measured (at '* 5ms', character 11)"),
        ("5ms / 5KiB", "a time / a size is nothing that is measured"),
        ("5%", "a time is compared with a plain number; write a time like 5ms (at '5%', character 7)"),
        ("5 + 5", "a time is compared with a plain number"),
        ("-5", "a time is compared with a plain number"),
        ("count of http_reqs", "a time is compared with a plain number"),
        ("baseline + 5", "a time + a plain number makes no sense; give the number a unit, like 5ms"),
        ("5 - baseline", "a plain number - a time makes no sense; give the number a unit, like 5ms"),
        ("baseline - count of http_reqs", "a time - a plain number makes no sense (at '- count"),
        ("5ms + 5KiB", "a time + a size makes no sense (at '+ 5KiB', character 11)"),
        ("sum of http_req_failed", "'sum' cannot be asked of a rate; one of: rate, count"),
        ("max of {a:b}", "'' names no metric: write it as metric or metric{tag:value}"),
        ("max of http_req_waiting{a}", "'http_req_waiting{a}' names no metric: 'a' is not tag:value"),
        ("5ms over 30", "a window is written like `over 30s`: a duration needs a unit"),
        ("5ms over", "a window is written like `over 30s`: write a duration"),
        ("5ms over 500ms", "a window is 1s to 1h long, in whole seconds (at '500ms', character 16)"),
        ("5ms over 61m", "a window is 1s to 1h long"),
        ("5ms over 1500ms", "a window is 1s to 1h long, in whole seconds"),
    ],
)
def test_units_and_references_are_checked(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(f"avg < {text}", METRICS["http_req_duration"])
    assert complaint in str(caught.value)


@pytest.mark.parametrize("limit", ["max of x", "max of x * 2 + 5ms", "5ms - 2 * max of x", "2 / max of x"])
def test_what_is_not_known_has_no_unit_to_complain_of(limit: str) -> None:
    rule = parse(f"avg < {limit}", METRICS["http_req_duration"], lambda _: None)
    assert rule.references == (Reference("max", Selector("x")),)


TIMES = st.sampled_from([Number("500ms", 0.5), Number("1m30s", 90.0), Baseline(), LOGIN])
PLAIN = st.sampled_from([TWO, TENTH, Number("50%", 0.5), REQUESTS])


def larger(times: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Make larger times of times: what a unit allows."""
    sums = st.builds(Operation, st.sampled_from(["+", "-"]), times, times)
    return sums | st.builds(Operation, st.sampled_from(["*", "/"]), times, PLAIN) | st.builds(Negative, times)


@pytest.mark.slow
@given(
    st.sampled_from(["avg", "sum", "p(99.9)"]),
    st.sampled_from(["<", "===", "!="]),
    st.recursive(TIMES, larger, max_leaves=12),
    st.sampled_from([(0.0, ""), (30.0, "30s"), (90.0, "1m30s")]),
)
def test_a_rule_that_is_written_is_read_as_the_same(
    aggregate: str, sign: str, limit: Term, over: tuple[float, str]
) -> None:
    rule = Rule(aggregate, sign, limit, "time", *over)
    assert parse(str(rule), Metric("trend", "time")) == rule


@pytest.mark.slow
@given(st.text(st.sampled_from("p(95) <+-*/{}:,'\"[]ofbaselinmsr1 9%"), max_size=40))
def test_no_text_does_harm(text: str) -> None:
    rule = None
    with suppress(ValueError):
        rule = parse(text, METRICS["http_req_duration"])
    if rule:
        assert parse(str(rule), METRICS["http_req_duration"]) == rule
