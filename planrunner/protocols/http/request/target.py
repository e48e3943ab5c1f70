"""The URL of a request, from target, path and query."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting, Values
from planrunner.protocols.http.request.convert import converted
from planrunner.protocols.http.urls.routes import NOWHERE as NO_HOST
from planrunner.protocols.http.urls.url import absolute, encode_part, join, split
from planrunner.values.expressions import EvaluationError, compile_text
from planrunner.values.names import Names
from planrunner.values.text import UnclosedError
from planrunner.values.text import split as cut
from planrunner.values.value import Value, constant, made

NOWHERE = f"http://{NO_HOST}/"  # stands in for a URL that is wrong

_PATH = re.compile("[/?#]")  # ends what says where to connect


def compile_url(request: Request, target: Setting | None, names: Names, problems: Problems) -> Value:
    """Compile the whole URL: interpolated parts are encoded, but not where they say where to connect."""
    assert request.url is not None
    before = problems.errors
    base = compile_text(target, names, problems) if target else constant("")
    url = compile_text(request.url, names, problems, escape=encode_part, bare=_led(request.url.text))
    query = _query(request.query, names, problems)
    text = request.url.text
    if text.startswith("//") or not (absolute(text) or text.startswith(("/", "${", "?"))):
        hint = "write a path like '/api', or a URL that begins with http://"
        problems.warn(f"{text!r} is put behind the target", request.url.place, hint)
    if problems.errors > before:
        return constant(NOWHERE)
    if target is None and url.constant and not absolute(url.value):
        hint = "write `target: https://...` at the top of the plan"
        problems.add(f"the URL {url.value!r} is relative and there is no target", request.url.place, hint)
        return constant(NOWHERE)
    if target is not None and not _sound(base, url, target, problems):
        return constant(NOWHERE)

    def whole(parts: Sequence[str]) -> str:
        try:
            joined = join(parts[0], parts[1]).partition("#")[0]  # a fragment is not sent
        except ValueError as error:
            raise EvaluationError(str(error)) from None
        pairs = "&".join(f"{name}={value}" for (name, _), value in zip(query, parts[2:], strict=True))
        return joined + ("&" if "?" in joined else "?") + pairs if pairs else joined

    parts = (base, url, *(value for _, value in query))
    return made(parts, lambda scope: whole([part.of(scope) for part in parts]))


def host_of(request: Request, target: Setting | None, names: Names) -> str:
    """Name where a request goes: `host:port` where the plan tells it, else the text that tells it in the run.

    Two requests of one host have the same name unless that is known in the run alone.
    """
    assert request.url is not None
    text, silent = request.url.text, Problems()  # what is wrong was said when the URL was compiled
    led = text[: _authority(text)] if text.startswith("${") or absolute(text) else ""
    lead = Setting(led, request.url.place, led)
    base = compile_text(target, names, silent) if target else constant("")
    first = compile_text(lead, names, silent, escape=encode_part, bare=_led(led))
    if first.constant:
        try:
            origin = split(join(base.value if base.constant else "", first.value)).origin
        except ValueError:
            pass
        else:
            return f"{origin.host}:{origin.port}"
    return led or (target.text if target else "")


def _led(text: str) -> int:
    """Return how much of a URL as written is put in as it is: a base URL, or scheme, host and port."""
    if text.startswith("${"):
        return 3
    return _authority(text) if absolute(text) else 0


def _authority(text: str) -> int:
    """Return how much of a URL as written comes before its path."""
    begin = text.index("//") + 2 if absolute(text) else 0
    try:
        parts = [part for part in cut(text) if not part.expression]
    except UnclosedError:  # compile_text says so
        return 0
    for part in parts:
        end = _PATH.search(text, max(part.start, begin), part.start + len(part.text))
        if end:
            return end.start()
    return len(text)


def _sound(base: Value, url: Value, target: Setting, problems: Problems) -> bool:
    """Look at the target alone, so that its mistakes are said at its place."""
    if base.constant and not (url.constant and absolute(url.value)):
        try:
            split(base.value)
        except ValueError as error:
            problems.add(str(error), target.place, "write it like https://shop.example")
            return False
        try:
            join(base.value, "")
        except ValueError as error:
            hint = "write it as `query:`" if "?" in base.value else "leave out what begins with the #"
            problems.add(str(error), target.place, hint)
            return False
    return True


def _query(query: Values, names: Names, problems: Problems) -> list[tuple[str, Value]]:
    pairs = []
    for name, setting in query.items():
        if setting is not None:
            value = compile_text(setting, names, problems)
            pairs.append((encode_part(name), converted(value, encode_part, setting.place, problems)))
    return pairs
