"""Targets that speak TLS as real ones do: they send alerts and stay until these were read."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from listening import OK

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FAR_OFF = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass
class Authority:
    """Signs certificates, and puts into files what clients need."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    @property
    def file(self) -> str:
        """Where its own certificate is."""
        path = self.folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(path))
        return str(path)

    def target(
        self, *names: str, begins: dt.datetime | None = None, ends: dt.datetime | None = None
    ) -> ssl.SSLContext:
        """Make the settings of a target with a certificate for some names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signed = self.authority.issue_cert(*(names or ("localhost",)), not_before=begins, not_after=ends)
        signed.configure_cert(context)
        return context

    def client(self, name: str = "client.pem") -> str:
        """Write a client's certificate with its key into a file."""
        path = self.folder / name
        signed = self.authority.issue_cert("client.example")
        signed.private_key_and_cert_chain_pem.write_to_path(str(path))
        return str(path)


def only(context: ssl.SSLContext, version: ssl.TLSVersion, ciphers: str = "") -> ssl.SSLContext:
    """Have a target speak one version of TLS."""
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    return context


def asking(context: ssl.SSLContext, authority: Authority) -> ssl.SSLContext:
    """Have a target want client certificates that an authority signed."""
    context.verify_mode = ssl.CERT_REQUIRED
    authority.authority.configure_trust(context)
    return context


@dataclass
class Target:
    """A target that remembers its handshakes, and how many clients said farewell."""

    port: int
    handshakes: list[ssl.SSLSocket] = field(default_factory=list)
    farewells: int = 0

    def resumed(self) -> list[bool]:
        return [bool(handshake.session_reused) for handshake in self.handshakes]


@contextmanager
def tls_target(context: ssl.SSLContext, per_connection: int = 1) -> Iterator[Target]:
    """Run a target that answers a number of requests on each connection, one connection after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = Target(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, context, target, per_connection))
        thread.start()
        try:
            yield target
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for handshake in target.handshakes:
                handshake.close()


def _serve(listener: socket.socket, context: ssl.SSLContext, target: Target, per_connection: int) -> None:
    while True:
        try:
            accepted, _ = listener.accept()
        except OSError:  # the test is over
            return
        accepted.settimeout(10)
        speaking = context.wrap_socket(accepted, True, False, suppress_ragged_eofs=False)
        target.handshakes.append(speaking)
        try:
            speaking.do_handshake()
            for _ in range(per_connection):
                if not speaking.recv(4096):
                    target.farewells += 1
                    break
                speaking.sendall(OK)
            socket.socket.shutdown(speaking, socket.SHUT_WR)
        except OSError:  # ssl.SSLError is one
            _linger(speaking)


def _linger(speaking: ssl.SSLSocket) -> None:
    """Let the other side read the alert: closing with something unread would take it away."""
    try:
        socket.socket.shutdown(speaking, socket.SHUT_WR)
        while socket.socket.recv(speaking, 4096):
            pass
    except OSError:
        pass
