import pytest
from reading import at, request_of

from planrunner.plan.model import Body, FormBody, JsonBody, Request, Setting, TextBody

HERE = at(1, 1)


def setting(value: str) -> Setting:
    return Setting(value, HERE, value)


def test_a_setting_is_sent_as_it_was_written() -> None:
    assert [Setting(1.1, HERE, "1.10").text, Setting("a", HERE, "'a'").text] == ["1.10", "a"]


def test_the_upper_layer_decides() -> None:
    upper = request_of("{get: /new, timeout: 1s, expected_status: 404}")
    lower = request_of(
        "{post: /old, timeout: 2s, expected_status: 200, checks: [{status: 1xx}], save: {a: '${b}'}}"
    )
    both = upper.over(lower)
    assert (both.method, both.url, both.timeout) == ("GET", upper.url, upper.timeout)
    assert (both.expected_status, both.checks, both.saves) == (
        upper.expected_status,
        lower.checks,
        lower.saves,
    )


def test_headers_merge_whatever_their_case_and_null_removes() -> None:
    lower = Request(HERE, headers={"Accept": setting("a"), "X-A": setting("b"), "X-B": setting("c")})
    upper = Request(HERE, headers={"accept": setting("d"), "x-a": None})
    assert upper.over(lower).headers == {"X-B": setting("c"), "accept": setting("d"), "x-a": None}


def test_a_query_merges_by_name() -> None:
    lower = Request(HERE, query={"a": setting("1"), "b": setting("2")})
    assert Request(HERE, query={"a": None}).over(lower).query == {"a": None, "b": setting("2")}


@pytest.mark.parametrize("body", [JsonBody(setting("x"), HERE), TextBody(setting("x"), HERE)])
def test_a_body_of_any_kind_hides_the_body_below(body: Body) -> None:
    assert Request(HERE, body=body).over(Request(HERE, body=FormBody({}, HERE))).body == body


def test_an_empty_list_of_checks_is_a_word() -> None:
    lower = request_of("{get: /, checks: [{status: 200}]}")
    assert request_of("{get: /, checks: []}").over(lower).checks == ()
