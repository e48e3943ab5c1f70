import pytest
from reading import at, plan_of, request_of, value, wrong

from planrunner.plan.model import Auth, JsonBody, Save, Setting


def test_headers_and_query_keep_how_they_are_written() -> None:
    request = request_of("{get: /, headers: {A: 1.10, B: yes}, query: {c: 010, d: true, e: 0x1F}}")
    headers = {name: header.text for name, header in request.headers.items() if header}
    query = {name: parameter.text for name, parameter in request.query.items() if parameter}
    assert (headers, query) == ({"A": "1.10", "B": "yes"}, {"c": "010", "d": "true", "e": "0x1F"})


def test_null_removes_a_header_and_a_parameter() -> None:
    request = request_of("{get: /, headers: {A: null}, query: {b: ~}}")
    assert (request.headers, request.query) == ({"A": None}, {"b": None})


def test_a_body_of_null_is_a_body() -> None:
    assert request_of("{post: /, json: null}").body == JsonBody(
        Setting(None, at(2, 25, 4), "null"), at(2, 19, 4)
    )


def test_a_request_that_says_nothing_asks_nothing() -> None:
    request = request_of("{get: /}")
    assert (request.body, request.checks, request.saves) == (None, None, None)


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


def test_cookies_and_null_ones_are_read() -> None:
    cookies = request_of("{get: /, cookies: {a: 010, b: null}}").cookies
    assert {name: cookie and cookie.text for name, cookie in cookies.items()} == {"a": "010", "b": None}


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_user_has_a_name_and_a_password(kind: str) -> None:
    auth = request_of(f"{{get: /, auth: {{{kind}: {{username: joe, password: 010}}}}}}").auth
    assert auth is not None
    assert (auth.kind, auth.place) == (kind, at(2, 18, 4))
    assert (value(auth.username), value(auth.password), auth.token) == ("joe", "010", None)


def test_a_token_is_enough() -> None:
    auth = request_of("{get: /, auth: {bearer: '${token}'}}").auth
    assert auth == Auth("bearer", at(2, 18, 4), token=Setting("${token}", at(2, 33, 10), "${token}"))


def test_null_takes_authentication_away() -> None:
    assert request_of("{get: /, auth: null}").auth == Auth("none", at(2, 18, 4))


def test_authentication_without_its_kind_is_none() -> None:
    plan, complaints = wrong("name: x\nhttp: {auth: {basik: a}}\nsteps: [{get: /}]\n")
    assert plan is not None
    assert plan.http is not None
    assert (plan.http.auth, complaints) == (None, ["2:15 unknown key 'basik'"])


def test_hosts_and_redirects_are_read() -> None:
    request = request_of(
        "{get: /, hosts: {a: b}, rewrite_host: true, allow_hosts: [a, c], max_redirects: 3, cookie_jar: vu, "
        "target: http://d}"
    )
    assert {name: value(host) for name, host in (request.hosts or {}).items()} == {"a": "b"}
    assert [value(host) for host in request.allow_hosts or ()] == ["a", "c"]
    found = request.rewrite_host, request.max_redirects, request.cookie_jar, request.target
    assert [value(setting) for setting in found] == [True, 3, "vu", "http://d"]


def test_an_endpoint_may_record_and_tag() -> None:
    plan = plan_of(
        "name: x\nmetrics: {m: {type: trend}}\nsteps: [{request: a}]\n"
        "endpoints: {a: {get: /, record: {m: '${n}'}, tags: {b: c, d: null}}}\n"
    )
    request = plan.endpoints["a"].request
    assert [(record.metric, value(record.value), record.place) for record in request.records or ()] == [
        ("m", "${n}", at(4, 34))
    ]
    assert {name: tag and tag.text for name, tag in request.tags.items()} == {"b": "c", "d": None}


def test_saves_may_be_lists_and_attributes() -> None:
    request = request_of("{get: /, save: {a: {html: a.next, attribute: href, all: true}, b: {regex: c}}}")
    first, second = request.saves or ()
    assert (first.source, value(first.path), value(first.attribute), first.all) == (
        "html",
        "a.next",
        "href",
        True,
    )
    assert (second.source, second.attribute, second.all) == ("regex", None, False)


def test_a_broken_url_leaves_the_method() -> None:
    plan, _ = wrong("name: x\nendpoints: {a: {get: 5, timeout: 1s}}\nsteps: [{get: /}]\n")
    assert plan is not None
    request = plan.endpoints["a"].request
    assert (request.url, value(request.timeout and request.timeout.total)) == (None, "1s")


def test_text_of_brackets_without_end_is_no_reason_to_stop() -> None:
    assert request_of(f"{{post: /, json: '{'[' * 50_000}'}}").body is not None
