"""The target of all measurements: nginx with one worker, which answers from memory and logs nothing."""

from __future__ import annotations

import grp
import http.client
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cores import on

BODY = '{"ok":true,"name":"nginx","items":[1,2,3]}'

CONFIG = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 10000; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  access_log off;
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  default_type application/json;
  server {{
    listen {address};
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


def program(name: str) -> str | None:
    """Find a program; Debian keeps servers where only root's PATH looks."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    )


@contextmanager
def serving(folder: Path, core: int | None) -> Iterator[str]:
    """Run nginx on a free port and a core until the block ends; yields its URL."""
    found = program("nginx")
    assert found
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(user=_user(), folder=folder, address=address, body=BODY), "utf-8")
        # How nginx hands its sockets to its successor: so nobody can take the port in between.
        environment = {**os.environ, "NGINX": f"{listener.fileno()};"}
        command = [found, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)]
        with on(core):
            process = subprocess.Popen(command, pass_fds=[listener.fileno()], env=environment)
    try:
        _wait_for(address)
        yield f"http://{address}/json"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str) -> None:
    """Ask once: the listening socket exists already, so the answer comes as soon as nginx is there."""
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/json")
    connection.getresponse().read()
    connection.close()


def _user() -> str:
    """Keep root's worker root: as nobody it could not enter the folder."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
