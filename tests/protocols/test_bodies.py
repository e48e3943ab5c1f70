"""Bodies: what each kind in the plan becomes on the wire."""

import json
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from requesting import NAMES, PLACE, at, body_of, compiled, headers_of, prepared, sent, settings, wire

from planrunner.errors import Place, Problems
from planrunner.plan.model import (
    Body,
    FileBody,
    FormBody,
    GraphqlBody,
    JsonBody,
    MultipartBody,
    Part,
    Setting,
    TextBody,
)
from planrunner.protocols.http.request.prepare import Call
from planrunner.values.expressions import EvaluationError

Fields = dict[str, Setting | tuple[Setting, ...]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a plan's folder with files to send."""
    (tmp_path / "menu.png").write_bytes(b"\x89PNG\r\n${limit}\xff")
    (tmp_path / "order.json").write_text('{"id": ${id},\n "n": ${limit}, "cost": "$${5}"}', "utf-8")
    (tmp_path / "empty.bin").write_bytes(b"")
    return tmp_path


def posted(body: Body, folder: Path | None = None, **rest: Any) -> tuple[Call, Problems]:
    return prepared("/a", method="POST", body=body, names=replace(NAMES, folder=str(folder or ".")), **rest)


def posting(body: Body, folder: Path | None = None, **rest: Any) -> Call:
    """Compile a POST that is free of problems."""
    call, problems = posted(body, folder, **rest)
    assert [problem.message for problem in problems] == []
    return call


def named(file: str, folder: Path) -> Setting:
    return at(file, Place(str(folder / "p.yml"), 7, 3))


def sending(file: str, folder: Path, *, template: bool = False) -> FileBody:
    return FileBody(named(file, folder), PLACE, template=template)


# Files.


def test_a_file_is_sent_byte_for_byte(folder: Path) -> None:
    call = posting(sending("menu.png", folder), folder)
    assert call.constant is not None
    assert body_of(call) == (folder / "menu.png").read_bytes()
    head = wire(call).partition(b"\r\n\r\n")[0].decode()
    assert (headers_of(head)["Content-Type"], headers_of(head)["Content-Length"]) == ("image/png", "15")


def test_an_empty_file_is_a_body_of_no_bytes(folder: Path) -> None:
    found = headers_of(sent(posting(sending("empty.bin", folder), folder)))
    assert (found["Content-Length"], found["Content-Type"]) == ("0", "application/octet-stream")


def test_a_template_is_computed_each_time(folder: Path) -> None:
    call = posting(sending("order.json", folder, template=True), folder)
    assert body_of(call, id=7) == b'{"id": 7,\n "n": 5, "cost": "${5}"}'
    assert headers_of(sent(call, id=7))["Content-Type"] == "application/json"


def test_a_template_without_run_time_values_is_written_once(folder: Path) -> None:
    (folder / "constant.txt").write_text("n=${limit}", "utf-8")
    call = posting(sending("constant.txt", folder, template=True), folder)
    assert call.constant is not None
    assert body_of(call) == b"n=5"


def test_what_is_wrong_in_a_template_is_said_at_its_line(folder: Path) -> None:
    (folder / "wrong.xml").write_text("<a>\n  <b>${limit}</b>${nope}\n</a>", "utf-8")
    _, problems = posted(sending("wrong.xml", folder, template=True), folder)
    (problem,) = problems
    assert problem.message == "unknown variable 'nope'"
    assert (problem.place.line, problem.place.column, problem.place.width) == (2, 20, 4)
    assert "   2 |   <b>${limit}</b>${nope}\n     |                    ^^^^" in problems.render(problem)
    assert problem.place.file == str(folder / "wrong.xml")


def test_what_is_not_closed_in_a_template_is_said_at_its_line(folder: Path) -> None:
    (folder / "wrong.xml").write_text("<a>\n${limit\n", "utf-8")
    (problem,) = posted(sending("wrong.xml", folder, template=True), folder)[1]
    assert (problem.message, problem.place.line, problem.place.column) == ("'${' is not closed", 2, 1)


def test_an_error_in_a_template_names_its_line(folder: Path) -> None:
    call = posting(sending("order.json", folder, template=True), folder)
    with pytest.raises(EvaluationError, match=r"id has no value yet, in \$\{id\} \(.*order.json:1\)"):
        sent(call)


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("order.jsn", "there is no such file; did you mean 'order.json'?"),
        ("../secret", "it must be below the plan's folder"),
        ("${id}", "here only variables are known"),
    ],
)
def test_a_file_that_cannot_be_sent_is_a_problem_at_its_name(folder: Path, file: str, hint: str) -> None:
    (problem,) = posted(sending(file, folder), folder)[1]
    assert hint in problem.hint
    assert problem.place.line == 7


def test_a_template_that_is_no_text_is_a_problem(folder: Path) -> None:
    (problem,) = posted(sending("menu.png", folder, template=True), folder)[1]
    assert problem.message == "menu.png is not UTF-8"


def test_a_file_that_may_not_be_read_is_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read everything, so no chmod
    (problem,) = posted(sending("menu.png", folder), folder)[1]
    assert problem.hint == "it cannot be read: Permission denied"


# Forms.


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    fields: Fields = {"q": at("${word}&="), "n": (at(1), at("${limit}")), "f b": Setting(1.1, PLACE, "1.10")}
    call = posting(FormBody(fields, PLACE))
    assert call.constant is not None
    assert body_of(call) == b"q=a%2Fb+%C3%BC%26%3D&n=1&n=5&f+b=1.10"
    assert headers_of(sent(call))["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_form_may_hold_values_of_the_run() -> None:
    call = posting(FormBody(settings(t="${token}"), PLACE))
    assert (body_of(call, token="a b"), body_of(call, token="\ud800")) == (b"t=a+b", b"t=%3F")


# Uploads.


def multipart(**parts: Part | tuple[Part, ...]) -> MultipartBody:
    return MultipartBody(
        {name: part if isinstance(part, tuple) else (part,) for name, part in parts.items()}, PLACE
    )


def value(text: str, **rest: Any) -> Part:
    return Part(PLACE, value=at(text), **rest)


def received(call: Call, **values: Any) -> list[Message]:
    """Read an upload as a target does."""
    data = wire(call, **values)
    found = message_from_bytes(data.partition(b"\r\n")[2])
    assert found.get_content_type() == "multipart/form-data"
    return list(found.get_payload())


def test_an_upload_holds_fields_and_files(folder: Path) -> None:
    file = Part(PLACE, file=named("menu.png", folder))
    call = posting(multipart(title=(value("Menu"), value("${limit}")), photo=file), folder)
    assert call.constant is not None
    fields = [
        (part.get_param("name", header="Content-Disposition"), part.get_payload(decode=True))
        for part in received(call)
    ]
    assert fields == [("title", b"Menu"), ("title", b"5"), ("photo", (folder / "menu.png").read_bytes())]
    photo = received(call)[2]
    assert (photo.get_filename(), photo.get_content_type()) == ("menu.png", "image/png")


def test_an_upload_is_written_as_the_rfc_says() -> None:
    call = posting(multipart(title=value("Menu")))
    boundary = headers_of(sent(call))["Content-Type"].partition("boundary=")[2]
    assert body_of(call).decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nMenu\r\n--{boundary}--\r\n'
    )


def test_names_and_file_names_are_escaped_as_browsers_do(folder: Path) -> None:
    file = Part(PLACE, file=named("menu.png", folder), filename=at('a"\r\nb.${id}'), type=at("${token}"))
    call = posting(MultipartBody({'n"1': (file,)}, PLACE), folder)
    head = body_of(call, id="x", token="image/x").partition(b"\r\n\r\n")[0].decode()
    assert head.split("\r\n")[1:] == [
        'Content-Disposition: form-data; name="n%221"; filename="a%22%0D%0Ab.x"',
        "Content-Type: image/x",
    ]


def test_a_value_may_have_a_type_and_a_file_name() -> None:
    call = posting(multipart(data=value('{"a": 1}', type=at("application/json"), filename=at("a.json"))))
    (part,) = received(call)
    assert (part.get_content_type(), part.get_filename()) == ("application/json", "a.json")


def test_a_type_from_the_run_cannot_break_out_of_its_line() -> None:
    call = posting(multipart(data=value("x", type=at("${token}"))))
    with pytest.raises(EvaluationError, match="a header cannot hold a line break"):
        sent(call, token="a\r\nb")


def test_the_boundary_is_not_in_the_content() -> None:
    first = headers_of(sent(posting(multipart(a=value("x")))))["Content-Type"].partition("boundary=")[2]
    again = headers_of(sent(posting(multipart(a=value("x")))))["Content-Type"].partition("boundary=")[2]
    other = headers_of(sent(posting(multipart(a=value(first)))))["Content-Type"].partition("boundary=")[2]
    assert first == again  # a plan is always sent alike
    assert other not in first


def test_a_value_of_the_run_that_holds_the_boundary_is_not_sent() -> None:
    call = posting(multipart(a=value("${token}")))
    boundary = headers_of(sent(call, token="x"))["Content-Type"].partition("boundary=")[2]
    with pytest.raises(EvaluationError, match="holds the boundary"):
        sent(call, token=f"--{boundary}--")


def test_a_boundary_of_the_plans_own_is_used() -> None:
    headers = settings(**{"content-type": 'multipart/form-data; boundary="my mark"'})
    call = posting(multipart(a=value("x")), headers=headers)
    assert body_of(call).startswith(b"--my mark\r\n")
    assert "Content-Type" not in headers_of(sent(call))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("multipart/form-data", "this Content-Type names no boundary"),
        ("${token}", "this Content-Type names no boundary"),
        ("multipart/form-data; boundary=x", "the boundary 'x' is in the content of the form"),
    ],
)
def test_a_content_type_that_cannot_be_is_a_problem(kind: str, message: str) -> None:
    (problem,) = posted(multipart(a=value("xyz")), headers=settings(**{"Content-Type": kind}))[1]
    assert problem.message == message


def test_a_part_of_which_nothing_is_known_is_empty() -> None:
    assert [part.get_payload() for part in received(posting(multipart(a=Part(PLACE))))] == [""]


def test_a_part_whose_file_is_missing_is_a_problem(folder: Path) -> None:
    (problem,) = posted(multipart(a=Part(PLACE, file=named("none.bin", folder))), folder)[1]
    assert problem.hint.startswith("there is no such file")


# JSON, GraphQL, text.


def test_a_graphql_request_is_json() -> None:
    query = "query Q($id: ID!) { item(id: $id) { name } }"
    body = GraphqlBody(at(query), PLACE, {"id": at("${id}")}, at("Q"))
    call = posting(body)
    assert json.loads(body_of(call, id=7)) == {"query": query, "variables": {"id": 7}, "operationName": "Q"}
    assert headers_of(sent(call, id=7))["Content-Type"] == "application/json"


def test_a_graphql_request_says_only_what_the_plan_says() -> None:
    call = posting(GraphqlBody(at("{ a }"), PLACE))
    assert call.constant is not None
    assert body_of(call) == b'{"query":"{ a }"}'


def test_json_that_cannot_be_written_is_an_error_of_the_run() -> None:
    call = posting(JsonBody({"a": at("${token}")}, PLACE))
    with pytest.raises(EvaluationError, match="surrogates not allowed"):
        sent(call, token="\ud800")


@pytest.mark.parametrize(
    "body",
    [JsonBody(at(1), PLACE), FormBody({}, PLACE), TextBody(at("x"), PLACE)],
    ids=["json", "form", "text"],
)
def test_a_header_of_the_plan_says_another_type(body: Body) -> None:
    call = posting(body, headers=settings(**{"content-type": "text/plain"}))
    found = headers_of(sent(call))
    assert (found["content-type"], "Content-Type" in found) == ("text/plain", False)


def test_a_null_takes_the_type_away() -> None:
    assert "Content-Type" not in headers_of(
        sent(posting(JsonBody(at(1), PLACE), headers={"Content-Type": None}))
    )


def test_a_request_without_a_body_has_no_type() -> None:
    assert "Content-Type" not in headers_of(sent(compiled("/a")))
