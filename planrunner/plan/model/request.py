"""Requests as the plan says them: what is sent, what is asked of the reply, what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from planrunner.errors import Place
from planrunner.plan.model.values import Setting, Tree

T = TypeVar("T")


class Condition(Struct, frozen=True):
    """One matcher of a check: `{"$.items": {min_items: 1}}` has a path, a matcher, 1 wanted."""

    matcher: str
    wanted: Tree | None  # None for `exists` without a value
    place: Place
    path: Setting | None = None  # JSONPath, header, cookie, CSS selector; None where the kind needs none


class Check(Struct, frozen=True):
    """A question about a reply; it holds when all its conditions do."""

    kind: str  # a key of checks.CHECKS
    name: str
    conditions: tuple[Condition, ...]
    place: Place
    required: bool = False  # its failure ends the iteration


class Save(Struct, frozen=True):
    """A value kept from a reply under a name."""

    name: str
    source: str  # json, regex, header, cookie, html, or expr for a `${...}`
    path: Setting  # JSONPath, regular expression, name, CSS selector, or the expression as written
    place: Place
    default: Tree | None = None  # None: nothing found is a failed check and ends the iteration
    all: bool = False  # the list of all matches instead of the first
    attribute: Setting | None = None  # of html: this attribute instead of the text


class Record(Struct, frozen=True):
    """A sample for one of the plan's own metrics."""

    metric: str
    value: Setting
    place: Place


class Auth(Struct, frozen=True):
    """Who asks; `none` takes away what a lower layer says."""

    kind: Literal["basic", "digest", "bearer", "none"]
    place: Place
    username: Setting | None = None
    password: Setting | None = None
    token: Setting | None = None  # of bearer


class Timeout(Struct, frozen=True):
    """How long a request and its parts may take."""

    place: Place
    total: Setting | None = None  # redirects included
    connect: Setting | None = None
    tls: Setting | None = None
    first_byte: Setting | None = None
    idle: Setting | None = None


class Tls(Struct, frozen=True):
    """What is asked of an encrypted connection, and what is shown there."""

    place: Place
    verify: Setting | None = None
    ca: Setting | None = None
    cert: Setting | None = None
    key: Setting | None = None
    password: Setting | None = None
    min_version: Setting | None = None
    max_version: Setting | None = None
    ciphers: tuple[Setting, ...] = ()
    server_name: Setting | None = None
    resume: Setting | None = None


class Dns(Struct, frozen=True):
    """How names are looked up."""

    place: Place
    ttl: Setting | None = None
    select: Setting | None = None
    policy: Setting | None = None


class JsonBody(Struct, frozen=True):
    """What is sent as JSON."""

    tree: Tree
    place: Place


class TextBody(Struct, frozen=True):
    """Text that is sent as it is."""

    text: Setting
    place: Place


class FileBody(Struct, frozen=True):
    """A file that is sent byte for byte, or as a template with its `${...}` computed."""

    file: Setting
    place: Place
    template: bool = False


class FormBody(Struct, frozen=True):
    """Fields that are sent as a browser sends a form; one with a list of values is sent several times."""

    fields: Mapping[str, Setting | tuple[Setting, ...]]
    place: Place


class Part(Struct, frozen=True):
    """A field of a multipart form: a value, or a file to upload."""

    place: Place
    value: Setting | None = None
    file: Setting | None = None
    type: Setting | None = None  # content type; by the file's ending when it is not said
    filename: Setting | None = None  # as the target is told; the file's own name when it is not said


class MultipartBody(Struct, frozen=True):
    """Fields and files that are sent as multipart/form-data (RFC 7578)."""

    parts: Mapping[str, tuple[Part, ...]]
    place: Place


class GraphqlBody(Struct, frozen=True):
    """A GraphQL request, sent as JSON: `{query, variables, operationName}`."""

    query: Setting
    place: Place
    variables: Tree | None = None
    operation: Setting | None = None


Body: TypeAlias = JsonBody | TextBody | FileBody | FormBody | MultipartBody | GraphqlBody
Values: TypeAlias = Mapping[str, Setting | None]
"""Headers, query, cookies or tags; None removes what a lower layer says."""


class Request(Struct, frozen=True):
    """What is sent and asked of the reply; None means not said here, so a lower layer decides."""

    place: Place
    method: str = ""
    url: Setting | None = None
    target: Setting | None = None
    headers: Values = {}
    query: Values = {}
    cookies: Values = {}
    tags: Values = {}
    auth: Auth | None = None
    body: Body | None = None
    timeout: Timeout | None = None
    max_redirects: Setting | None = None
    expected_status: tuple[Setting, ...] | None = None
    cookie_jar: Setting | None = None  # iteration, vu or off
    hosts: Mapping[str, Setting] | None = None  # "localhost:8000" -> "backend:8000"
    rewrite_host: Setting | None = None  # whether the Host header follows `hosts`
    allow_hosts: tuple[Setting, ...] | None = None
    compression: tuple[Setting, ...] | None = None  # in the order in which they are applied; or `off`
    keep_alive: Setting | None = None  # vu, iteration or off
    discard_bodies: Setting | None = None
    max_body: Setting | None = None
    http2: Setting | None = None  # auto, never or always
    tls: Tls | None = None
    proxy: Setting | None = None  # a URL, env or off
    dns: Dns | None = None
    local_addresses: tuple[Setting, ...] | None = None
    checks: tuple[Check, ...] | None = None
    saves: tuple[Save, ...] | None = None
    records: tuple[Record, ...] | None = None

    def over(self, below: Request) -> Request:
        """Lay this layer over another: headers, query, cookies and tags merge by key, all else replaces.

        The order of layers is plan `http`, scenario `http`, endpoint, step. All kinds of bodies are one
        thing said in several ways: a layer that has one hides that of the layer below.
        """
        below = yielding(below, self)
        chosen: dict[str, Any] = {name: first(getattr(self, name), getattr(below, name)) for name in REPLACED}
        return replace(
            self,
            method=self.method or below.method,
            url=self.url or below.url,
            target=self.target or below.target,
            headers=merged(below.headers, self.headers),
            query={**below.query, **self.query},
            cookies={**below.cookies, **self.cookies},
            tags={**below.tags, **self.tags},
            **chosen,
        )


def yielding(below: Request, above: Request) -> Request:
    """Take out of a layer what the one above says in another way: with a key, or with its header."""
    written = {name.lower() for name in above.headers}
    for key, header in OF_HEADERS.items():
        if getattr(above, key) is not None:
            kept = {name: value for name, value in below.headers.items() if name.lower() != header}
            below = replace(below, headers=kept)
        elif header in written:
            below = replace(below, **{key: None})
    return below


OF_HEADERS: Mapping[str, str] = {"auth": "authorization", "compression": "content-encoding"}
"""Keys that write a header."""

REPLACED = (
    "auth",
    "body",
    "timeout",
    "max_redirects",
    "expected_status",
    "cookie_jar",
    "hosts",
    "rewrite_host",
    "allow_hosts",
    "compression",
    "keep_alive",
    "discard_bodies",
    "max_body",
    "http2",
    "tls",
    "proxy",
    "dns",
    "local_addresses",
    "checks",
    "saves",
    "records",
)
"""What an upper layer says instead of a lower one."""


def merged(below: Values, above: Values) -> dict[str, Setting | None]:
    """Merge headers by name, whose case does not matter (RFC 9110, 5.1)."""
    names = {name.lower() for name in above}
    return {**{name: value for name, value in below.items() if name.lower() not in names}, **above}


def first(above: T | None, below: T | None) -> T | None:
    """Return the upper layer's word if it has one; an empty list is a word."""
    return below if above is None else above


class Endpoint(Struct, frozen=True):
    """A named request."""

    name: str
    request: Request
    place: Place
