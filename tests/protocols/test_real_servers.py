"""TLS and proxies against nginx and tinyproxy: what the fakes promise holds for the real ones."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nginx
import pytest
import tinyproxy
from nginx import Nginx
from requesting import PLACE, at, compiled, whole
from tls_targets import Authority

from planrunner.plan.model import Tls
from planrunner.protocols import Reply
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session

RESUMED = "location = /resumed { return 200 '$ssl_session_reused'; }"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def secure(authority: Authority, more: str) -> Iterator[Nginx]:
    certificate = authority.folder / "server.pem"
    signed = authority.authority.issue_cert("127.0.0.1", "localhost")
    signed.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with nginx.running(authority.folder, Path(authority.file), certificate, more) as server:
        yield server


def tls(authority: Authority, **said: Any) -> Tls:
    settings: dict[str, Any] = {name: at(value) for name, value in said.items()}
    return Tls(PLACE, ca=at(authority.file), **settings)


def send(target: str, *paths: str, **said: Any) -> list[Reply]:
    """Send requests one after the other in one session."""

    async def main() -> list[Reply]:
        session = Session(Dialer())
        replies = [await whole(compiled(path, target=target, **said), session) for path in paths]
        await session.close()
        return replies

    return asyncio.run(main())


@pytest.mark.server("nginx")
@pytest.mark.parametrize(
    ("protocols", "said", "code"),
    [
        ("TLSv1.2", {}, 0),
        ("TLSv1.3", {}, 0),
        ("TLSv1.2", {"min_version": "1.3"}, 1314),
        ("TLSv1.3", {"max_version": "1.2"}, 1314),
        ("TLSv1.2", {"max_version": "1.2"}, 0),
    ],
)
def test_versions_of_nginx(authority: Authority, protocols: str, said: dict[str, str], code: int) -> None:
    with secure(authority, f"ssl_protocols {protocols};") as server:
        (reply,) = send(server.url, "/json", tls=tls(authority, **said))
    assert (reply.error_code, reply.body) == (code, b"" if code else nginx.BODY)


@pytest.mark.server("nginx")
@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
def test_nginx_gets_the_client_certificate_that_it_wants(authority: Authority, protocols: str) -> None:
    more = f"ssl_protocols {protocols}; ssl_verify_client on; ssl_client_certificate {authority.file};"
    with secure(authority, more) as server:
        (shown,) = send(server.url, "/json", tls=tls(authority, cert=authority.client()))
        (hidden,) = send(server.url, "/json", tls=tls(authority))
    assert (shown.status, hidden.status) == (200, 400)  # it speaks HTTP of it, not TLS
    assert b"No required SSL certificate was sent" in hidden.body


@pytest.mark.server("nginx")
@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(("resume", "seen"), [(True, b".rr"), (False, b"...")])
def test_nginx_sees_which_sessions_go_on(
    authority: Authority, protocols: str, seen: bytes, *, resume: bool
) -> None:
    with secure(authority, f"ssl_protocols {protocols}; {RESUMED}") as server:
        said = tls(authority, resume=resume)
        replies = send(server.url, *["/resumed"] * 3, tls=said, keep_alive=at("off"))
    assert b"".join(reply.body for reply in replies) == seen


@pytest.mark.server("nginx")
@pytest.mark.server("tinyproxy")
def test_tinyproxy_fetches_what_is_not_encrypted(tmp_path: Path, nginx: Nginx) -> None:
    with tinyproxy.running(tmp_path) as proxy:
        replies = send(nginx.url, "/json", "/fail", proxy=at(f"http://{proxy.address}"))
        asked = proxy.asked()
    assert [reply.status for reply in replies] == [200, 500]
    assert json.loads(replies[0].body)["ok"]
    assert asked == [f"GET {nginx.url}/json HTTP/1.1", f"GET {nginx.url}/fail HTTP/1.1"]


@pytest.mark.server("nginx")
@pytest.mark.server("tinyproxy")
def test_tinyproxy_makes_a_tunnel_for_what_is(authority: Authority) -> None:
    with secure(authority, "") as server, tinyproxy.running(authority.folder) as proxy:
        said = {"tls": tls(authority), "proxy": at(f"http://{proxy.address}")}
        replies = send(server.url, "/json", "/json", **said)
        connections = {line.split()[-1] for line in server.requests() if "/json" in line}
        asked = proxy.asked()
    assert [reply.status for reply in replies] == [200, 200]
    assert (asked, len(connections)) == ([f"CONNECT {server.url.removeprefix('https://')} HTTP/1.1"], 1)


@pytest.mark.server("tinyproxy")
@pytest.mark.parametrize(
    ("login", "target", "outcome"),
    [
        ("", "https://shop.example", (0, 1231)),
        ("amy:wrong@", "https://shop.example", (0, 1231)),
        ("", "http://shop.example", (407, 1407)),
        ("amy:secret@", "https://127.0.0.1:1", (0, 1232)),  # it lets us in, but nobody is there
    ],
)
def test_tinyproxy_wants_a_login(tmp_path: Path, login: str, target: str, outcome: tuple[int, int]) -> None:
    with tinyproxy.running(tmp_path, "BasicAuth amy secret") as proxy:
        (reply,) = send(target, "/", proxy=at(f"http://{login}{proxy.address}"))
    assert (reply.status, reply.error_code) == outcome


@pytest.mark.server("tinyproxy")
def test_tinyproxy_may_refuse_a_port(tmp_path: Path) -> None:
    with tinyproxy.running(tmp_path, "ConnectPort 563") as proxy:
        (reply,) = send("https://shop.example", "/", proxy=at(f"http://{proxy.address}"))
    assert (reply.error_code, reply.error) == (1232, "the proxy did not connect to the target")
