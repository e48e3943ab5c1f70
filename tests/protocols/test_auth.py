"""Auth: what each kind sends, and what a digest answers to a challenge."""

import re
from typing import Any

import pytest
from requesting import PLACE, at, compiled, complaints, headers_of, scope, sent, settings

from planrunner.plan.model import Auth
from planrunner.protocols.http.digest import Nonce, challenge
from planrunner.values.expressions import EvaluationError

MUFASA = ("Mufasa", "Circle of Life")


def basic(user: str, password: str = "p") -> Auth:
    return Auth("basic", PLACE, at(user), at(password))


def test_basic_is_written_once() -> None:
    call = compiled(auth=basic("Aladdin", "open sesame"))
    assert call.constant is not None
    assert headers_of(sent(call))["Authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_basic_is_utf8_and_may_be_computed() -> None:
    call = compiled(auth=basic("ü", "${token}"))
    assert headers_of(sent(call, token="1:2"))["Authorization"] == "Basic w7w6MToy"


def test_bearer_sends_a_token() -> None:
    call = compiled(auth=Auth("bearer", PLACE, token=at("${token}")))
    assert headers_of(sent(call, token="t1"))["Authorization"] == "Bearer t1"


def test_auth_none_sends_none() -> None:
    assert "Authorization" not in headers_of(sent(compiled(auth=Auth("none", PLACE))))


def test_a_digest_sends_nothing_before_it_is_asked() -> None:
    call = compiled(auth=Auth("digest", PLACE, at("${limit}"), at("${token}")))
    assert "Authorization" not in headers_of(sent(call))
    assert call.login is not None
    assert call.login.of(scope(token="t")) == ("5", "t")


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ({"auth": basic("a:b")}, "a user name for basic auth cannot hold a colon"),
        (
            {"auth": basic("a"), "headers": settings(authorization="x")},
            "authorization is written by `auth`",
        ),
        ({"auth": Auth("digest", PLACE, at("a\nb"), at("p"))}, "a header cannot hold a line break"),
    ],
)
def test_what_is_wrong_with_auth_is_said_before_the_run(rest: dict[str, Any], message: str) -> None:
    assert complaints(**rest) == [message]


def test_a_user_name_of_the_run_with_a_colon_is_an_error_of_the_run() -> None:
    with pytest.raises(EvaluationError, match=r"cannot hold a colon \(p.yml:1\)"):
        sent(compiled(auth=basic("${token}")), token="a:b")


@pytest.mark.parametrize("auth", [Auth("none", PLACE), None])
def test_an_authorization_header_may_be_written_by_hand(auth: Auth | None) -> None:
    call = compiled(auth=auth, headers=settings(Authorization="Token 1"))
    assert headers_of(sent(call))["Authorization"] == "Token 1"


# Digest: the examples of RFC 7616, 3.9.1; where it has none, what curl 7.88 sends.

ASKED = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def asked(line: str) -> Nonce:
    found = challenge([line.encode()], CNONCE)
    assert found is not None
    return found


def fields(answer: bytes) -> dict[str, str]:
    assert answer.startswith(b"Digest ")
    return {
        name: quoted or bare
        for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|(\w[\w-]*))', answer.decode())
    }


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_a_digest_is_answered_as_the_rfc_shows(algorithm: str, response: str) -> None:
    found = fields(asked(ASKED.format(algorithm)).answer(MUFASA, "GET", "/dir/index.html"))
    assert found == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": CNONCE,
        "qop": "auth",
        "response": response,
        "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
    }


def test_a_nonce_is_counted() -> None:
    nonce = asked(ASKED.format("MD5"))
    answers = [fields(nonce.answer(MUFASA, "GET", "/")) for _ in range(2)]
    assert [answer["nc"] for answer in answers] == ["00000001", "00000002"]
    assert answers[0]["response"] != answers[1]["response"]


def test_a_target_without_qop_gets_the_old_answer() -> None:
    nonce = asked('Digest realm="r", nonce="n"')
    found = fields(nonce.answer(MUFASA, "GET", "/"))
    assert found.keys() == {"username", "realm", "nonce", "uri", "response"}
    assert found["response"] == "35a26c340ec2db75273c40da54213df2"  # curl 7.88 sends the same


@pytest.mark.parametrize(
    ("asks", "cnonce", "response"),
    [
        (
            'realm="r", nonce="n", qop="auth", algorithm=MD5-sess',
            "YzAxYTI2NmI0OTVlOWVlNDFkZDVmOWM2Y2JhYThiZDc=",
            "09925b99084e2d7774bf02d8ffc82140",
        ),
        (
            'realm="r", nonce="n", qop="auth", algorithm=SHA-256-sess, opaque="o"',
            "ODk0Mzk4MDBmZTQ4N2Q0NTlmNTliYWY4MmU4ZTQyZmQ=",
            "663dbf8f802fe8ff257324a6973135473f9cde04b4260ab6391cd9b19088d9b3",
        ),
        (
            r'realm="r\"s", nonce="n", qop="auth"',
            "M2Q0NDI0NjZlZjA4MzNlYTYxOTAzYmRiM2YzZmZhYjQ=",
            "374b3710fe92392f283d6c04527ff273",
        ),
    ],
    ids=["MD5-sess", "SHA-256-sess", "a quote in the realm"],
)
def test_other_digests_are_answered_as_curl_does(asks: str, cnonce: str, response: str) -> None:
    nonce = challenge([f"Digest {asks}".encode()], cnonce)
    assert nonce is not None
    assert f'response="{response}"'.encode() in nonce.answer(MUFASA, "GET", "/")


def test_quotes_are_escaped() -> None:
    answer = asked('Digest realm="r\\"s", nonce="n"').answer(('a"b\\', "p"), "GET", "/")
    assert b'username="a\\"b\\\\", realm="r\\"s"' in answer


@pytest.mark.parametrize(
    ("lines", "nonce"),
    [
        (["Basic realm=x", 'Digest realm="r", nonce="1"'], "1"),
        (['Basic realm="a, Digest nonce=9", Digest realm="r", nonce=2'], "2"),
        (["Negotiate, Digest nonce=3"], "3"),
        (['Digest nonce="4", algorithm=SHA-512-256', 'Digest nonce="5", algorithm=SHA-256'], "5"),
        (['Digest nonce="6", qop="auth-int", Digest nonce="7", qop=auth'], "7"),
    ],
)
def test_the_first_challenge_that_we_can_answer_is_answered(lines: list[str], nonce: str) -> None:
    found = challenge([line.encode() for line in lines], "c")
    assert found is not None
    assert found.nonce == nonce


@pytest.mark.parametrize(
    "line", ["", "Basic realm=x", "Digest realm=x", "nonce=1", 'Digest nonce="1", qop=other']
)
def test_what_is_no_digest_is_not_answered(line: str) -> None:
    assert challenge([line.encode()], "c") is None


@pytest.mark.parametrize(
    "line", ["a" * 200_000, "a " * 100_000, "a=" * 100_000, 'a="' * 60_000, " " * 200_000]
)
def test_no_challenge_takes_long(line: str) -> None:
    assert challenge([line.encode()], "c") is None
