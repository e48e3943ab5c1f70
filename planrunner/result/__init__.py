"""The result of a run: all that a report may know, to and from JSON.

Times are seconds, sizes bytes, rates per second, shares 0 to 1. `schemas/result.schema.json` is made from
these classes, and a test holds them together.
"""

from __future__ import annotations

from planrunner.metrics.series import Sink
from planrunner.result.capacity import Capacity, CapacityLevel, Found, SearchEnd
from planrunner.result.comparison import Change, Comparison, Difference, Effect, Measure, Side
from planrunner.result.course import Gap, Lost, Moment
from planrunner.result.environment import Environment, Pipeline
from planrunner.result.files import from_json, schema, to_json
from planrunner.result.fitting import fit
from planrunner.result.health import Finding, Health, Process, Pulse, Pulses, Trust, pulses
from planrunner.result.judged import Check, CheckSample, Skipped, Term, Threshold
from planrunner.result.kinds import Contains, FailOn, Kind, Stopped, Verdict
from planrunner.result.omitted import LeftOut
from planrunner.result.outputs import Output
from planrunner.result.percentiles import few, needed
from planrunner.result.phases import Phase
from planrunner.result.plan import PlanInfo, ScenarioInfo
from planrunner.result.result import Result
from planrunner.result.sections import Held, Section, sections
from planrunner.result.selection import UnknownError, by_tags, select, stat, values
from planrunner.result.series import Distribution, Level, Series, Share, Total
from planrunner.result.summary import Mode, Summary
from planrunner.result.timeline import Timeline, columns
from planrunner.result.totals import Error, Metric, Request
from planrunner.result.warm_up import WarmUp

__all__ = [
    "Capacity",
    "CapacityLevel",
    "Change",
    "Check",
    "CheckSample",
    "Comparison",
    "Contains",
    "Difference",
    "Distribution",
    "Effect",
    "Environment",
    "Error",
    "FailOn",
    "Finding",
    "Found",
    "Gap",
    "Health",
    "Held",
    "Kind",
    "LeftOut",
    "Level",
    "Lost",
    "Measure",
    "Metric",
    "Mode",
    "Moment",
    "Output",
    "Phase",
    "Pipeline",
    "PlanInfo",
    "Process",
    "Pulse",
    "Pulses",
    "Request",
    "Result",
    "ScenarioInfo",
    "SearchEnd",
    "Section",
    "Series",
    "Share",
    "Side",
    "Sink",
    "Skipped",
    "Stopped",
    "Summary",
    "Term",
    "Threshold",
    "Timeline",
    "Total",
    "Trust",
    "UnknownError",
    "Verdict",
    "WarmUp",
    "by_tags",
    "columns",
    "few",
    "fit",
    "from_json",
    "needed",
    "pulses",
    "schema",
    "sections",
    "select",
    "stat",
    "to_json",
    "values",
]
