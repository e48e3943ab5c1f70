"""Secrets, made invisible in all that is shown or written."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 4  # characters: masking "no" or "1" would make every text unreadable
STARS: Final = "***"
CUT: Final = "…"  # where a message was cut
URL: Final = "!#$%&'()*+,/:;=?@[]-._~"  # what a whole URL keeps as it is (RFC 3986, 2.2 and 2.3)


class Mask:
    """Replaces secrets in a text, also encoded ones and those that the end of a message cut short."""

    __slots__ = ("_forms", "_pattern", "short")

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {*secrets} - {""}
        self.short = tuple(sorted(secret for secret in known if len(secret) < SHORTEST))  # not masked
        found = {form for secret in known if len(secret) >= SHORTEST for form in forms(secret)}
        self._forms = sorted(found, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, self._forms)))

    def __call__(self, text: str) -> str:
        """Return the text with `***` in the place of each secret."""
        if not self._forms:
            return text
        masked = self._pattern.sub(STARS, text)
        return self._without_stumps(masked) if CUT in masked else masked

    def _without_stumps(self, text: str) -> str:
        """Mask what is left of a secret before a cut: `'my-secr…'` tells most of it."""
        pieces = text.split(CUT)
        return CUT.join([*map(self._without_stump, pieces[:-1]), pieces[-1]])

    def _without_stump(self, text: str) -> str:
        stumps = (form[:length] for form in self._forms for length in range(len(form) - 1, SHORTEST - 1, -1))
        longest = max((len(stump) for stump in stumps if text.endswith(stump)), default=0)
        return text[: len(text) - longest] + STARS if longest else text


def forms(secret: str) -> set[str]:
    """Return the ways in which a secret may be written: sent in URLs, headers, base64, and then quoted."""
    raw = secret.encode("utf-8", "surrogateescape")
    encoded = {quote(raw, safe=safe) for safe in ("", "/", "!'()*", URL)} | {quote_plus(raw)}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in encoded}
    based = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    bare = {form.rstrip("=") for form in based}
    read_back = raw.decode("latin-1")  # UTF-8 in a header
    sent = {secret, read_back} | encoded | lower | based | bare
    return {form for text in sent for form in (text, *quoted(text))}


def quoted(text: str) -> Iterator[str]:
    """Yield a text as it looks within JSON, HTML and messages."""
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]
    yield repr(text + "\"'")[1:-4]  # within a longer text that holds both kinds of quotes
    yield html.escape(text)
    yield html.escape(text, quote=False)
