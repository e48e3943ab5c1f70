from reading import at, plan_of, request_of, value, wrong

from planrunner.plan.model import Save, Setting


def test_headers_and_query_keep_how_they_are_written() -> None:
    request = request_of("{get: /, headers: {A: 1.10, B: yes}, query: {c: 010, d: true, e: 0x1F}}")
    headers = {name: header.text for name, header in request.headers.items() if header}
    query = {name: parameter.text for name, parameter in request.query.items() if parameter}
    assert (headers, query) == ({"A": "1.10", "B": "yes"}, {"c": "010", "d": "true", "e": "0x1F"})


def test_null_removes_a_header_and_a_parameter() -> None:
    request = request_of("{get: /, headers: {A: null}, query: {b: ~}}")
    assert (request.headers, request.query) == ({"A": None}, {"b": None})


def test_a_body_of_null_is_a_body() -> None:
    assert value(request_of("{post: /, json: null}").json) is None


def test_a_request_that_says_nothing_asks_nothing() -> None:
    request = request_of("{get: /}")
    assert (request.json, request.body, request.checks, request.saves) == (None, None, None, None)


def test_an_empty_list_of_checks_is_a_word() -> None:
    assert request_of("{get: /, checks: []}").checks == ()


def test_one_expected_status_needs_no_list() -> None:
    request = request_of("{get: /, expected_status: 2xx}")
    assert [value(status) for status in request.expected_status or ()] == ["2xx"]


def test_expected_statuses_are_a_list() -> None:
    request = request_of("{get: /, expected_status: [200-299, 404]}")
    assert [value(status) for status in request.expected_status or ()] == ["200-299", 404]


def test_each_method_can_be_used() -> None:
    methods = ["get", "post", "put", "patch", "delete", "head", "options"]
    assert [request_of(f"{{{method}: /}}").method for method in methods] == [m.upper() for m in methods]


def test_saves_come_from_json_headers_and_expressions() -> None:
    request = request_of("{get: /, save: {a: {json: $.a}, b: {header: X-B, default: null}, c: '${status}'}}")
    assert request.saves == (
        Save("a", "json", Setting("$.a", at(2, 35, 3), "$.a"), at(2, 25)),
        Save(
            "b", "header", Setting("X-B", at(2, 53, 3), "X-B"), at(2, 41), Setting(None, at(2, 67, 4), "null")
        ),
        Save("c", "expr", Setting("${status}", at(2, 77, 11), "${status}"), at(2, 74)),
    )


def test_one_name_may_be_saved_by_many_requests() -> None:
    save = "save: {token: {json: $.token}}"
    plan = plan_of(f"name: x\nsteps: [{{get: /a, {save}}}, {{get: /b, {save}}}]\n")
    assert len(plan.scenarios["default"].steps) == 2


def test_a_save_with_two_sources_is_still_known() -> None:
    plan, complaints = wrong(
        "name: x\nendpoints: {a: {get: /, save: {b: {json: $.b, header: B}}}}\nsteps: [{get: /}]\n"
    )
    assert plan is not None
    assert [save.source for save in plan.endpoints["a"].request.saves or ()] == ["json"]
    assert complaints == ["2:47 this save has json and header; it can have only one of them"]


def test_a_broken_url_leaves_the_method() -> None:
    plan, _ = wrong("name: x\nendpoints: {a: {get: 5, timeout: 1s}}\nsteps: [{get: /}]\n")
    assert plan is not None
    request = plan.endpoints["a"].request
    assert (request.url, value(request.timeout)) == (None, "1s")


def test_text_of_brackets_without_end_is_no_reason_to_stop() -> None:
    assert request_of(f"{{post: /, json: '{'[' * 50_000}'}}").json is not None
