"""On what terms a request is sent: how its connection is made, and what its reply may cost."""

from __future__ import annotations

from math import inf
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

HEAD_LIMIT = 256 * 1024  # bytes of all heads of an answer together; curl stops at 300 KiB
BODY_LIMIT = 64 * 1024 * 1024  # bytes; more is no answer to a load test but a mistake
DNS_TTL = 300.0  # seconds, as k6's default ttl=5m
CONNECT = 30.0  # seconds for TCP, as k6's dialer

Keep: TypeAlias = Literal["vu", "iteration", "off"]
Http2: TypeAlias = Literal["auto", "never", "always"]
Select: TypeAlias = Literal["first", "random", "round_robin"]
Policy: TypeAlias = Literal["prefer_ipv4", "prefer_ipv6", "only_ipv4", "only_ipv6", "any"]


class Tls(Struct, frozen=True):
    """What is asked of a TLS connection, and what is shown there."""

    verify: bool = True
    ca: str = ""  # PEM file or folder of those who may have signed the certificate; "": the system's
    cert: str = ""  # PEM file of the client's certificate
    key: str = ""  # PEM file of its key, where that is another file
    password: str = ""  # of the key
    min_version: str = ""  # 1.0 to 1.3; "": 1.2
    max_version: str = ""
    ciphers: tuple[str, ...] = ()  # of TLS 1.2 and older; (): OpenSSL's
    server_name: str = ""  # whose certificate is asked for; "": the host's
    resume: bool = False  # whether a VU's later connections go on with the session of its first


class Dns(Struct, frozen=True):
    """How names are looked up."""

    ttl: float = DNS_TTL  # seconds; 0 looks up for each connection, inf once
    select: Select = "round_robin"
    policy: Policy = "prefer_ipv4"


class How(Struct, frozen=True, cache_hash=True):
    """How connections are made: requests that are told the same share them."""

    tls: Tls = Tls()
    dns: Dns = Dns()
    proxy: str = ""  # http://[user:password@]host:port, "env" for the environment's; "": none
    http2: Http2 = "auto"
    local_addresses: tuple[str, ...] = ()  # a VU connects from one of them
    connect: float = CONNECT  # seconds for TCP to one address
    handshake: float = inf  # seconds for TLS
    keep: Keep = "vu"  # how long a connection is kept


HOW = How()


class Origin(NamedTuple):
    """Where a connection goes: two requests of one origin may share one."""

    tls: bool
    host: str  # as a socket wants it: an IPv6 address without brackets
    port: int
    name: str = ""  # whose certificate is wanted, where it is not the host that is dialled
    how: How = HOW


class Terms(Struct, frozen=True):
    """What a request allows its reply; times in seconds since it was sent, but for `idle`."""

    timeout: float = 60.0  # for all hops together, as in k6
    first_byte: float = inf
    idle: float = inf  # between two parts of an answer
    max_body: int = BODY_LIMIT  # bytes, also when decompressed
    keep_body: bool = True
    head_only: bool = False  # the reply has no body, whatever its headers say
    once: bool = False  # the connection is closed behind the reply

    @property
    def usual(self) -> bool:
        """Whether the reply is treated as nearly all are."""
        return self.keep_body and not (self.head_only or self.once) and self.max_body >= BODY_LIMIT

    @property
    def phased(self) -> bool:
        """Whether parts of the answer have times of their own."""
        return min(self.first_byte, self.idle) < inf


TERMS = Terms()
