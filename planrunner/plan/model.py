"""A plan as data: frozen, picklable, every value with its place; `${...}` stays as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from planrunner.errors import Place

T = TypeVar("T")
Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One scalar of the plan; its text may hold `${...}`."""

    value: Scalar
    place: Place
    raw: str = ""  # as written: a header `1.10` is sent so, though its value is the number 1.1

    @property
    def text(self) -> str:
        """The value as it is sent where text is sent: headers, queries, plain bodies."""
        return self.value if isinstance(self.value, str) else self.raw


Tree: TypeAlias = "Setting | Mapping[str, Tree] | tuple[Tree, ...]"
"""A value of any shape, its scalars located."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that `${...}` may use; its value comes from -e, the environment or the default."""

    name: str
    place: Place
    env: str = ""
    default: Tree | None = None  # None: required
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One matcher of a check: `{"$.items": {min_items: 1}}` has a path, a matcher, 1 wanted."""

    matcher: str
    wanted: Tree | None  # None for `exists` without a value
    place: Place
    path: Setting | None = None  # JSONPath; None where the kind of check needs none


@dataclass(frozen=True, slots=True)
class Check:
    """A question about a reply; it holds when all its conditions do."""

    kind: str  # status, duration, json, body
    name: str
    conditions: tuple[Condition, ...]
    place: Place
    required: bool = False  # its failure ends the iteration


@dataclass(frozen=True, slots=True)
class Save:
    """A value kept from a reply under a name."""

    name: str
    source: str  # json, header, or expr for a `${...}`
    path: Setting  # JSONPath, header name, or the expression as written
    place: Place
    default: Tree | None = None  # None: nothing found is a failed check and ends the iteration


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent and asked of the reply; None means not said here, so a lower layer decides."""

    place: Place
    method: str = ""
    url: Setting | None = None
    headers: Mapping[str, Setting | None] = field(default_factory=dict)  # None removes a lower layer's
    query: Mapping[str, Setting | None] = field(default_factory=dict)
    json: Tree | None = None
    body: Setting | None = None
    timeout: Setting | None = None
    expected_status: tuple[Setting, ...] | None = None
    checks: tuple[Check, ...] | None = None
    saves: tuple[Save, ...] | None = None

    def over(self, below: Request) -> Request:
        """Lay this layer over another: headers and query merge by key, everything else replaces.

        The order of layers is plan `http`, scenario `http`, endpoint, step. `json` and `body` are one
        thing said two ways: a layer that has either hides both of the layer below.
        """
        own_body = self.json is not None or self.body is not None
        return replace(
            self,
            method=self.method or below.method,
            url=self.url or below.url,
            headers=merged(below.headers, self.headers),
            query={**below.query, **self.query},
            json=self.json if own_body else below.json,
            body=self.body if own_body else below.body,
            timeout=self.timeout or below.timeout,
            expected_status=first(self.expected_status, below.expected_status),
            checks=first(self.checks, below.checks),
            saves=first(self.saves, below.saves),
        )


def merged(
    below: Mapping[str, Setting | None], above: Mapping[str, Setting | None]
) -> dict[str, Setting | None]:
    """Merge headers by name, whose case does not matter (RFC 9110, 5.1)."""
    names = {name.lower() for name in above}
    return {**{name: value for name, value in below.items() if name.lower() not in names}, **above}


def first(above: T | None, below: T | None) -> T | None:
    """Return the upper layer's word if it has one; an empty list is a word."""
    return below if above is None else above


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A named request."""

    name: str
    request: Request
    place: Place


@dataclass(frozen=True, slots=True)
class RequestStep:
    """Send a request: one of the plan's endpoints with changes, or one written in place."""

    request: Request
    place: Place
    endpoint: str = ""  # "" for a request written in place
    endpoint_place: Place | None = None
    name: str = ""
    on_fail: tuple[Step, ...] = ()  # what to do when a check failed


@dataclass(frozen=True, slots=True)
class Think:
    """Wait as a person would: `1s`, `1s-5s` (uniform), or a mean with a spread (normal, never below 0)."""

    place: Place
    range: Setting | None = None  # the written form "1s" or "1s-5s"
    mean: Setting | None = None
    spread: Setting | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Show a line of text during the run."""

    text: Setting
    place: Place


Step: TypeAlias = RequestStep | Think | Log


@dataclass(frozen=True, slots=True)
class Stage:
    """One leg of a ramp: reach the target in this time."""

    duration: Setting
    target: Setting
    place: Place


@dataclass(frozen=True, slots=True)
class Load:
    """How much of a scenario runs when; which keys are there says which executor it is."""

    place: Place
    settings: Mapping[str, Setting] = field(default_factory=dict)  # every key but stages
    stages: tuple[Stage, ...] | None = None
    keys: Mapping[str, Place] = field(default_factory=dict)  # where each key stands
    damaged: bool = False  # something in it was wrong and left out: ask nothing more of it


@dataclass(frozen=True, slots=True)
class Scenario:
    """A load and the steps that each iteration takes."""

    name: str
    load: Load
    steps: tuple[Step, ...]
    place: Place
    vu_setup: tuple[Step, ...] = ()
    target: Setting | None = None
    start_after: Setting | None = None
    http: Request | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A question about totals that decides the verdict."""

    metric: str  # the key as written, selector included: `http_req_duration{endpoint:login}`
    expression: Setting  # `p(95) < 500ms`
    metric_place: Place
    abort_on_fail: bool = False
    delay_abort_eval: Setting | None = None
    min_samples: Setting | None = None

    @property
    def place(self) -> Place:
        """Where the expression stands."""
        return self.expression.place


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a plan file says."""

    file: str
    text: str
    name: str
    place: Place
    description: str = ""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    target: Setting | None = None
    http: Request | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    damaged: bool = False  # something was wrong and left out
