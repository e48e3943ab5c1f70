"""Secrets, made invisible in all that is shown or written."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 4  # characters: masking "no" or "1" would make every text unreadable
STARS: Final = "***"
CUT: Final = "…"  # where a message was cut


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
    """Return the ways in which a secret may be written: raw, in URLs, JSON, HTML, base64, messages."""
    raw = secret.encode("utf-8", "surrogateescape")
    encoded = {quote(raw, safe=""), quote(raw), quote_plus(raw), quote(raw, safe="!'()*")}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in encoded}
    quoted = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    marked = {html.escape(secret), html.escape(secret, quote=False)}
    based = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    bare = {form.rstrip("=") for form in based}
    return {secret} | encoded | lower | quoted | marked | based | bare
