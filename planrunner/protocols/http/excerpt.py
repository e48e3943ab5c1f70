"""A request and its answer in two short lines, for the sample of a check that failed."""

from __future__ import annotations

import re

from planrunner import units
from planrunner.errors import visible
from planrunner.protocols import Reply

LOOKED_AT = 2000  # bytes of a body, more than enough for what is shown of it
SHOWN = 200  # characters of a body
TARGET = 200  # characters of a URL

HOST = re.compile(rb"\r\nHost:\s*([^\r]*)", re.IGNORECASE)
ENCODED = re.compile(rb"\r\nContent-Encoding:\s*([^\r]*)", re.IGNORECASE)
PRIVATE = re.compile(
    r"""(?ix)
    ((?: password | passwd | passphrase | secret | token | api[_-]?key | authorization )
     [\w-]{0,40} ["']? \s* [:=] \s*)
    (?: "(?:[^"\\]|\\.)*"? | '(?:[^'\\]|\\.)*'? | [^\s&,;}"']+ )"""
)
"""A member, field or parameter whose name says that its value is nobody's business, in JSON and in forms."""


def asked(data: bytes) -> str:
    """Say what was sent: method, where to, and how the body begins; empty where nothing was."""
    if not data:
        return ""
    head, _, body = data.partition(b"\r\n\r\n")
    method, _, target = head.partition(b"\r\n")[0].removesuffix(b" HTTP/1.1").partition(b" ")
    host = HOST.search(head)
    whole = b"" if host is None or b"://" in target else host[1]
    where = _cut(_discreet((whole + target).decode("utf-8", "replace")), TARGET)
    packed = ENCODED.search(head)
    text = f"({_size(body)}, {packed[1].decode('latin-1')})" if packed and body else _begin(body)
    return f"{method.decode('latin-1')} {where} {text}".rstrip()


def answered(reply: Reply) -> str:
    """Say what came back: status, type, size, how long it took, and how the body begins."""
    if not reply.status:
        return f"no reply: {reply.error}" if reply.error else ""
    kind = (reply.header("Content-Type") or "").partition(";")[0].strip()
    facts = [_cut(kind, 60)] if kind else []
    facts += [_size(reply.body), units.show_duration(reply.duration)]
    return f"{reply.status} ({', '.join(facts)}) {_begin(reply.body)}".rstrip()


def _size(body: bytes) -> str:
    return units.show_size(len(body))


def _begin(body: bytes) -> str:
    """Show how a body begins, on one line; one that is no text only by its size."""
    start = body[:LOOKED_AT]
    if b"\0" in start:
        return f"({_size(body)} that are no text)"
    text = " ".join(start.decode("utf-8", "replace").split())
    return _cut(_discreet(text), SHOWN)


def _discreet(text: str) -> str:
    return PRIVATE.sub(r"\1***", text)


def _cut(text: str, most: int) -> str:
    """Make control characters visible and cut a text, in the way that a mask knows."""
    return visible(text if len(text) <= most else f"{text[:most]}…")
