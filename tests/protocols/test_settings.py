"""What a plan says of connections and answers becomes terms; what is wrong is said at its place."""

from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import trustme
from requesting import PLACE, at, compiled, complaints

from planrunner.errors import Place
from planrunner.plan.model import Check, Condition, Dns, Record, Save, Timeout, Tls
from planrunner.protocols.http import connector
from planrunner.protocols.http.request.prepare import Call
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import HOW, TERMS, How, Origin, Terms
from planrunner.protocols.http.terms import Dns as Lookup
from planrunner.protocols.http.terms import Tls as Encryption


def told(**said: Any) -> tuple[How, Terms]:
    call = compiled("/a", **said)
    assert call.constant
    return call.constant[0].dial.how, call.terms


def test_who_says_nothing_gets_the_usual_terms() -> None:
    assert told() == (HOW, TERMS)
    assert (TERMS.usual, TERMS.phased) == (True, False)


def test_every_word_is_heard(tmp_path: Path) -> None:
    authority = trustme.CA()
    client = authority.issue_cert("client.example")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    client.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    place = Place(str(tmp_path / "plan.yml"), 1, 1)
    how, terms = told(
        timeout=Timeout(PLACE, at("9s"), at("2s"), at("3s"), at("4s"), at("5s")),
        keep_alive=at("iteration"),
        discard_bodies=at(True),
        max_body=at("1KiB"),
        http2=at("never"),
        proxy=at("http://u:p@proxy:3128"),
        local_addresses=(at("127.0.0.1"), at("127.0.0.1/32")),
        dns=Dns(PLACE, at("0s"), at("first"), at("only_ipv6")),
        tls=Tls(
            PLACE,
            verify=at(False),
            ca=at("ca.pem", place),
            cert=at("cert.pem", place),
            key=at("key.pem", place),
            password=at("secret"),
            min_version=at(1.0),
            max_version=at("1.2"),
            ciphers=(at("AES128-SHA"),),
            server_name=at("shop.example"),
            resume=at(True),
        ),
    )
    ca, cert, key = (str(tmp_path / name) for name in ("ca.pem", "cert.pem", "key.pem"))
    assert how == How(
        Encryption(False, ca, cert, key, "secret", "1.0", "1.2", ("AES128-SHA",), "shop.example", True),
        Lookup(0.0, "first", "only_ipv6"),
        "http://u:p@proxy:3128",
        "never",
        ("127.0.0.1", "127.0.0.1/32"),
        connect=2.0,
        handshake=3.0,
        keep="iteration",
    )
    assert terms == Terms(9.0, 4.0, 5.0, 1024, keep_body=False, head_only=False, once=False)
    assert (terms.usual, terms.phased) == (False, True)


def test_what_is_said_may_be_variables() -> None:
    how, terms = told(timeout=Timeout(PLACE, at("${wait}"), at("${wait}")), dns=Dns(PLACE, ttl=at("${wait}")))
    assert (terms.timeout, how.connect, how.dns.ttl) == (2.0, 2.0, 2.0)


def test_a_timeout_in_parts_leaves_the_rest_as_it_is() -> None:
    how, terms = told(timeout=Timeout(PLACE, idle=at("1s")))
    assert (terms.timeout, terms.first_byte, terms.idle, how.connect, how.handshake) == (
        60.0,
        inf,
        1.0,
        30.0,
        inf,
    )


def test_off_is_no_proxy_and_no_connection_is_kept() -> None:
    how, terms = told(proxy=at("off"), keep_alive=at("off"))
    assert (how.proxy, how.keep, terms.once) == ("", "off", True)
    assert told(proxy=at("env"))[0].proxy == "env"


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        {"keep_alive": at("always")},
        {"http2": at("maybe")},
        {"discard_bodies": at("perhaps")},
        {"max_body": at("7")},
        {"proxy": at("socks5://proxy:1080")},
        {"proxy": at("http://proxy/path")},
        {"proxy": at("proxy:3128")},
        {"timeout": Timeout(PLACE, connect=at("soon"))},
        {"dns": Dns(PLACE, select=at("last"))},
        {"dns": Dns(PLACE, policy=at("ipv5"))},
        {"tls": Tls(PLACE, min_version=at(1.4))},
        {"tls": Tls(PLACE, verify=at("maybe"))},
        {"tls": Tls(PLACE, ca=at("nowhere.pem"))},
    ],
)
def test_a_wrong_word_is_said_before_the_run(said: Any) -> None:
    (complaint,) = complaints("/a", **said)
    assert complaint.startswith("wrong value ")


def test_requests_that_are_told_the_same_share_connections() -> None:
    first, second = (compiled("/a", tls=Tls(PLACE, verify=at(False))) for _ in range(2))
    other = compiled("/a")
    assert origin(first) == origin(second) != origin(other)
    assert origin(first).how is origin(second).how  # so that telling so costs nothing


def origin(call: Call) -> Origin:
    assert call.constant
    return call.constant[0].dial


def asking(kind: str, wanted: str = "x") -> Check:
    return Check(kind, f"{kind} asks", (Condition("equals", at(wanted), PLACE),), PLACE)


@pytest.mark.parametrize("kind", ["body", "size"])
def test_checks_of_a_body_that_is_discarded_are_said_before_the_run(kind: str) -> None:
    (complaint,) = complaints("/a", discard_bodies=at(True), checks=(asking(kind),))
    assert complaint == f"the check '{kind} asks' needs the body, which `discard_bodies` leaves out"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"checks": (asking("expr", "${json.a == 1}"),)}, "the check 'expr asks'"),
        ({"saves": (Save("v", "regex", at("a"), PLACE),)}, "the saved value 'v'"),
        ({"saves": (Save("v", "expr", at("${length(body)}"), PLACE),)}, "the saved value 'v'"),
        ({"records": (Record("m", at("${json.n}"), PLACE),)}, "the sample for 'm'"),
    ],
)
def test_so_are_other_things_that_are_asked_of_it(said: Any, what: str) -> None:
    assert complaints("/a", discard_bodies=at(True), **said) == [
        f"{what} needs the body, which `discard_bodies` leaves out"
    ]


def test_what_does_not_need_the_body_may_be_asked() -> None:
    said: Any = {
        "checks": (asking("status"), asking("expr", "${status == 200}")),
        "saves": (Save("v", "header", at("a"), PLACE), Save("w", "expr", at("${status}"), PLACE)),
        "records": (Record("m", at("${duration}"), PLACE),),
    }
    assert complaints("/a", discard_bodies=at(True), **said) == []
    assert complaints("/a", checks=(asking("body"),)) == []


def test_the_settings_of_tls_are_made_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    calls = [compiled("https://h/a"), compiled("https://h/b"), compiled("http://h/c")]
    session = connector(perf_counter, calls=calls)(1)
    assert isinstance(session, Session)
    assert list(session._dialer._contexts) == [(HOW.tls, HOW.http2)]
