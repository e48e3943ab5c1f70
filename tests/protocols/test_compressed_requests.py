"""Requests whose body is compressed: what goes over the wire, and what may not be said beside it."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from requesting import (
    NAMES,
    PLACE,
    Scripted,
    answer,
    at,
    by_path,
    compiled,
    headers_of,
    prepared,
    send,
    settings,
    to,
    wire,
)

from planrunner.errors import Place
from planrunner.plan.model import Body, FileBody, FormBody, JsonBody, Request, TextBody
from planrunner.protocols.http.encodings import unpack
from planrunner.protocols.http.request.prepare import Call

TEXT = "margherita " * 20


def posting(*compression: str, body: Body | None = None, **rest: Any) -> Call:
    said = tuple(map(at, compression)) or None
    return compiled(method="POST", body=body or TextBody(at(TEXT), PLACE), compression=said, **rest)


def told(data: bytes) -> dict[str, str]:
    """The headers of a request."""
    return headers_of(data.partition(b"\r\n\r\n")[0].decode())


def sent_body(data: bytes, *encodings: str) -> bytes:
    """The body of a request, decoded; its length was told rightly."""
    body = data.partition(b"\r\n\r\n")[2]
    assert told(data)["Content-Length"] == str(len(body))
    found, code = unpack(body, encodings[::-1], 10_000)
    assert code == 0
    return found


@pytest.mark.parametrize("compression", [("gzip",), ("deflate",), ("br",), ("zstd",), ("gzip", "br", "zstd")])
@pytest.mark.parametrize("text", [TEXT, "${id} " + TEXT], ids=["constant", "of the run"])
def test_a_body_is_compressed_in_the_order_written(compression: tuple[str, ...], text: str) -> None:
    call = posting(*compression, body=TextBody(at(text), PLACE))
    data = wire(call, id=7)
    assert told(data)["Content-Encoding"] == ", ".join(compression)
    assert sent_body(data, *compression).decode() == text.replace("${id}", "7")


def test_what_does_not_change_is_compressed_once() -> None:
    call = posting("br")
    assert call.constant is not None
    assert wire(call) is wire(call)


def test_a_body_is_compressed_anew_where_the_url_alone_changes() -> None:
    data = wire(posting("gzip", url="/a/${id}"), id=7)
    assert data.startswith(b"POST /a/7 HTTP/1.1\r\n")
    assert sent_body(data, "gzip") == TEXT.encode()


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (FormBody(settings(a="1", b="x y"), PLACE), b"a=1&b=x+y"),
        (JsonBody({"a": at(1)}, PLACE), b'{"a":1}'),
    ],
)
def test_all_kinds_of_bodies_are_compressed_and_keep_their_type(body: Body, sent: bytes) -> None:
    data = wire(posting("gzip", body=body))
    assert sent_body(data, "gzip") == sent
    assert "Content-Type" in told(data)


def test_files_are_compressed(tmp_path: Path) -> None:
    (tmp_path / "menu.txt").write_text(TEXT)
    file = at("menu.txt", Place(str(tmp_path / "p.yml"), 1, 1))
    names = replace(NAMES, folder=str(tmp_path))
    assert sent_body(wire(posting("zstd", body=FileBody(file, PLACE), names=names)), "zstd") == TEXT.encode()


def test_a_request_without_a_body_is_not_compressed() -> None:
    data = wire(compiled(method="POST", compression=(at("gzip"),)))
    assert told(data)["Content-Length"] == "0"
    assert "Content-Encoding" not in told(data)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_body_that_turns_out_to_be_empty_is_not_compressed(method: str) -> None:
    call = compiled(method=method, body=TextBody(at("${id}"), PLACE), compression=(at("gzip"),))
    data = wire(call, id="")
    assert "Content-Encoding" not in told(data)
    assert data.endswith(b"\r\n\r\n")
    assert sent_body(wire(call, id="abc"), "gzip") == b"abc"


@pytest.mark.parametrize("said", [None, (at("off"),)])
def test_off_sends_the_body_as_it_is(said: Any) -> None:
    data = wire(compiled(method="POST", body=TextBody(at("abc"), PLACE), compression=said))
    assert "Content-Encoding" not in told(data)
    assert data.endswith(b"\r\n\r\nabc")


def test_a_variable_may_say_how() -> None:
    names = replace(NAMES, variables={**NAMES.variables, "way": "br"})
    assert sent_body(wire(posting("gzip", "${way}", names=names)), "gzip", "br") == TEXT.encode()


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        (("lzma",), "wrong value 'lzma'", "write gzip, deflate, br, zstd or off"),
        (("gzip", "off"), "wrong value 'off'", "write gzip, deflate, br or zstd"),
        (("${limit}",), "wrong value 5", "write gzip, deflate, br, zstd or off"),
    ],
)
def test_what_is_no_compression_is_told(said: tuple[str, ...], message: str, hint: str) -> None:
    _, problems = prepared("/a", method="POST", compression=tuple(map(at, said)))
    assert [(problem.message, problem.hint) for problem in problems] == [(message, hint)]


def test_a_content_encoding_beside_it_is_told_where_it_stands() -> None:
    place = Place("p.yml", 7, 9)
    _, problems = prepared(
        "/a", method="POST", headers={"content-encoding": at("gzip", place)}, compression=(at("gzip"),)
    )
    assert [(problem.message, problem.place) for problem in problems] == [
        ("Content-Encoding is written by `compression`", place)
    ]


def test_a_plan_may_send_what_it_has_compressed_itself() -> None:
    for said in (None, (at("off"),)):
        call = compiled(method="POST", headers=settings(**{"Content-Encoding": "gzip"}), compression=said)
        assert told(wire(call))["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(("status", "kept"), [(302, False), (307, True)])
def test_a_redirect_that_drops_the_body_drops_its_encoding(status: int, kept: bool) -> None:
    class Binary(Scripted):
        async def exchange(self, origin: Any, data: bytes, terms: Any) -> Any:
            seen.append(data)
            return await super().exchange(origin, data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", terms)

    seen: list[bytes] = []
    send(Binary(by_path(a=to("/b", status), b=answer())), posting("gzip"))
    assert ["Content-Encoding" in told(data) for data in seen] == [True, kept]
    if kept:
        assert sent_body(seen[1], "gzip") == TEXT.encode()


# Layers.


def layer(compression: str | None = None, **headers: str) -> Request:
    said = (at(compression),) if compression else None
    return Request(PLACE, headers=settings(**headers), compression=said)


ENCODED = {"content-encoding": "br"}


@pytest.mark.parametrize(
    ("above", "below", "compression", "headers"),
    [
        (layer(), layer("gzip"), "gzip", {}),
        (layer("br"), layer("gzip"), "br", {}),
        (layer("off"), layer("gzip"), "off", {}),
        (layer(**ENCODED), layer("gzip"), None, ENCODED),
        (layer("gzip"), layer(**ENCODED, other="x"), "gzip", {"other": "x"}),
        (layer("off"), layer(**ENCODED), "off", {}),
    ],
)
def test_an_upper_layer_says_it_instead_of_a_lower_one(
    above: Request, below: Request, compression: str | None, headers: dict[str, str]
) -> None:
    found = above.over(below)
    assert [setting.value for setting in found.compression or ()] == ([compression] if compression else [])
    assert {name: setting and setting.value for name, setting in found.headers.items()} == headers
