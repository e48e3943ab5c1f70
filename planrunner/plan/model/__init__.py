"""A plan as data: frozen, picklable, every value with its place; `${...}` stays as written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.errors import Place
from planrunner.plan.model.request import (
    Auth,
    Body,
    Check,
    Condition,
    Dns,
    Endpoint,
    FileBody,
    FormBody,
    GraphqlBody,
    JsonBody,
    MultipartBody,
    Part,
    Record,
    Request,
    Save,
    TextBody,
    Timeout,
    Tls,
    Values,
)
from planrunner.plan.model.steps import (
    Branch,
    Choose,
    Doing,
    Flow,
    ForEach,
    Group,
    If,
    Parallel,
    Preflight,
    Repeat,
    Send,
    Step,
    Stop,
    Think,
    While,
    held,
)
from planrunner.plan.model.values import AtEnd, Dataset, Pick, Scalar, Setting, Tree, Variable

__all__ = [
    "AtEnd",
    "Auth",
    "Body",
    "Branch",
    "Check",
    "Choose",
    "Condition",
    "CustomMetric",
    "Dataset",
    "Dns",
    "Doing",
    "Endpoint",
    "FailOn",
    "FileBody",
    "Flow",
    "ForEach",
    "FormBody",
    "GraphqlBody",
    "Group",
    "If",
    "JsonBody",
    "Load",
    "MultipartBody",
    "Parallel",
    "Part",
    "Pick",
    "Plan",
    "Preflight",
    "Record",
    "Repeat",
    "Request",
    "Save",
    "Scalar",
    "Scenario",
    "Send",
    "Setting",
    "Stage",
    "Step",
    "Stop",
    "Summary",
    "SummaryMode",
    "TextBody",
    "Think",
    "Threshold",
    "Timeout",
    "Tls",
    "Tree",
    "Values",
    "Variable",
    "While",
    "held",
]


class Stage(Struct, frozen=True):
    """One leg of a ramp: reach the target in this time."""

    duration: Setting
    target: Setting
    place: Place


class Load(Struct, frozen=True):
    """How much of a scenario runs when; which keys are there says which executor it is."""

    place: Place
    settings: Mapping[str, Setting] = {}  # every key but stages
    stages: tuple[Stage, ...] | None = None
    keys: Mapping[str, Place] = {}  # where each key stands
    damaged: bool = False  # something in it was wrong and left out: ask nothing more of it


class Scenario(Struct, frozen=True):
    """A load and the steps that each iteration takes."""

    name: str
    load: Load
    steps: tuple[Step, ...]
    place: Place
    vu_setup: tuple[Step, ...] = ()
    target: Setting | None = None
    start_after: Setting | None = None
    warm_up: Setting | None = None
    http: Request | None = None
    tags: Values = {}


class CustomMetric(Struct, frozen=True):
    """A metric of the plan's own."""

    name: str
    kind: Literal["counter", "gauge", "rate", "trend"]
    place: Place
    unit: Literal["none", "ms", "bytes"] = "none"


FailOn: TypeAlias = Literal["thresholds", "checks", "errors", "untrusted", "regression"]


class Threshold(Struct, frozen=True):
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


SummaryMode: TypeAlias = Literal["compact", "full", "disabled"]


class Summary(Struct, frozen=True):
    """What the terminal shows when the run has ended."""

    stats: tuple[str, ...] = ("avg", "min", "med", "max", "p(90)", "p(95)")  # of trends, as columns
    mode: SummaryMode = "compact"


class Plan(Struct, frozen=True):
    """Everything that a plan file says, and what it uses of other files."""

    file: str
    text: str
    name: str
    place: Place
    description: str = ""
    variables: Mapping[str, Variable] = {}
    target: Setting | None = None
    http: Request | None = None
    tags: Values = {}
    data: Mapping[str, Dataset] = {}
    preflight: tuple[Preflight, ...] = ()
    setup: tuple[Step, ...] = ()  # once, before all scenarios
    setup_timeout: Setting | None = None  # 60s
    teardown: tuple[Step, ...] = ()  # once, after them, also after an abort
    teardown_timeout: Setting | None = None  # 60s
    endpoints: Mapping[str, Endpoint] = {}
    flows: Mapping[str, tuple[Step, ...]] = {}
    metrics: Mapping[str, CustomMetric] = {}
    scenarios: Mapping[str, Scenario] = {}
    thresholds: tuple[Threshold, ...] = ()
    fail_on: tuple[FailOn, ...] = ("thresholds",)  # what fails the run
    summary: Summary = Summary()
    reports: Mapping[str, Setting] = {}  # which, and the file or folder of each
    outputs: Mapping[str, Mapping[str, Tree]] = {}  # where numbers go while it runs, and what is set of each
    profiles: tuple[str, ...] = ()  # all that the plan knows, whether chosen or not
    damaged: bool = False  # something was wrong and left out
