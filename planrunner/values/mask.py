"""Secrets, made invisible in all that is shown or written."""

from __future__ import annotations

import base64
import html
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from planrunner.errors import visible

SHORTEST: Final = 4  # characters: masking "no" or "1" would make every text unreadable
STARS: Final = "***"
CUT: Final = "…"  # where a message was cut
SPECIAL: Final = re.compile(r"[^ -~]|[\"'\\<>&]")  # what quoting changes
AGAIN: Final = re.compile(r"[\"'\\]")  # what quoting changes each time
URL: Final = "!#$%&'()*+,/:;=?@[]-._~"  # what a whole URL keeps as it is (RFC 3986, 2.2 and 2.3)


class Mask:
    """Replaces secrets in a text, also encoded ones and those that the end of a message cut short.

    Made for many secrets, such as a column of a data file: what a text costs depends on its length, hardly on
    how many they are. One regular expression of all forms takes a thousand times as long with 10,000.
    """

    __slots__ = ("_forms", "_lengths", "_longest", "_sorted", "short")

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {*secrets} - {""}
        self.short = tuple(sorted(secret for secret in known if len(secret) < SHORTEST))  # not masked
        self._forms = {form for secret in known if len(secret) >= SHORTEST for form in forms(secret)}
        self._sorted = sorted(self._forms)
        lengths: dict[str, set[int]] = {}
        for form in self._forms:
            lengths.setdefault(form[:SHORTEST], set()).add(len(form))
        self._longest = max(map(len, self._forms), default=0)
        # Of all forms that begin with these characters, the longest first.
        self._lengths = {begin: sorted(found, reverse=True) for begin, found in lengths.items()}

    def __call__(self, text: str) -> str:
        """Return the text with `***` in the place of each secret."""
        if not self._forms:
            return text
        masked = self._without_secrets(text)
        return self._without_stumps(masked) if CUT in masked else masked

    def _without_secrets(self, text: str) -> str:
        pieces: list[str] = []
        end = 0
        for start in self._candidates(text):
            if start < end:  # within the one before
                continue
            length = self._length(text, start)
            if length:
                pieces += text[end:start], STARS
                end = start + length
        return "".join([*pieces, text[end:]]) if pieces else text

    def _candidates(self, text: str) -> list[int]:
        """Return where a secret may begin; this is where the time goes, so it is one plain comprehension."""
        begins = self._lengths
        return [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in begins]

    def _length(self, text: str, start: int) -> int:
        """Return the length of the longest secret that begins here, 0 for none."""
        for length in self._lengths.get(text[start : start + SHORTEST], ()):
            if text[start : start + length] in self._forms:
                return length
        return 0

    def _without_stumps(self, text: str) -> str:
        """Mask what is left of a secret before a cut: `'my-secr…'` tells most of it."""
        pieces = text.split(CUT)
        return CUT.join([*map(self._without_stump, pieces[:-1]), pieces[-1]])

    def _without_stump(self, text: str) -> str:
        far = max(len(text) - self._longest, 0)  # no stump is longer
        found = (far + at for at in self._candidates(text[far:]) if self._begins(text[far + at :]))
        start = next(found, None)
        return text if start is None else text[:start] + STARS

    def _begins(self, stump: str) -> bool:
        """Whether a secret begins so."""
        at = bisect_left(self._sorted, stump)
        return at < len(self._sorted) and self._sorted[at].startswith(stump)


def forms(secret: str) -> set[str]:
    """Return the ways in which a secret may be written: sent in URLs, headers, base64, and then quoted."""
    raw = secret.encode("utf-8", "surrogateescape")
    if secret.isascii() and secret.isalnum():  # what nothing but base64 changes; columns are full of these
        return {secret, *based(raw)}
    encoded = {quote(raw, safe=safe) for safe in ("", "/", "!'()*", URL)} | {quote_plus(raw)}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in encoded}
    read_back = raw.decode("latin-1")  # UTF-8 in a header
    sent = {secret, read_back} | encoded | lower
    shown = {visible(form) for form in sent}  # as reports and logs show it
    return based(raw).union(*map(nested, sent | shown))


def based(raw: bytes) -> set[str]:
    """Return the base64 forms of bytes, whatever stands before and behind them.

    Three bytes are four characters, so what a secret looks like in `base64("carl:" + secret)` depends on how
    many bytes stand before it, but only by their remainder of three. The characters at its edges that hold
    bits of its neighbours are left out; at the end there may also be nothing behind it, or padding.
    """
    found = set()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + raw).decode()
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6  # whole characters of its own
            found |= {text[first:last], text[first:].rstrip("="), text[first:]}
    return {form for form in found if len(form) >= SHORTEST}


def nested(text: str) -> set[str]:
    """Return a text and its quoted forms; one with quotes may be quoted again: JSON as a text in JSON."""
    if not SPECIAL.search(text):
        return {text}
    once = {text, *quoted(text)}
    twice = _again(once)
    # JSON in JSON is a text that a message quotes or a page holds, so that is a third time.
    return once | twice | _again({inner for form in set(_json(text)) for inner in _json(form)})


def _again(forms: set[str]) -> set[str]:
    return {form for one in forms if AGAIN.search(one) for form in quoted(one)}


def _json(text: str) -> Iterator[str]:
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]


def quoted(text: str) -> Iterator[str]:
    """Yield a text as it looks within JSON, HTML and messages."""
    yield from _json(text)
    yield repr(text)[1:-1]
    yield repr(text + "\"'")[1:-4]  # within a longer text that holds both kinds of quotes
    yield html.escape(text)
    yield html.escape(text, quote=False)
