"""Sessions over TLS: certificates are verified, and what does not hold is a reply."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme
from listening import OK, Handler, ask, keep_alive, serving

from planrunner.protocols import Reply
from planrunner.protocols.http.dial import Dialer, Origin, client_context
from planrunner.protocols.http.session import Session


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def over_tls(
    tls: ssl.SSLContext | None, client: ssl.SSLContext | None, handler: Handler = keep_alive
) -> Reply:
    async def main() -> Reply:
        async with serving(handler, tls) as port:
            session = Session(Dialer(context=client))
            reply = await ask(session, Origin(True, "localhost", port))
            await session.close()
            return reply

    return asyncio.run(main())


def test_https_is_verified_and_timed(authority: trustme.CA) -> None:
    client = client_context()
    authority.configure_trust(client)
    reply = over_tls(server_side(authority, "localhost"), client)
    assert (reply.status, reply.timings[2] > 0) == (200, True)


@pytest.mark.parametrize(
    ("name", "trusted", "code"), [("localhost", False, 1310), ("other.example", True, 1311)]
)
def test_a_certificate_that_does_not_hold_is_an_error(
    authority: trustme.CA, name: str, trusted: bool, code: int
) -> None:
    client = client_context()
    if trusted:
        authority.configure_trust(client)
    assert over_tls(server_side(authority, name), client).error_code == code


def test_a_name_that_no_certificate_can_have_is_a_failed_handshake() -> None:
    async def main() -> Reply:
        async with serving(keep_alive) as port:
            return await ask(Session(Dialer()), Origin(True, "127.0.0.1", port, "a" * 64))

    assert asyncio.run(main()).error_code == 1300


def test_plain_http_on_a_tls_port_is_named() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(OK)
        await writer.drain()

    assert over_tls(None, None, plain).error_code == 1301


def test_the_certificate_is_wanted_for_the_name_and_not_for_what_is_dialled(authority: trustme.CA) -> None:
    async def main() -> Reply:
        client = client_context()
        authority.configure_trust(client)
        async with serving(keep_alive, server_side(authority, "shop.example")) as port:
            session = Session(Dialer(context=client))
            reply = await ask(session, Origin(True, "127.0.0.1", port, "shop.example"))
            await session.close()
            return reply

    assert asyncio.run(main()).status == 200


def test_trust_can_be_given_by_the_environment(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert over_tls(server_side(authority, "localhost"), None).status == 200
