"""The URL of a request, from target, path and query."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting, Values
from planrunner.protocols.http.convert import converted
from planrunner.protocols.http.routes import NOWHERE as NO_HOST
from planrunner.protocols.http.url import encode_part, join, split
from planrunner.values.expressions import compile_text
from planrunner.values.names import Names
from planrunner.values.text import UnclosedError
from planrunner.values.text import split as cut
from planrunner.values.value import Value, constant, made

NOWHERE = f"http://{NO_HOST}/"  # stands in for a URL that is wrong


def compile_url(request: Request, target: Setting | None, names: Names, problems: Problems) -> Value:
    """Compile the whole URL: interpolated parts are encoded, but not where they say where to connect."""
    assert request.url is not None
    before = problems.errors
    base = compile_text(target, names, problems) if target else constant("")
    url = compile_text(request.url, names, problems, escape=encode_part, bare=_led(request.url.text))
    query = _query(request.query, names, problems)
    if not request.url.text.startswith(("/", "http://", "https://", "${", "?")):
        hint = "write a path like '/api', or a URL that begins with http://"
        problems.warn(f"{request.url.text!r} is put behind the target", request.url.place, hint)
    if problems.errors > before:
        return constant(NOWHERE)
    if target is None and url.constant and not url.value.startswith(("http://", "https://")):
        hint = "write `target: https://...` at the top of the plan"
        problems.add(f"the URL {url.value!r} is relative and there is no target", request.url.place, hint)
        return constant(NOWHERE)
    if target is not None and not _sound(base, url, target, problems):
        return constant(NOWHERE)

    def whole(parts: Sequence[str]) -> str:
        joined = join(parts[0], parts[1]).partition("#")[0]  # a fragment is not sent
        pairs = "&".join(f"{name}={value}" for (name, _), value in zip(query, parts[2:], strict=True))
        return joined + ("&" if "?" in joined else "?") + pairs if pairs else joined

    parts = (base, url, *(value for _, value in query))
    return made(parts, lambda scope: whole([part.of(scope) for part in parts]))


def _led(text: str) -> int:
    """Return how much of a URL as written comes before its path: a base URL, or scheme, host and port."""
    if text.startswith("${"):
        return 3
    scheme = re.match("https?://", text)
    if not scheme:
        return 0
    try:
        parts = [part for part in cut(text) if not part.expression]
    except UnclosedError:  # compile_text says so
        return 0
    for part in parts:
        at = text.find("/", max(part.start, scheme.end()), part.start + len(part.text))
        if at >= 0:
            return at
    return len(text)


def _sound(base: Value, url: Value, target: Setting, problems: Problems) -> bool:
    """Look at the target alone, so that its mistakes are said at its place."""
    absolute = url.constant and url.value.startswith(("http://", "https://"))
    if base.constant and not absolute:
        try:
            split(base.value)
        except ValueError as error:
            problems.add(str(error), target.place, "write it like https://shop.example")
            return False
    return True


def _query(query: Values, names: Names, problems: Problems) -> list[tuple[str, Value]]:
    pairs = []
    for name, setting in query.items():
        if setting is not None:
            value = compile_text(setting, names, problems)
            pairs.append((encode_part(name), converted(value, encode_part, setting.place, problems)))
    return pairs
