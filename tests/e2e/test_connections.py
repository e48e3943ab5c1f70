"""Whole runs over connections as a plan wants them: certificates, a proxy, addresses of their own."""

import sys
from pathlib import Path

import nginx
import pytest
import tinyproxy
import trustme
from whole_runs import run_here

pytestmark = pytest.mark.slow


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """Make a folder with what both sides show and trust."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name, host in (("server.pem", "127.0.0.1"), ("client.pem", "client.example")):
        signed = authority.issue_cert(host)
        signed.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / name))
    return tmp_path


@pytest.mark.server("nginx")
@pytest.mark.server("tinyproxy")
def test_a_client_certificate_is_shown_through_a_proxy_on_a_connection_for_each_iteration(
    certificates: Path,
) -> None:
    ca, certificate = certificates / "ca.pem", certificates / "server.pem"
    more = f"ssl_verify_client on; ssl_client_certificate {ca};"
    with (
        nginx.running(certificates, ca, certificate, more) as server,
        tinyproxy.running(certificates) as proxy,
    ):
        ended = run_here(
            certificates,
            f"""
            name: All of it
            target: {server.url}
            http:
              tls: {{ca: ca.pem, cert: client.pem, min_version: 1.2}}
              proxy: http://{proxy.address}
              keep_alive: iteration
              timeout: {{total: 20s, connect: 5s, tls: 5s}}
              dns: {{ttl: 1m, select: first}}
            load: {{vus: 2, iterations: 4}}
            steps:
              - get: /json
                checks: [{{status: 200}}]
              - get: /json
            thresholds:
              http_req_failed: rate == 0%
              checks: rate == 100%
            """,
        )
        asked = proxy.asked()
    assert ended.code == 0, ended.stdout
    assert (ended.value("http_reqs", "count"), len(asked)) == (8, 4)
    assert {line.split()[0] for line in asked} == {"CONNECT"}


@pytest.mark.server("nginx")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has 127.0.0.1 alone")
def test_vus_come_from_addresses_of_their_own(tmp_path: Path) -> None:
    with nginx.running(tmp_path, more="location = /who { return 200 '$remote_addr'; }") as server:
        ended = run_here(
            tmp_path,
            f"""
            name: Many users
            target: {server.url}
            http:
              local_addresses: [127.0.0.7, 127.0.0.9]
            load: {{vus: 4, iterations_per_vu: 1}}
            steps:
              - get: /who
                save: {{who: {{regex: "([0-9.]+)"}}}}
              - log: VU ${{vu.id}} is ${{who}}
            """,
        )
    assert ended.code == 0, ended.stdout
    told = sorted(line[line.index("VU ") :] for line in ended.stderr.splitlines() if "VU " in line)
    assert told == [f"VU {number} is 127.0.0.{7 if number % 2 else 9}" for number in (1, 2, 3, 4)]


def test_what_is_wrong_is_shown_at_its_line_before_anything_is_sent(certificates: Path) -> None:
    ended = run_here(
        certificates,
        """
        name: Wrong
        target: https://shop.example
        http:
          tls:
            cert: ca.pem
          local_addresses: [192.0.2.1]
        steps:
          - get: /
        """,
    )
    assert ended.code == 104
    assert "plan.yml:6:11: 'ca.pem' holds no key" in ended.stderr
    assert "this machine does not have the address 192.0.2.1" in ended.stderr


@pytest.mark.server("nginx")
def test_requests_know_the_version_of_tls_they_went_over(certificates: Path) -> None:
    both = "ssl_protocols TLSv1.2 TLSv1.3;"
    with nginx.running(certificates, certificates / "ca.pem", certificates / "server.pem", both) as server:
        ended = run_here(
            certificates,
            f"""
            name: Versions
            target: {server.url}
            http: {{tls: {{ca: ca.pem}}}}
            load: {{vus: 1, iterations: 3}}
            steps:
              - get: /json
              - get: /json
                name: old
                tls: {{ca: ca.pem, max_version: 1.2}}
              - get: http://127.0.0.1:1/nobody
            thresholds:
              http_reqs{{tls_version:tls1.3}}: count == 3
              http_reqs{{tls_version:tls1.2, name:old}}: count == 3
              http_reqs{{tls_version:}}: count == 3
            """,
        )
    assert ended.code == 0, ended.stdout
