"""A real nginx for a test: its own folder, its own ports, no root, and logs that tell what it was asked."""

import http.client
import os
import shutil
import signal
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
  log_format exact '$request_method $request_uri $status $server_protocol $connection';
  access_log {prefix}/exact.log exact;
  keepalive_timeout 75s;
  keepalive_requests {requests};
  http2_max_concurrent_streams {streams};
  client_max_body_size {largest};
  default_type application/json;
  server {{
    listen {address}{how};
    {certificate}
    {more}
    location = /json {{ return 200 '{body}'; }}
    location = /packed {{
      gzip on; gzip_types *; gzip_min_length 1;
      return 200 '{packed}';
    }}
    location = /fail {{ return 500 '{{"error":"on order"}}'; }}
    location = /logged {{ access_log off; return 204; }}
    location = /moved {{ return 302 /told; }}
    location = /again {{ return 307 /told; }}
    location = /cookie {{ add_header Set-Cookie "guest=ann; Path=/"; return 200 '{body}'; }}
    location = /told {{ proxy_pass http://{inner}; proxy_set_header X-Way "$scheme $server_protocol"; }}
    location = /private {{
      auth_basic guests; auth_basic_user_file {prefix}/guests;
      root {prefix}; try_files /kept/menu.txt =404;
    }}
    location /kept/ {{ root {prefix}; dav_methods PUT; create_full_put_path on; }}
    location = /chunked {{ ssi on; ssi_types *; root {prefix}; try_files /kept/menu.txt =404; }}
    location = /halting {{ limit_rate_after 1k; limit_rate 1; root {prefix}; try_files /kept/menu.txt =404; }}
    location = /silent {{ proxy_pass http://{silent}; }}
    location / {{ return 404 '{{"error":"not here"}}'; }}
  }}
  server {{  # reads what /told was sent; speaks HTTP/1.1 without TLS, whatever the other one does
    listen {inner};
    access_log off;
    location = /worker {{ return 200 $pid; }}
    set $told '"method":"$request_method","length":"$content_length"';
    location / {{ return 200 '{{$told,"cookie":"$http_cookie","way":"$http_x_way"}}'; }}
  }}
}}
"""

MENU = b"".join(b"%d margherita, funghi, salami, a thin crust\n" % line for line in range(50_000))  # 2.3 MB
GUESTS = "ann:{PLAIN}secret\n"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server offers."""

    http2: bool = False  # beside HTTP/1.1 over TLS; without TLS nothing else is understood then
    requests: int = 10_000_000  # until it ends a connection
    streams: int = 128  # at once, over HTTP/2
    largest: str = "1m"  # body of a request


USUAL = Offer()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was logged."""

    method: str
    path: str  # without a query
    status: int
    protocol: str
    connection: int


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running server; `ca_file` is what its certificate is to be checked with, None without TLS."""

    url: str
    ca_file: Path | None
    prefix: Path
    inner: str  # address at which it speaks HTTP/1.1 without TLS, to us
    process: subprocess.Popen[bytes]
    offer: Offer

    def requests(self) -> list[str]:
        """Return a line for every request so far: method, path, status, number of the connection.

        The one worker writes a line before it turns to the next request, so once our own unlogged one is
        answered, the lines of all that were answered before are there.
        """
        self.worker()
        return (self.prefix / "access.log").read_text().splitlines()

    def asked(self) -> list[Asked]:
        """Return every request so far."""
        self.worker()
        lines = map(str.split, (self.prefix / "exact.log").read_text().splitlines())
        return [
            Asked(line[0], line[1].partition("?")[0], int(line[2]), line[3], int(line[4])) for line in lines
        ]

    def worker(self) -> int:
        """Ask the worker for its number; nothing of it is logged."""
        connection = http.client.HTTPConnection(self.inner, timeout=10)
        try:
            connection.request("GET", "/worker")
            return int(connection.getresponse().read())
        finally:
            connection.close()

    def reload(self) -> int:
        """Have the worker replaced as after a change of the configuration; returns the number of the old one.

        It ends the connections that are idle, and the others as soon as they are.
        """
        old = self.worker()
        self.process.send_signal(signal.SIGHUP)
        while self.worker() == old:
            pass
        return old

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
    prefix: Path,
    ca_file: Path | None = None,
    certificate: Path | None = None,
    more: str = "",
    *,
    offer: Offer = USUAL,
) -> Iterator[Nginx]:
    """Run a server in an empty folder until the block ends; `more` is for its configuration."""
    (prefix / "kept").mkdir()
    (prefix / "kept" / "menu.txt").write_bytes(MENU)
    (prefix / "guests").write_text(GUESTS)
    with _listening() as outer, _listening() as inner, _listening() as silent:  # who is silent answers nobody
        places = {"address": _address(outer), "inner": _address(inner), "silent": _address(silent)}
        config = prefix / "nginx.conf"
        config.write_text(CONFIG.format(**_values(prefix, offer, certificate), more=more, **places))
        process = _spawn(config, outer, inner)
        outer.close()
        inner.close()
        url = f"http{'s' if certificate else ''}://{places['address']}"
        server = Nginx(url, ca_file, prefix, places["inner"], process, offer)
        try:
            server.worker()
            yield server
        except ConnectionError as error:
            error.add_note((prefix / "error.log").read_text())
            raise
        finally:
            process.terminate()
            process.wait(timeout=10)


def _listening() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)  # or two workers want to accept the same connection, and one of them waits
    return listener


def _address(listener: socket.socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"


def _values(prefix: Path, offer: Offer, certificate: Path | None) -> dict[str, object]:
    how = (" ssl" if certificate else "") + (" http2" if offer.http2 else "")
    return {
        "user": _user(),
        "prefix": prefix,
        "body": BODY.decode(),
        "packed": PACKED.decode(),
        "how": how,
        "certificate": f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
        if certificate
        else "",
        "requests": offer.requests,
        "streams": offer.streams,
        "largest": offer.largest,
    }


def _spawn(config: Path, *listeners: socket.socket) -> subprocess.Popen[bytes]:
    found = program("nginx")
    assert found, "mark the test with @pytest.mark.server('nginx')"
    prefix, descriptors = config.parent, [listener.fileno() for listener in listeners]
    return subprocess.Popen(
        [found, "-e", str(prefix / "error.log"), "-p", str(prefix), "-c", str(config)],
        pass_fds=descriptors,
        # How nginx hands its sockets to its successor: so the ports are ours from the first moment on.
        env={**os.environ, "NGINX": "".join(f"{descriptor};" for descriptor in descriptors)},
    )


def _user() -> str:
    """Keep root's workers root: as nobody they could not enter the test's folder."""
    import grp
    import pwd

    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
