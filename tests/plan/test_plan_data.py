import pytest
from reading import at, plan_of, value, wrong

from planrunner.plan.model import CustomMetric, Dataset, Setting


def data_of(text: str) -> Dataset:
    return plan_of(f"name: x\ndata: {{a: {text}}}\nsteps: [{{get: /}}]\n").data["a"]


def test_rows_can_be_in_a_file() -> None:
    found = data_of("{file: a.csv, at: $.rows, delimiter: ;, encoding: latin-1, secret: [password]}")
    keys = found.file, found.at, found.delimiter, found.encoding, *found.secret
    assert [value(key) for key in keys] == ["a.csv", "$.rows", ";", "latin-1", "password"]


def test_rows_can_be_in_the_plan() -> None:
    found = data_of("{rows: [a, {b: c}]}")
    assert found == Dataset(
        "a",
        at(2, 8),
        rows=(Setting("a", at(2, 19, 1), "a"), {"b": Setting("c", at(2, 26, 1), "c")}),
    )


def test_a_data_set_says_who_takes_which_row_and_what_happens_at_the_end() -> None:
    found = data_of("{rows: [a], pick: unique, at_end: error}")
    assert (found.pick, found.at_end) == ("unique", "error")


@pytest.mark.parametrize("at_end", ["stop", "error"])
def test_unique_rows_may_end(at_end: str) -> None:
    assert data_of(f"{{rows: [a], pick: unique, at_end: {at_end}}}").at_end == at_end


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("{rows: [a], pick: unique}", ["29 unique rows cannot be recycled"]),
        ("{rows: [a], pick: unique, at_end: recycle}", ["45 unique rows cannot be recycled"]),
        ("{rows: [a], pick: unique, at_end: 5}", ["45 '5' is not a valid at the end"]),
        ("{rows: [a], at: $.b}", ["23 'at' goes with `file`"]),
        ("{rows: [a], encoding: utf-8}", ["23 'encoding' goes with `file`"]),
        ("{file: a, rows: [a]}", ["21 this data set has file and rows; it can have only one of them"]),
        ("{}", ["11 this data set has no rows"]),
    ],
)
def test_a_data_set_that_cannot_be_is_refused(text: str, complaints: list[str]) -> None:
    _, found = wrong(f"name: x\ndata: {{a: {text}}}\nsteps: [{{get: /}}]\n")
    assert found == [f"2:{complaint}" for complaint in complaints]


def test_a_plan_may_have_metrics_of_its_own() -> None:
    plan = plan_of("name: x\nmetrics: {a: {type: counter}, b: {type: trend, unit: ms}}\nsteps: [{get: /}]\n")
    assert plan.metrics == {
        "a": CustomMetric("a", "counter", at(2, 11)),
        "b": CustomMetric("b", "trend", at(2, 31), "ms"),
    }


def test_a_metric_with_a_wrong_type_is_still_known() -> None:
    _, complaints = wrong("name: x\nmetrics: {a: {type: sum}}\nsteps: [{get: /, record: {a: 1}}]\n")
    assert complaints == ["2:21 'sum' is not a valid metric type"]
