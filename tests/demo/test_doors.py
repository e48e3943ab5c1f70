import re

import httpx
import pytest
from asking import Ask, opened

from planrunner.demo.accounts import token
from planrunner.demo.doors import proof

RIGHT = {"username": "default", "password": "12345678"}


@pytest.fixture
def ask() -> Ask:
    return opened()


def sent(ask: Ask, **given: str) -> httpx.Response:
    """Fetch the form, fill it in and send it back as a browser does."""
    shown = ask("GET", "/login")
    (secret,) = re.findall(r'name="csrf_token" value="(\w+)"', shown.text)
    cookies = {"Cookie": f"csrf={shown.cookies['csrf']}"}
    return ask("POST", "/login", data={"csrf_token": secret, **given}, headers=cookies)


def test_every_form_has_a_secret_of_its_own(ask: Ask) -> None:
    shown = [ask("GET", "/login") for _ in range(2)]
    assert [one.cookies["csrf"] for one in shown] == [token("form 1"), token("form 2")]
    assert f'value="{token("form 1")}"' in shown[0].text


def test_a_login_leads_to_the_account_with_a_session(ask: Ask) -> None:
    reply = sent(ask, **RIGHT)
    assert (reply.status_code, reply.headers["location"]) == (302, "/account")
    cookie = f"session={token('default')}; HttpOnly; Path=/; SameSite=lax"
    assert reply.headers["set-cookie"] == cookie


def test_the_account_is_shown_to_who_has_a_session(ask: Ask) -> None:
    reply = ask("GET", "/account", headers={"Cookie": f"session={token('default')}"})
    assert (reply.status_code, '<b id="guest">default</b>' in reply.text) == (200, True)


def test_a_name_cannot_hold_html(ask: Ask) -> None:
    ask("POST", "/api/users", json={"username": "<i>", "password": "x"})
    reply = ask("GET", "/account", headers={"Cookie": f"session={token('<i>')}"})
    assert '<b id="guest">&lt;i&gt;</b>' in reply.text


@pytest.mark.parametrize("cookie", ["", "session=wrong"])
def test_the_account_leads_strangers_to_the_form(ask: Ask, cookie: str) -> None:
    reply = ask("GET", "/account", headers={"Cookie": cookie})
    assert (reply.status_code, reply.headers["location"]) == (302, "/login")


def test_a_wrong_password_gets_the_form_again(ask: Ask) -> None:
    reply = sent(ask, username="default", password="no")
    assert (reply.status_code, "session" in reply.cookies) == (401, False)
    assert '<p role="alert">wrong username or password</p>' in reply.text


@pytest.mark.parametrize("given", [{}, {"csrf_token": "x"}, {"csrf_token": ""}])
def test_a_form_without_its_secret_is_refused(ask: Ask, given: dict[str, str]) -> None:
    reply = ask("POST", "/login", data={**RIGHT, **given})
    assert (reply.status_code, "this form is too old" in reply.text) == (403, True)


def test_a_logout_takes_the_session_away(ask: Ask) -> None:
    reply = ask("POST", "/logout")
    assert (reply.status_code, reply.headers["location"]) == (302, "/")
    assert reply.headers["set-cookie"].startswith('session=""; expires=')


def test_basic_lets_in_who_knows_the_password(ask: Ask) -> None:
    reply = ask("GET", "/api/basic", auth=("default", "12345678"))
    assert (reply.status_code, reply.json()) == (200, {"user": "default"})


@pytest.mark.parametrize(
    "given",
    ["", "Basic", "Basic ZGVmYXVsdDpubw==", "Basic \u00e4", "Basic /w==", "Bearer ZGVmYXVsdDoxMjM0NTY3OA=="],
)
def test_basic_keeps_everybody_else_out(ask: Ask, given: str) -> None:
    reply = ask("GET", "/api/basic", headers={"Authorization": given.encode()})
    assert (reply.status_code, reply.json()) == (401, {"error": "log in first"})
    assert reply.headers["www-authenticate"] == 'Basic realm="pizza shop", charset="UTF-8"'


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest_lets_in_who_proves_to_know_the_password(ask: Ask, algorithm: str) -> None:
    reply = ask(
        "POST", f"/api/digest?algorithm={algorithm}", auth=httpx.DigestAuth("default", "12345678"), data=RIGHT
    )
    assert (reply.status_code, reply.json()) == (200, {"user": "default", "algorithm": algorithm})


@pytest.mark.parametrize(("name", "password"), [("default", "no"), ("nobody", "12345678")])
def test_digest_keeps_everybody_else_out(ask: Ask, name: str, password: str) -> None:
    reply = ask("GET", "/api/digest", auth=httpx.DigestAuth(name, password))
    assert (reply.status_code, len(reply.history)) == (401, 1)


def test_the_challenge_has_a_nonce_of_this_shop(ask: Ask) -> None:
    reply = ask(
        "GET", "/api/digest", headers={"Authorization": 'Digest username="default", nonce="1-made-up"'}
    )
    nonce = f"1-{token('nonce 1')}"
    challenge = f'Digest realm="pizza shop", qop="auth", algorithm=MD5, nonce="{nonce}"'
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, challenge)


def test_digest_knows_two_algorithms(ask: Ask) -> None:
    reply = ask("GET", "/api/digest?algorithm=CRC")
    assert (reply.status_code, reply.json()) == (400, {"error": "algorithm must be one of MD5, SHA-256"})


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_proof_is_that_of_the_rfc_s_example(algorithm: str, response: str) -> None:
    said = {  # RFC 7616, 3.9.1
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
    }
    assert proof("GET", "/dir/index.html", "Circle of Life", said, algorithm) == response
