"""From what a plan says of connections and answers to the terms on which requests are sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf
from pathlib import Path
from typing import Any, TypeVar, get_args

from planrunner import units
from planrunner.errors import Problems
from planrunner.plan import model
from planrunner.plan.files import folder_of
from planrunner.plan.model import Request, Setting
from planrunner.protocols.http.opening.ciphers import openssl_name
from planrunner.protocols.http.opening.local import check as check_local
from planrunner.protocols.http.opening.proxy import rules
from planrunner.protocols.http.opening.tls import TlsError, check
from planrunner.protocols.http.terms import (
    BODY_LIMIT,
    CONNECT,
    DNS_TTL,
    Dns,
    How,
    Http2,
    Keep,
    Policy,
    Select,
    Terms,
    Tls,
)
from planrunner.protocols.http.urls.hostname import ascii_host
from planrunner.values.names import Names
from planrunner.values.settings import resolve

T = TypeVar("T")

TIMEOUT = 60.0  # seconds, as k6's default
COMPRESSIONS = ("gzip", "deflate", "br", "zstd")
OFF = "off"
VERSIONS = ("1.0", "1.1", "1.2", "1.3")


class Settings:
    """Computes what requests are told; everything here is known before the run."""

    def __init__(self, request: Request, names: Names, problems: Problems) -> None:
        self._request, self._names, self._problems = request, names, problems

    def how(self) -> How:
        """Compute how connections are made."""
        said = self._request
        timeout = said.timeout or model.Timeout(said.place)
        how = How(
            tls=self._tls(),
            dns=self._dns(),
            proxy=self._of(said.proxy, proxy, ""),
            http2=self.choice(said.http2, Http2, "auto"),
            local_addresses=self._several(said.local_addresses or (), local),
            connect=self._of(timeout.connect, units.duration, CONNECT),
            handshake=self._of(timeout.tls, units.duration, inf),
            keep=self.choice(said.keep_alive, Keep, "vu"),
        )
        return _one(how)

    def terms(self) -> Terms:
        """Compute what the reply may cost."""
        said = self._request
        timeout = said.timeout or model.Timeout(said.place)
        return Terms(
            timeout=self._of(timeout.total, units.duration, TIMEOUT),
            first_byte=self._of(timeout.first_byte, units.duration, inf),
            idle=self._of(timeout.idle, units.duration, inf),
            max_body=self._of(said.max_body, units.size, BODY_LIMIT),
            keep_body=not self._of(said.discard_bodies, units.flag, usual=False),
            head_only=said.method == "HEAD",
            once=self.choice(said.keep_alive, Keep, "vu") == "off",
        )

    def compression(self) -> tuple[str, ...]:
        """Compute how the body is compressed, in this order; () for not at all."""
        said = self._request.compression or ()
        words = (*COMPRESSIONS, OFF) if len(said) == 1 else COMPRESSIONS
        found = [self._of(setting, one_of(words), OFF) for setting in said]
        return tuple(word for word in found if word != OFF)

    def _tls(self) -> Tls:
        said, before = self._request.tls or model.Tls(self._request.place), self._problems.errors
        found = Tls(
            verify=self._of(said.verify, units.flag, usual=True),
            ca=self._path(said.ca),
            cert=self._path(said.cert),
            key=self._path(said.key),
            password=self._of(said.password, str, ""),
            min_version=self._of(said.min_version, version, ""),
            max_version=self._of(said.max_version, version, ""),
            ciphers=self._several(said.ciphers, openssl_name),
            server_name=self._of(said.server_name, host, ""),
            resume=self._of(said.resume, units.flag, usual=False),
        )
        if self._problems.errors == before:  # all else would be a consequence
            self._try_out(found, said)
        return found

    def _try_out(self, tls: Tls, said: model.Tls) -> None:
        """Make what connections are to be made with, and say at its place what is wrong with it."""
        try:
            check(tls)
        except TlsError as error:
            setting = getattr(said, error.key) if error.key else None
            self._problems.add(str(error), setting.place if setting else said.place, error.hint)

    def _dns(self) -> Dns:
        said = self._request.dns or model.Dns(self._request.place)
        return Dns(
            ttl=self._of(said.ttl, units.duration, DNS_TTL),
            select=self.choice(said.select, Select, "round_robin"),
            policy=self.choice(said.policy, Policy, "prefer_ipv4"),
        )

    def _of(self, setting: Setting | None, parse: Callable[[object], T], usual: T) -> T:
        found = resolve(setting, self._names, parse, self._problems) if setting else usual
        return usual if found is None else found

    def choice(self, setting: Setting | None, kind: Any, usual: Any) -> Any:
        """Read one of the words of a Literal type."""
        return self._of(setting, one_of(get_args(kind)), usual)

    def _several(self, settings: tuple[Setting, ...], parse: Callable[[object], str]) -> tuple[str, ...]:
        return tuple(self._of(setting, parse, "") for setting in settings)

    def _path(self, setting: Setting | None) -> str:
        """Find a file or folder; unlike others it may be anywhere, since keys do not belong beside a plan."""
        if setting is None:
            return ""

        def found(value: object) -> str:
            path = Path(folder_of(setting.place.file)) / str(value)
            if not path.exists():
                raise ValueError("there is no such file")
            return str(path.resolve())

        return self._of(setting, found, "")


@cache
def _one(how: How) -> How:
    """Return the same object for all that are equal: connections are looked up by it for each request."""
    return how


def one_of(words: tuple[str, ...]) -> Callable[[object], str]:
    """Make a reader of one of several words; it raises ValueError for all others."""

    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"write {', '.join(words[:-1])} or {words[-1]}")
        return value

    return read


def version(value: object) -> str:
    """Read a version of TLS; ValueError for all else."""
    return one_of(VERSIONS)(str(value))


def proxy(value: object) -> str:
    """Read `off`, `env` or the URL of an HTTP proxy; ValueError for all else."""
    text = "" if value == "off" else str(value)
    rules(text)
    return text


def host(value: object) -> str:
    """Read a host name; ValueError for what is none."""
    return ascii_host(str(value))


def local(value: object) -> str:
    """Read addresses that this machine has; ValueError for all else."""
    check_local(str(value))
    return str(value)
