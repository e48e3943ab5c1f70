"""Servers of other people for a test: haproxy, nghttpd, hypercorn and uvicorn, on a port of their own."""

import http.client
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, create_server, socket

from nginx import program

PATIENCE = 20  # seconds until a server answers

HAPROXY = """
global
  log stderr format raw local0 notice
  tune.h2.max-concurrent-streams {streams}
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend f
  bind fd@{number}{how}
  http-request deny deny_status 429 if {{ path /limited }}
  http-request redirect location /json if {{ path /led }}
  use_backend impatient if {{ path /silent }}
  default_backend b
backend b
  server nginx {backend}
backend impatient
  timeout server 300ms
  server nginx {backend}
"""


@contextmanager
def haproxy(folder: Path, backend: str, certificate: Path | None = None, streams: int = 100) -> Iterator[str]:
    """Run a haproxy before a backend and give its address; over TLS it offers HTTP/2, without it both."""
    how = f" ssl crt {certificate} alpn h2,http/1.1" if certificate else ""
    config = folder / "haproxy.cfg"
    with _listening() as listener:
        number = listener.fileno()
        config.write_text(HAPROXY.format(number=number, how=how, backend=backend, streams=streams))
        with _running([_found("haproxy"), "-f", str(config), "-db"], folder, number):
            yield _address(listener)


@contextmanager
def nghttpd(folder: Path, certificate: Path | None = None, *options: str) -> Iterator[str]:
    """Run an nghttpd that serves the files of a folder over HTTP/2, and give its address."""
    with socket() as free:  # it takes no socket of ours, and tells no port of its own
        free.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = [str(certificate)] * 2 if certificate else ["--no-tls"]
    command = [_found("nghttpd"), "-a", "127.0.0.1", "-d", str(folder), *options, str(port), *how]
    with _running(command, folder):
        _await(port)
        yield f"127.0.0.1:{port}"


@contextmanager
def hypercorn(folder: Path, app: str, certificate: Path | None = None, settings: str = "") -> Iterator[str]:
    """Run an ASGI or WSGI application and give its address; HTTP/2 is offered as by haproxy."""
    with _listening() as listener:
        file = folder / "hypercorn.toml"
        text = f'bind = ["fd://{listener.fileno()}"]\nworkers = 0\n{settings}\n'
        if certificate:
            text += f'certfile = "{certificate}"\nkeyfile = "{certificate}"\n'
        file.write_text(text)
        command = [sys.executable, "-m", "hypercorn", "-c", str(file), app]
        with _running(command, folder, listener.fileno()):
            fetched(_address(listener), "/", tls=certificate is not None)  # as soon as it is there
            yield _address(listener)


@contextmanager
def uvicorn(folder: Path, app: str, *options: str) -> Iterator[str]:
    """Run an ASGI application, by its file and its name there, over HTTP/1.1, and give its address."""
    file, _, name = app.rpartition(":")
    module = [f"--app-dir={Path(file).parent}", f"{Path(file).stem}:{name}"]
    with _listening() as listener:
        number = listener.fileno()
        command = [sys.executable, "-m", "uvicorn", "--fd", str(number), "--no-access-log", *options, *module]
        with _running(command, folder, number):
            fetched(_address(listener), "/", tls=False)
            yield _address(listener)


def _found(name: str) -> str:
    found = program(name)
    assert found, f"mark the test with @pytest.mark.server({name!r})"
    return found


def _listening() -> socket:
    return create_server(("127.0.0.1", 0), backlog=200)


def _address(listener: socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _running(command: list[str], folder: Path, *descriptors: int) -> Iterator[None]:
    """Run a program until the block ends; what it said is told when that fails."""
    with (folder / "said.txt").open("w+") as said:
        process = subprocess.Popen(command, pass_fds=descriptors, stdout=said, stderr=said, cwd=folder)
        try:
            yield
        except BaseException as error:
            said.seek(0)
            error.add_note(said.read())
            raise
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)  # hypercorn waits for its connections
            process.kill()
            process.wait(timeout=PATIENCE)


def _await(port: int) -> None:
    """Wait until somebody listens."""
    ends = time.monotonic() + PATIENCE
    with socket() as asking:
        while asking.connect_ex(("127.0.0.1", port)) and time.monotonic() < ends:
            time.sleep(0.01)


def fetched(address: str, path: str, *, tls: bool) -> bytes:
    """Get a page over HTTP/1.1, past the client that is tested."""
    trusting = ssl._create_unverified_context()
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(address, timeout=PATIENCE, context=trusting)
        if tls
        else http.client.HTTPConnection(address, timeout=PATIENCE)
    )
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body
