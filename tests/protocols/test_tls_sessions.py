"""TLS sessions: what later handshakes of a VU go on with, on both event loops."""

import ssl
from pathlib import Path

import http2_server
import pytest
from listening import REQUEST, ask
from loopback import Loop, on_both_loops, running
from tls_targets import Authority, only, tls_target

from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import How, Keep, Origin, Terms, Tls

V2, V3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def resumed(
    loop: Loop, authority: Authority, version: ssl.TLSVersion, tls: Tls, keep: Keep = "off"
) -> list[bool]:
    """Make three connections, one after the other, and say which go on with an earlier one's session."""

    async def main() -> None:
        session = Session(Dialer())
        origin = Origin(True, "localhost", target.port, how=How(tls=tls, keep=keep))
        for _ in range(3):
            session.begin()
            reply = await session.exchange(origin, REQUEST, Terms(once=keep == "off"))
            assert reply.status == 200
        await session.close()

    with tls_target(only(authority.target(), version), per_connection=2) as target:
        running(loop, main)
        return target.resumed()


@on_both_loops
@pytest.mark.parametrize("version", [V2, V3])
@pytest.mark.parametrize("keep", ["off", "iteration"])
def test_a_later_connection_goes_on_with_the_session_of_an_earlier_one(
    loop: Loop, authority: Authority, version: ssl.TLSVersion, keep: Keep
) -> None:
    tls = Tls(ca=authority.file, resume=True)
    assert resumed(loop, authority, version, tls, keep) == [False, True, True]


@on_both_loops
@pytest.mark.parametrize("version", [V2, V3])
def test_each_connection_begins_anew_unless_the_plan_says_otherwise(
    loop: Loop, authority: Authority, version: ssl.TLSVersion
) -> None:
    assert resumed(loop, authority, version, Tls(ca=authority.file)) == [False, False, False]


@on_both_loops
@pytest.mark.parametrize("version", [V2, V3])
def test_connections_of_http2_go_on_too(loop: Loop, authority: Authority, version: ssl.TLSVersion) -> None:
    async def main() -> list[bool]:
        how, resumed = How(tls=Tls(ca=authority.file, resume=True), keep="iteration"), []
        async with http2_server.serving(context=only(authority.target(), version)) as served:
            session, origin = Session(Dialer()), Origin(True, "localhost", served.port, how=how)
            for _ in range(3):
                session.begin()
                assert (await ask(session, origin)).protocol == "HTTP/2.0"
                left = session._caller.left
                assert left is not None
                tls = left[origin].tls
                resumed.append(tls is not None and bool(tls.session_reused))
            await session.close()
        return resumed

    assert running(loop, main) == [False, True, True]


@on_both_loops
def test_every_vu_is_a_user_of_its_own_and_its_lanes_are_the_same_user(
    loop: Loop, authority: Authority
) -> None:
    async def main() -> None:
        dialer = Dialer()
        how = How(tls=Tls(ca=authority.file, resume=True))
        origin = Origin(True, "localhost", target.port, how=how)
        vu, other = Session(dialer, number=1), Session(dialer, number=2)
        for session in (vu, other, vu.lane()):
            assert (await ask(session, origin)).status == 200
            await session.close()

    with tls_target(authority.target()) as target:
        running(loop, main)
        assert target.resumed() == [False, False, True]
