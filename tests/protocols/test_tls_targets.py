"""TLS against real targets, on both event loops: how handshakes end."""

import asyncio
import socket
import ssl
import struct
from pathlib import Path

import pytest
import trustme
from listening import OK, Handler, keep_alive, serving
from loopback import Loop, ask_and_close, on_both_loops, running
from msgspec.structs import replace
from tls_targets import DAY, FAR_OFF, LONG_AGO, Authority, asking, only, tls_target

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import DialError
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import How, Http2, Origin, Tls

V2, V3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def talk(
    loop: Loop, context: ssl.SSLContext, tls: Tls, host: str = "localhost", http2: Http2 = "never"
) -> Reply:
    """Send one request to a target."""

    async def main() -> Reply:
        origin = Origin(True, host, target.port, how=How(tls=tls, http2=http2))
        return (await ask_and_close(Session(Dialer()), origin))[0]

    with tls_target(context) as target:
        return running(loop, main)


def outcome(reply: Reply) -> tuple[int, int]:
    return reply.status, reply.error_code


@on_both_loops
def test_a_good_certificate_is_taken(loop: Loop, authority: Authority) -> None:
    reply = talk(loop, authority.target(), Tls(ca=authority.file))
    assert (*outcome(reply), reply.timings[3] > 0) == (200, 0, True)


@on_both_loops
@pytest.mark.parametrize(
    ("name", "begins", "ends", "code"),
    [
        ("localhost", LONG_AGO, LONG_AGO + DAY, 1312),
        ("localhost", FAR_OFF, FAR_OFF + DAY, 1313),
        ("other.example", None, None, 1311),
    ],
)
def test_a_certificate_that_does_not_hold_is_named(
    loop: Loop, authority: Authority, name: str, begins: object, ends: object, code: int
) -> None:
    context = authority.target(name, begins=begins, ends=ends)  # type: ignore[arg-type]
    assert outcome(talk(loop, context, Tls(ca=authority.file))) == (0, code)
    assert outcome(talk(loop, context, Tls(verify=False))) == (200, 0)


@on_both_loops
def test_an_authority_that_nobody_named_is_unknown(loop: Loop, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    foreign = Authority(tmp_path / "other")
    assert talk(loop, authority.target(), Tls(ca=foreign.file)).error_code == 1310
    assert talk(loop, authority.target(), Tls()).error_code == 1310


@on_both_loops
def test_a_certificate_that_signed_itself_is_unknown_unless_it_is_named(
    loop: Loop, tmp_path: Path, authority: Authority
) -> None:
    alone = trustme.CA().issue_cert("localhost")  # trusted by itself, without who signed it
    file = tmp_path / "alone.pem"
    alone.cert_chain_pems[0].write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    alone.configure_cert(context)
    assert talk(loop, context, Tls(ca=authority.file)).error_code == 1310
    assert talk(loop, context, Tls(ca=str(file))).status == 200


@on_both_loops
def test_trust_can_be_given_by_the_environment(
    loop: Loop, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority.file)
    assert talk(loop, authority.target(), Tls()).status == 200


@on_both_loops
def test_the_certificate_is_wanted_for_the_name_and_not_for_what_is_dialled(
    loop: Loop, authority: Authority
) -> None:
    async def main() -> Reply:
        how = How(tls=Tls(ca=authority.file))
        origin = Origin(True, "127.0.0.1", target.port, "shop.example", how)
        return (await ask_and_close(Session(Dialer()), origin))[0]

    with tls_target(authority.target("shop.example")) as target:
        assert running(loop, main).status == 200


def test_a_name_that_no_certificate_can_have_is_a_failed_handshake() -> None:
    async def main() -> Reply:
        async with serving(keep_alive) as port:
            return (await ask_and_close(Session(Dialer()), Origin(True, "127.0.0.1", port, "a" * 64)))[0]

    assert asyncio.run(main()).error_code == 1300


@on_both_loops
def test_an_ip_address_is_looked_for_in_the_certificate(loop: Loop, authority: Authority) -> None:
    tls = Tls(ca=authority.file)
    assert talk(loop, authority.target("127.0.0.1"), tls, "127.0.0.1").status == 200
    assert talk(loop, authority.target("127.0.0.2"), tls, "127.0.0.1").error_code == 1311


@on_both_loops
def test_the_server_name_of_the_plan_is_asked_for_and_verified(loop: Loop, authority: Authority) -> None:
    asked: list[object] = []
    context = authority.target("shop.example")
    context.sni_callback = lambda _, name, __: asked.append(name)
    assert talk(loop, context, Tls(ca=authority.file, server_name="shop.example")).status == 200
    assert talk(loop, context, Tls(ca=authority.file)).error_code == 1311
    assert asked == ["shop.example", "localhost"]


@on_both_loops
@pytest.mark.parametrize(
    ("target", "ciphers", "said", "code"),
    [
        (V2, "", Tls(min_version="1.3"), 1314),
        (V3, "", Tls(max_version="1.2"), 1314),
        (V2, "ECDHE-ECDSA-AES128-GCM-SHA256", Tls(ciphers=("ECDHE-RSA-AES128-GCM-SHA256",)), 1314),
        (V2, "ECDHE-ECDSA-AES128-GCM-SHA256", Tls(ciphers=("ECDHE-ECDSA-AES128-GCM-SHA256",)), 0),
        (ssl.TLSVersion.TLSv1_1, "DEFAULT:@SECLEVEL=0", Tls(), 1314),
        (ssl.TLSVersion.TLSv1_1, "DEFAULT:@SECLEVEL=0", Tls(max_version="1.1"), 0),
        (ssl.TLSVersion.TLSv1, "DEFAULT:@SECLEVEL=0", Tls(min_version="1.0"), 0),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_versions_and_ciphers_that_both_sides_know_are_needed(
    loop: Loop, authority: Authority, target: ssl.TLSVersion, ciphers: str, said: Tls, code: int
) -> None:
    context = only(authority.target(), target, ciphers)
    assert talk(loop, context, replace(said, ca=authority.file)).error_code == code


@on_both_loops
@pytest.mark.parametrize("version", [V2, V3])
def test_a_client_certificate_that_is_wanted_is_shown(
    loop: Loop, authority: Authority, version: ssl.TLSVersion
) -> None:
    context = asking(only(authority.target(), version), authority)
    assert outcome(talk(loop, context, Tls(ca=authority.file, cert=authority.client()))) == (200, 0)
    assert outcome(talk(loop, context, Tls(ca=authority.file))) == (0, 1315)


@on_both_loops
@pytest.mark.parametrize("version", [V2, V3])
def test_a_client_certificate_that_the_target_does_not_trust_is_refused(
    loop: Loop, authority: Authority, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    foreign = Authority(tmp_path / "other").client()
    context = asking(only(authority.target(), version), authority)
    assert talk(loop, context, Tls(ca=authority.file, cert=foreign)).error_code == 1321


@on_both_loops
def test_a_name_that_the_target_does_not_serve_is_named(loop: Loop, authority: Authority) -> None:
    context = authority.target()
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    assert talk(loop, context, Tls(ca=authority.file)).error_code == 1322


async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(OK)
    await writer.drain()


async def leaving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    accepted: socket.socket = writer.get_extra_info("socket")
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        pass


@on_both_loops
@pytest.mark.parametrize(
    ("handler", "how", "limit", "code"),
    [
        (plain, How(), 10.0, 1301),
        (leaving, How(), 10.0, 1316),
        (resetting, How(), 10.0, 1220),
        (waiting, How(handshake=0.01), 10.0, 1317),
        (waiting, How(), 0.02, 1050),
    ],
)
def test_a_target_that_does_not_shake_hands_is_told_apart(
    loop: Loop, handler: Handler, how: How, limit: float, code: int
) -> None:
    async def main() -> Reply:
        async with serving(handler) as port:
            origin = Origin(True, "127.0.0.1", port, how=how)
            return (await ask_and_close(Session(Dialer()), origin, limit=limit))[0]

    assert running(loop, main).error_code == code


def offered(loop: Loop, authority: Authority, http2: Http2, target: list[str]) -> type | int:
    """Return what speaks to a target, or the code of the failure."""
    context = authority.target()
    if target:
        context.set_alpn_protocols(target)

    async def main() -> type | int:
        origin = Origin(True, "localhost", found.port, how=How(tls=Tls(ca=authority.file), http2=http2))
        try:
            made = await Dialer().open(origin, 10.0)
        except DialError as error:
            await asyncio.sleep(0)
            return error.code
        made.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return type(made)

    with tls_target(context) as found:
        return running(loop, main)


@on_both_loops
@pytest.mark.parametrize(
    ("http2", "target", "outcome"),
    [
        ("auto", ["h2", "http/1.1"], Multiplex),
        ("auto", ["http/1.1"], Connection),
        ("auto", [], Connection),
        ("never", ["h2", "http/1.1"], Connection),
        ("always", ["h2"], Multiplex),
        ("always", ["http/1.1"], 1319),
        ("always", [], 1319),
    ],
)
def test_the_protocol_that_both_sides_agree_on_is_spoken(
    loop: Loop, authority: Authority, http2: Http2, target: list[str], outcome: type | int
) -> None:
    assert offered(loop, authority, http2, target) == outcome


@on_both_loops
def test_vus_share_the_settings_of_tls(loop: Loop, authority: Authority) -> None:
    async def main() -> int:
        dialer = Dialer()
        origin = Origin(True, "localhost", target.port, how=How(tls=Tls(ca=authority.file)))
        for number in range(3):
            await ask_and_close(Session(dialer, number=number), origin)
        return len(dialer._contexts)

    with tls_target(authority.target()) as target:
        assert running(loop, main) == 1


@on_both_loops
def test_a_target_that_does_not_answer_is_left(loop: Loop, authority: Authority) -> None:
    async def main() -> Reply:
        async with serving(waiting, authority.target()) as port:
            origin = Origin(True, "localhost", port, how=How(tls=Tls(ca=authority.file)))
            return (await ask_and_close(Session(Dialer()), origin, limit=0.1))[0]

    assert running(loop, main).error_code == 1050


@on_both_loops
def test_closing_says_farewell_and_does_not_wait_for_the_targets(loop: Loop, authority: Authority) -> None:
    async def main() -> None:
        origin = Origin(True, "localhost", target.port, how=How(tls=Tls(ca=authority.file)))
        await ask_and_close(Session(Dialer()), origin)

    with tls_target(authority.target(), per_connection=2) as target:
        running(loop, main)  # a loop that closes with open connections complains
    assert target.farewells == 1
