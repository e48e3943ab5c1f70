"""A real nginx for a test: its own folder, its own port, no root, and a log that tells what it was asked."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BODY = b'{"ok":true,"name":"nginx","items":[1,2,3]}'
PACKED = b'{"menu":[' + b",".join([BODY] * 50) + b"]}"  # sent compressed to whoever accepts that

CONFIG = """
{user}
daemon off;
master_process on;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
events {{ worker_connections 1000; }}
http {{
  client_body_temp_path {prefix}/body;
  proxy_temp_path {prefix}/proxy;
  fastcgi_temp_path {prefix}/fastcgi;
  uwsgi_temp_path {prefix}/uwsgi;
  scgi_temp_path {prefix}/scgi;
  log_format compact '$request_method $request_uri $status $connection';
  access_log {prefix}/access.log compact;
  keepalive_timeout 75s;
  keepalive_requests 10000000;
  default_type application/json;
  server {{
    listen {address}{ssl};
    {certificate}
    {more}
    location = /json {{ return 200 '{body}'; }}
    location = /packed {{
      gzip on; gzip_types *; gzip_min_length 1;
      return 200 '{packed}';
    }}
    location = /fail {{ return 500 '{{"error":"on order"}}'; }}
    location = /logged {{ access_log off; return 204; }}
    location / {{ return 404 '{{"error":"not here"}}'; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running server; `ca_file` is what its certificate is to be checked with, None without TLS."""

    url: str
    ca_file: Path | None
    prefix: Path

    def requests(self) -> list[str]:
        """Return a line for every request so far: method, path, status, number of the connection.

        The one worker writes a line before it turns to the next request, so once our own unlogged one is
        answered, the lines of all that were answered before are there.
        """
        self.ask("/logged")
        return (self.prefix / "access.log").read_text().splitlines()

    def ask(self, path: str) -> int:
        """Send a request on a connection of its own and return the status."""
        host = self.url.partition("://")[2]
        if self.ca_file is None:
            connection = http.client.HTTPConnection(host, timeout=10)
        else:
            context = ssl.create_default_context(cafile=self.ca_file)
            connection = http.client.HTTPSConnection(host, timeout=10, context=context)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


def program(name: str) -> str | None:
    """Find a program; Debian keeps servers where only root's PATH looks."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    )


@contextmanager
def running(
    prefix: Path, ca_file: Path | None = None, certificate: Path | None = None, more: str = ""
) -> Iterator[Nginx]:
    """Run a server in an empty folder until the block ends; `more` is for its configuration."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        process = _spawn(prefix, listener, certificate, more)
    server = Nginx(f"http{'s' if certificate else ''}://{address}", ca_file, prefix)
    try:
        server.ask("/logged")
        yield server
    except ConnectionError as error:
        error.add_note((prefix / "error.log").read_text())
        raise
    finally:
        process.terminate()
        process.wait(timeout=10)


def _spawn(
    prefix: Path, listener: socket.socket, certificate: Path | None, more: str
) -> subprocess.Popen[bytes]:
    found = program("nginx")
    assert found, "mark the test with @pytest.mark.server('nginx')"
    config = prefix / "nginx.conf"
    config.write_text(
        CONFIG.format(
            user=_user(),
            prefix=prefix,
            address="{}:{}".format(*listener.getsockname()),
            more=more,
            body=BODY.decode(),
            packed=PACKED.decode(),
            ssl=" ssl" if certificate else "",
            certificate=f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
            if certificate
            else "",
        )
    )
    descriptor = listener.fileno()
    return subprocess.Popen(
        [found, "-e", str(prefix / "error.log"), "-p", str(prefix), "-c", str(config)],
        pass_fds=[descriptor],
        # How nginx hands its sockets to its successor: so the port is ours from the first moment on.
        env={**os.environ, "NGINX": f"{descriptor};"},
    )


def _user() -> str:
    """Keep root's workers root: as nobody they could not enter the test's folder."""
    import grp
    import pwd

    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
