"""HTTP as outputs need it: one connection, kept, on which bodies are posted one after the other."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import httptools
from msgspec import Struct

from planrunner import __version__
from planrunner.outputs.sender import RefusedError, UnreachableError
from planrunner.protocols.http.faults import DialError, fault
from planrunner.protocols.http.opening.connecting import connect
from planrunner.protocols.http.opening.lookup import Resolver
from planrunner.protocols.http.terms import Dns

KEPT = 2_000  # bytes kept of what a backend answers: enough for its complaint
LARGEST = 2**20  # bytes of an answer: no backend has so much to say
LATER = frozenset({408, 425, 429})
"""Statuses below 500 that promise better luck later."""


class Credentials(Struct, frozen=True):
    """What a backend is shown, and asked for; paths of PEM files may be empty."""

    cert: str = ""
    key: str = ""
    ca: str = ""
    insecure: bool = False
    min_tls: str = "1.2"


class Answer(Struct):
    """What a backend answered."""

    status: int = 0
    headers: dict[str, str] = {}
    body: bytes = b""  # its beginning

    @property
    def text(self) -> str:
        """The body as people read it."""
        return self.body.decode("utf-8", "replace").strip()


class _Reader:
    """Hears from httptools what an answer is made of."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body = b""
        self.size = 0
        self.whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.size += len(body)
        self.body = (self.body + body)[:KEPT]

    def on_message_complete(self) -> None:
        self.whole = True


class Poster:
    """Posts to one host."""

    def __init__(self, url: str, headers: Mapping[str, str], credentials: Credentials) -> None:
        """Read the PEM files; OSError when they cannot be read or do not fit together."""
        parts = urlsplit(url)
        assert parts.hostname
        self._host, self._tls = parts.hostname, context(credentials) if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        shown = f"[{self._host}]" if ":" in self._host else self._host
        own = {"Host": shown + (f":{parts.port}" if parts.port else "")}
        own["User-Agent"] = f"planrunner/{__version__}"
        if parts.username is not None:
            own["Authorization"] = basic(unquote(parts.username), unquote(parts.password or ""))
        self._headers = own | dict(headers)
        self._resolver = Resolver(monotonic)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, body: bytes) -> None:
        """Post, and be content with any 2xx; raises what a `Sender` understands."""
        answer = await self.post(body)
        complain(answer)

    async def post(self, body: bytes, path: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """Post, and return the answer; UnreachableError or OSError when there is none."""
        lines = {**self._headers, **(headers or {}), "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        data = f"POST {path or self._path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
        kept = self._streams is not None
        try:
            return await self._exchange(data)
        except (ConnectionError, EOFError):
            if not kept:
                raise UnreachableError("the connection ended without an answer") from None
        return await self._again(data)

    async def _again(self, data: bytes) -> Answer:
        """Send anew what was lost with a connection that had been idle."""
        try:
            return await self._exchange(data)
        except (ConnectionError, EOFError):
            raise UnreachableError("the connection ended without an answer") from None

    async def _exchange(self, data: bytes) -> Answer:
        reader, writer = self._streams or await self._open()
        self._streams = None  # nobody's, should this be cancelled
        try:
            writer.write(data)
            await writer.drain()
            answer, keep = await _read(reader)
        except BaseException:
            writer.transport.abort()
            raise
        if keep:
            self._streams = reader, writer
        else:
            writer.close()
        return answer

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            addresses = await self._resolver.addresses(self._host, Dns())
            sock = await connect(addresses, self._port, 5.0, {})
        except DialError as error:
            raise UnreachableError(fault(error.code).message) from None
        name = self._host if self._tls else None
        try:
            return await asyncio.open_connection(sock=sock, ssl=self._tls, server_hostname=name)
        except ssl.SSLError as error:
            raise UnreachableError(f"TLS: {error.reason or error}") from None

    def close(self) -> None:
        """End the connection."""
        if self._streams:
            self._streams[1].transport.abort()
            self._streams = None


async def _read(stream: asyncio.StreamReader) -> tuple[Answer, bool]:
    """Read an answer, and whether the connection may be used again."""
    heard = _Reader()
    parser: Any = httptools.HttpResponseParser(heard)
    while not heard.whole:
        data = await stream.read(65_536)
        if not data and heard.headers:
            break  # its end is that of the connection
        if not data:
            raise EOFError
        try:
            parser.feed_data(data)
        except httptools.HttpParserError:
            raise UnreachableError("what answers does not speak HTTP") from None
        if heard.size > LARGEST:
            raise UnreachableError("the answer has no end")
    keep = heard.whole and parser.should_keep_alive()
    return Answer(parser.get_status_code(), heard.headers, heard.body), keep


def complain(answer: Answer) -> None:
    """Raise what a `Sender` understands, unless all was taken."""
    if 200 <= answer.status < 300:
        return
    first = answer.text.split("\n", 1)[0]
    told = f"status {answer.status}" + (f": {first}" if first else "")
    if answer.status >= 500 or answer.status in LATER:
        after = answer.headers.get("retry-after", "")
        raise UnreachableError(told, float(after) if after.isascii() and after.isdigit() else 0.0)
    raise RefusedError(told)


def basic(user: str, password: str) -> str:
    """Return the header of Basic authentication."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def context(credentials: Credentials) -> ssl.SSLContext:
    """Make the settings of TLS; OSError, of which SSLError is one, for files that are not right."""
    made = ssl.create_default_context(cafile=credentials.ca or None)
    made.minimum_version = ssl.TLSVersion.TLSv1_3 if credentials.min_tls == "1.3" else ssl.TLSVersion.TLSv1_2
    if credentials.insecure:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if credentials.cert:
        made.load_cert_chain(credentials.cert, credentials.key or None)
    return made
