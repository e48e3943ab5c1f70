"""The target of all measurements: nginx with one worker, which answers from memory and logs nothing."""

from __future__ import annotations

import grp
import http.client
import os
import pwd
import resource
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
from msgspec import Struct

from benchmarks.cores import on

MOST_FILES = 30_000  # three times the most connections of any case

BODY = (
    '{"ok":true,"name":"nginx","items":[1,2,3],"price":12.5,"currency":"EUR",'
    '"description":"a thin crust, two cheeses, basil and tomatoes from the garden"}'
)
"""150 bytes: what a small API answers."""

CONFIG = """
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections {files}; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  default_type application/json;
  server {{
    listen {plain};
    listen {encrypted} ssl;
    listen {multiplexed} ssl http2;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.pem;
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


def program(name: str) -> str | None:
    """Find a program; Debian keeps servers where only root's PATH looks."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    )


class Served(Struct, frozen=True):
    """A server that runs: where, and the file of the authority that signed its certificate."""

    url: str
    tls_url: str
    http2_url: str  # over TLS too
    authority: Path


@contextmanager
def serving(folder: Path, core: int | None) -> Iterator[Served]:
    """Run nginx on two free ports and a core until the block ends."""
    found = program("nginx")
    assert found
    certify(folder)
    with free_port() as plain, free_port() as encrypted, free_port() as multiplexed:
        ports = {"plain": plain, "encrypted": encrypted, "multiplexed": multiplexed}
        config, addresses = folder / "nginx.conf", {name: address(port) for name, port in ports.items()}
        numbers = [port.fileno() for port in ports.values()]
        config.write_text(CONFIG.format(user=_user(), folder=folder, body=BODY, files=files(), **addresses))
        # How nginx hands its sockets to its successor: so nobody can take the ports in between.
        environment = {**os.environ, "NGINX": "".join(f"{number};" for number in numbers)}
        command = [found, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)]
        with on(core):
            process = subprocess.Popen(command, pass_fds=numbers, env=environment)
    try:
        _wait_for(addresses["plain"])
        yield Served(
            f"http://{addresses['plain']}/json",
            f"https://{addresses['encrypted']}/json",
            f"https://{addresses['multiplexed']}/json",
            folder / "ca.pem",
        )
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> socket.socket:
    """Listen on a free port, for 5,000 clients that come at once."""
    return socket.create_server(("127.0.0.1", 0), backlog=4096)


def address(listener: socket.socket) -> str:
    """Write where it listens."""
    return f"127.0.0.1:{listener.getsockname()[1]}"


def files() -> int:
    """How many files a process may open: nginx reserves memory for as many connections."""
    return min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], MOST_FILES)


def certify(folder: Path) -> None:
    """Write a certificate for 127.0.0.1, with its key, and its authority's."""
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    made = authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
    made.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))


def _wait_for(where: str) -> None:
    """Ask once: the listening socket exists already, so the answer comes as soon as nginx is there."""
    connection = http.client.HTTPConnection(where, timeout=10)
    connection.request("GET", "/json")
    connection.getresponse().read()
    connection.close()


def _user() -> str:
    """Keep root's worker root: as nobody it could not enter the folder."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
