"""From a request of the plan to the bytes of the wire: once where nothing in it depends on the run."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import msgspec

from planrunner import __version__, units
from planrunner.errors import Problems
from planrunner.plan.model import Request, Setting
from planrunner.protocols import Reply
from planrunner.protocols.http.dial import Origin
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.url import Url, encode_part, join, split
from planrunner.values.expressions import EvaluationError, compile_text, compile_tree
from planrunner.values.names import Names
from planrunner.values.scope import Scope
from planrunner.values.settings import resolve
from planrunner.values.text import UnclosedError
from planrunner.values.text import split as cut
from planrunner.values.value import Value, constant, made

TIMEOUT = 60.0  # seconds, as k6's default
EXPECTED = frozenset(range(200, 400))  # k6's default of what is no failure
NOWHERE = "http://nowhere.invalid/"  # stands in for a URL that is wrong
FRAMING = frozenset({"content-length", "transfer-encoding"})  # headers that say where a body ends
AGENT = f"planrunner/{__version__}"

Wire: TypeAlias = tuple[Origin, bytes]
Header: TypeAlias = tuple[str, Value]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_BROKEN = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, prepared: what is sent, and what the engine must know of it."""

    method: str
    url: str  # as written
    constant: Wire | None  # what is sent, when nothing in it depends on the run
    render: Callable[[Scope], Wire]  # may raise EvaluationError; then nothing is sent
    timeout: float  # seconds
    expected: frozenset[int]  # status codes that are no failure

    head_only: bool = False  # the reply has no body, whatever its headers say

    def send(self, session: Session, scope: Scope) -> Awaitable[Reply]:
        """Send it through a session."""
        origin, data = self.constant or self.render(scope)
        return session.exchange(origin, data, self.timeout, head_only=self.head_only)


def prepare(request: Request, target: Setting | None, names: Names, problems: Problems) -> Call:
    """Compile a request whose layers are merged; what is wrong with it goes to `problems`."""
    assert request.url is not None
    variables = replace(names, runtime=False)
    timeout = resolve(request.timeout, variables, units.duration, problems) if request.timeout else TIMEOUT
    body, kind = _body(request, names, problems)
    headers = _headers(request, kind, names, problems)
    url = _url(request, target, names, problems)
    writer = _Writer(request.method, url, headers, body)
    return Call(
        method=request.method,
        url=request.url.text,
        constant=_constant(writer, request.url, problems),
        render=writer,
        timeout=TIMEOUT if timeout is None else timeout,
        expected=_expected(request, variables, problems),
        head_only=request.method == "HEAD",
    )


def _constant(writer: _Writer, written: Setting, problems: Problems) -> Wire | None:
    if not writer.constant:
        return None
    try:
        return writer.write(writer.url.value, [value.value for _, value in writer.headers], writer.body.value)
    except (ValueError, EvaluationError) as error:
        problems.add(str(error), written.place)
        return None


class _Writer:
    """Writes the request; called once for each sending where a value depends on the run."""

    def __init__(self, method: str, url: Value, headers: list[Header], body: Value) -> None:
        self.method, self.url, self.headers, self.body = method, url, headers, body
        self.constant = url.constant and body.constant and all(value.constant for _, value in headers)
        self._hosted = any(name.lower() == "host" for name, _ in headers)
        self._split: dict[str, Url] = {}  # the newest URL: most requests differ in the body alone

    def __call__(self, scope: Scope) -> Wire:
        body = self.body.of(scope)
        return self.write(self.url.of(scope), [value.of(scope) for _, value in self.headers], body)

    def write(self, url: str, values: list[str], body: bytes | None) -> Wire:
        """Put the pieces together; EvaluationError when a value cannot be sent."""
        where = self._taken_apart(url)
        lines = [f"{self.method} {where.path} HTTP/1.1\r\n"]
        if not self._hosted:
            lines.append(f"Host: {where.host}\r\n")
        for (name, _), value in zip(self.headers, values, strict=True):
            if _BROKEN.search(value):
                raise EvaluationError(f"the value of header {name} holds a line break")
            lines.append(f"{name}: {value}\r\n")
        if body or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(body or b'')}\r\n")
        head = "".join(lines).encode("utf-8", "replace") + b"\r\n"
        return where.origin, head + body if body else head

    def _taken_apart(self, url: str) -> Url:
        found = self._split.get(url)
        if found is None:
            try:
                found = split(url)
            except ValueError as error:
                raise EvaluationError(str(error)) from None
            self._split = {url: found}
        return found


def _url(request: Request, target: Setting | None, names: Names, problems: Problems) -> Value:
    """Compile the URL: interpolated parts are encoded, but not where they say where to connect."""
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


def _query(query: Mapping[str, Setting | None], names: Names, problems: Problems) -> list[tuple[str, Value]]:
    pairs = []
    for name, setting in query.items():
        if setting is not None:
            value = compile_text(setting, names, problems)
            pairs.append((encode_part(name), _then(value, encode_part)))
    return pairs


def _body(request: Request, names: Names, problems: Problems) -> tuple[Value, str]:
    """Compile the body to bytes; with it, the content type it has if no header says otherwise."""
    if request.json is not None:
        tree = compile_tree(request.json, names, problems)
        return _then(tree, msgspec.json.encode), "application/json"
    if request.body is not None:
        return _then(compile_text(request.body, names, problems), _utf8), ""
    return constant(None), ""


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a reply's JSON may hold half a surrogate pair


def _then(value: Value, convert: Callable[[Any], Any]) -> Value:
    return made([value], lambda scope: convert(value.of(scope)))


def _headers(request: Request, kind: str, names: Names, problems: Problems) -> list[Header]:
    given: list[Header] = []
    for name, setting in request.headers.items():
        if not _TOKEN.fullmatch(name):
            place = setting.place if setting else request.place
            problems.add(f"{name!r} is no header name", place, "letters, digits and - are allowed")
        elif setting is not None and name.lower() in FRAMING:
            problems.add(f"{name} is written by planrunner", setting.place, "leave it out")
        elif setting is not None:
            given.append((name, compile_text(setting, names, problems)))
    named = {name.lower() for name in request.headers}  # a null removes a default too
    usual = [("User-Agent", AGENT), ("Accept", "*/*"), ("Content-Type", kind)]
    return [(name, constant(value)) for name, value in usual if value and name.lower() not in named] + given


def _expected(request: Request, names: Names, problems: Problems) -> frozenset[int]:
    if request.expected_status is None:
        return EXPECTED
    read = [resolve(setting, names, units.statuses, problems) for setting in request.expected_status]
    return frozenset().union(*(codes for codes in read if codes is not None))
