"""Requests and answers as lines for people: secrets masked, bodies cut, what is no text by its size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from planrunner.protocols import Reply
from planrunner.protocols.http.encodings import known, unpack
from planrunner.protocols.http.terms import BODY_LIMIT
from planrunner.units import show_duration, show_size

HTTP2 = "HTTP/2.0"
BODY = 2000  # characters of a body that are shown; `full` shows all
TEXT = re.compile(rb"text/|json|xml|javascript|x-www-form-urlencoded|graphql", re.IGNORECASE)
ENCODING = re.compile(rb"^Content-Encoding:([^\r]*)", re.IGNORECASE | re.MULTILINE)
CREDENTIALS = re.compile(r"^((?:Proxy-)?Authorization: \S+) .*$", re.IGNORECASE)


class Wire:
    """Writes what went over the wire; whoever shows the lines makes hostile characters in them visible."""

    def __init__(self, mask: Callable[[str], str], *, full: bool = False) -> None:
        self._mask, self._full = mask, full

    def exchange(self, request: bytes, reply: Reply) -> Iterator[str]:
        """Yield the lines of a request and of its answer, told apart by their first sign."""
        yield from (f"> {line}" for line in self.sent(request, reply.protocol))
        yield from (f"< {line}" for line in self.answered(reply))

    def sent(self, request: bytes, protocol: str) -> Iterator[str]:
        """Yield the lines of a request; credentials are left out, secret or not.

        What HTTP/2 sends as fields is shown as it is everywhere: as lines.
        """
        head, _, body = request.partition(b"\r\n\r\n")
        if protocol == HTTP2:
            first, _, rest = head.partition(b"\r\n")
            head = first.removesuffix(b"HTTP/1.1") + protocol.encode() + b"\r\n" + rest
        # Masked as a whole before it is cut or taken apart: a secret may be longer than a line.
        for line in self._mask(head.decode("utf-8", "replace")).split("\r\n"):
            yield CREDENTIALS.sub(r"\1 ***", line)
        yield from self._body(_uncompressed(body, head), head)

    def answered(self, reply: Reply) -> Iterator[str]:
        """Yield the lines of an answer, or why there was none."""
        took = show_duration(reply.duration)
        if not reply.status:
            yield f"no reply: {reply.error} ({took})"
            return
        yield f"{reply.protocol} {reply.status}  ({took}, {show_size(len(reply.body))})"
        headers = b"\n".join(b"%s: %s" % header for header in reply.headers)
        yield from self._mask(headers.decode("latin-1")).splitlines()
        if reply.error:
            yield f"(then: {reply.error})"
        yield from self._body(reply.body, b"\r\n".join(value for _, value in reply.headers))

    def _body(self, body: bytes, head: bytes) -> Iterator[str]:
        """Show a body as text, cut; one that is no text by its size."""
        if not body:
            return
        yield ""
        if b"\0" in body[:BODY] or not (TEXT.search(head) or _is_text(body)):
            yield f"({show_size(len(body))} that are no text)"
            return
        text = self._mask(body.decode("utf-8", "replace"))  # whole: a cut would hide a secret from the mask
        yield from (text if self._full else text[:BODY]).splitlines()
        if len(text) > BODY and not self._full:
            yield f"… ({len(text) - BODY} more characters; --full shows them)"


def _uncompressed(body: bytes, head: bytes) -> bytes:
    """Decode the body of a request, if it can be."""
    told = ENCODING.search(head)
    found, code = unpack(body, known(told[1].decode("latin-1")), BODY_LIMIT) if told else (body, 0)
    return body if code else found


def _is_text(body: bytes) -> bool:
    try:
        body[:BODY].decode()
    except UnicodeDecodeError as error:
        return error.start > BODY - 4  # a character that was cut
    return True
