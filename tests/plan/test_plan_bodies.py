import pytest
from reading import at, request_of, value, wrong

from planrunner.plan.model import (
    FileBody,
    FormBody,
    GraphqlBody,
    JsonBody,
    MultipartBody,
    Part,
    Setting,
    TextBody,
)


def test_json_may_have_any_shape() -> None:
    body = request_of("{post: /, json: {a: [1, b]}}").body
    assert body == JsonBody(
        {"a": (Setting(1, at(2, 30, 1), "1"), Setting("b", at(2, 33, 1), "b"))}, at(2, 19, 4)
    )


def test_text_is_sent_as_it_was_written() -> None:
    assert request_of("{post: /, body: 1.10}").body == TextBody(
        Setting(1.1, at(2, 25, 4), "1.10"), at(2, 19, 4)
    )


@pytest.mark.parametrize(
    ("text", "template"), [("", False), (", template: true", True), (", template: false", False)]
)
def test_a_file_may_be_a_template(text: str, template: bool) -> None:
    body = request_of(f"{{post: /, body_file: a.json{text}}}").body
    assert body == FileBody(Setting("a.json", at(2, 30, 6), "a.json"), at(2, 19, 9), template)


def test_a_field_of_a_form_may_have_several_values() -> None:
    body = request_of("{post: /, form: {a: 010, b: [1, 2]}}").body
    assert isinstance(body, FormBody)
    first, second = body.fields.values()
    assert isinstance(second, tuple)
    assert (value(first), [value(one) for one in second]) == ("010", [1, 2])


def test_a_part_is_a_value_or_a_file() -> None:
    body = request_of("{post: /, multipart: {a: 1, b: {file: c.png, type: image/png, filename: d}}}").body
    assert isinstance(body, MultipartBody)
    (first,), (second,) = body.parts.values()
    assert first == Part(at(2, 34, 1), Setting(1, at(2, 34, 1), "1"))
    found = value(second.file), value(second.type), value(second.filename), second.value
    assert found == ("c.png", "image/png", "d", None)


def test_a_part_may_be_a_value_of_a_type() -> None:
    body = request_of("{post: /, multipart: {a: {value: 1, type: text/plain}}}").body
    assert isinstance(body, MultipartBody)
    ((part,),) = body.parts.values()
    assert (value(part.value), value(part.type), part.file) == (1, "text/plain", None)


def test_several_parts_may_have_one_name() -> None:
    body = request_of("{post: /, multipart: {a: [1, {file: b}]}}").body
    assert isinstance(body, MultipartBody)
    assert [bool(part.file) for part in body.parts["a"]] == [False, True]


def test_a_query_may_have_variables_and_an_operation() -> None:
    body = request_of("{post: /, graphql: {query: '{a}', variables: {b: 1}, operation: c}}").body
    assert isinstance(body, GraphqlBody)
    assert isinstance(body.variables, dict)
    assert (value(body.query), value(body.variables["b"]), value(body.operation)) == ("{a}", 1, "c")


def test_a_query_may_stand_alone() -> None:
    body = request_of("{post: /, graphql: {query: a}}").body
    assert isinstance(body, GraphqlBody)
    assert (body.variables, body.operation) == (None, None)


def test_a_query_without_its_text_is_no_body() -> None:
    plan, complaints = wrong("name: x\nendpoints: {a: {post: /, graphql: {query: 5}}}\nsteps: [{get: /}]\n")
    assert plan is not None
    assert (plan.endpoints["a"].request.body, len(complaints)) == (None, 1)


def test_of_two_bodies_the_usable_one_is_kept() -> None:
    plan, complaints = wrong("name: x\nendpoints: {a: {post: /, form: 5, body: b}}\nsteps: [{get: /}]\n")
    assert plan is not None
    assert isinstance(plan.endpoints["a"].request.body, TextBody)
    assert complaints == [
        "2:32 expected a mapping, found the number 5",
        "2:35 a request has one body; this one has `form` and `body`",
    ]


@pytest.mark.parametrize("text", ['{"a": ${a}}', "[1, 2]"])
def test_json_as_text_is_warned_of(text: str) -> None:
    _, complaints = wrong(f"name: x\nsteps: [{{post: /, json: '{text}'}}]\n")
    assert complaints == ["2:25 this text looks like JSON and would be sent as a quoted text"]
