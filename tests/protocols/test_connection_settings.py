"""What a plan says of connections and cannot be: an error at its place, before anything is sent."""

from pathlib import Path
from typing import Any

import pytest
import trustme
from requesting import NAMES, PLACE, at, prepared

from planrunner.errors import Place, Problem, Problems
from planrunner.plan.model import Request, Tls
from planrunner.protocols.http.request.prepare import prepare


def problems(url: str = "/a", **said: Any) -> list[Problem]:
    return list(prepared(url, **said)[1])


def lines(folder: Path, **said: str) -> dict[str, Any]:
    """Put each setting on a line of its own, the first on line 2."""
    file = str(folder / "plan.yml")
    return {name: at(value, Place(file, number, 9)) for number, (name, value) in enumerate(said.items(), 2)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority = trustme.CA()
    client, other = authority.issue_cert("client.example"), authority.issue_cert("other.example")
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    other.private_key_pem.write_to_path(str(tmp_path / "other.pem"))
    return tmp_path


@pytest.mark.parametrize(
    ("said", "line", "message"),
    [
        ({"cert": "cert.pem"}, 2, "'cert.pem' holds no key"),
        ({"cert": "cert.pem", "key": "other.pem"}, 3, "the key is not the certificate's"),
        ({"ca": "other.pem"}, 2, "'other.pem' holds no certificate that can be read"),
        ({"min_version": "1.3", "max_version": "1.2"}, 3, "no version of TLS is left"),
    ],
)
def test_what_is_wrong_with_tls_is_said_at_its_line(
    folder: Path, said: dict[str, str], line: int, message: str
) -> None:
    (problem,) = problems(tls=Tls(PLACE, **lines(folder, **said)))
    assert (problem.place.line, problem.message.startswith(message)) == (line, True)


def test_a_mistake_has_no_consequences(folder: Path) -> None:
    (problem,) = problems(tls=Tls(PLACE, **lines(folder, cert="nowhere.pem", key="other.pem")))
    assert (problem.place.line, problem.hint) == (2, "there is no such file")


def test_a_log_of_keys_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "/no/such/folder/keys.log")
    (problem,) = problems(tls=Tls(PLACE, server_name=at("log.example")))
    assert (problem.place, problem.message.partition(" ")[0]) == (PLACE, "SSLKEYLOGFILE:")


def test_each_cipher_suite_is_looked_at() -> None:
    place = Place("p.yml", 7, 3)
    (problem,) = problems(tls=Tls(PLACE, ciphers=(at("AES128-SHA"), at("AES129-SHA", place))))
    assert (problem.place, problem.hint) == (
        place,
        "unknown cipher suite 'AES129-SHA': did you mean 'AES128-SHA'?",
    )


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ({"tls": Tls(PLACE, server_name=at("a b"))}, "its host holds a space or a control character"),
        ({"local_addresses": (at("192.0.2.1"),)}, "this machine does not have the address 192.0.2.1"),
        (
            {"local_addresses": (at("here"),)},
            "write an address, a range like 10.0.0.5-10.0.0.9, or a network ",
        ),
        (
            {"proxy": at("socks5://proxy.example")},
            "only HTTP proxies are supported, socks5 is not: write a URL",
        ),
    ],
)
def test_what_cannot_be_is_said_with_what_can(said: Any, hint: str) -> None:
    (problem,) = problems(**said)
    assert problem.hint.startswith(hint)


def test_an_environment_that_names_no_http_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example")
    (problem,) = problems(proxy=at("env"))
    assert problem.hint.startswith("environment variable ALL_PROXY: only HTTP proxies are supported")


TARGET, URL = Place("p.yml", 1, 9), Place("p.yml", 5, 9)


@pytest.mark.parametrize(
    ("url", "said", "place"),
    [
        ("/a", {}, TARGET),
        ("https://other.example/a", {}, URL),
        ("/a", {"proxy": at("off")}, None),
        ("/a", {"proxy": at("env")}, None),
        ("https://localhost/a", {}, None),
        ("http://shop.example/a", {}, None),  # HTTPS_PROXY is not for it
        ("/${id}", {}, None),
        ("https:///a", {}, None),
    ],
)
def test_a_proxy_of_the_environment_that_is_not_used_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, url: str, said: Any, place: Place | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    found = warnings(url, said)
    assert found == ([(place, "HTTPS_PROXY is set, but not used")] if place else [])


def warnings(url: str, said: Any) -> list[tuple[Place, str]]:
    found = Problems()
    prepare(
        Request(URL, method="GET", url=at(url, URL), **said), at("https://shop.example", TARGET), NAMES, found
    )
    return [(problem.place, problem.message) for problem in found if problem.warning]


def test_a_plan_is_warned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example")
    found = [problem for url in ("/a", "/b") for problem in problems(url)]
    assert [problem.message for problem in found] == ["HTTP_PROXY is set, but not used"] * 2
    assert found[0] == found[1]  # and what is said twice is shown once
