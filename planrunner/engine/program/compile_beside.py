"""From what a plan says beside an action to what is settled after it: saves, checks, samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from planrunner import checks
from planrunner.checks.saves import build_save
from planrunner.engine.actions.beside import Beside, Errors, Keeping, Meter, Question, Sampling
from planrunner.engine.program.samples import sampler
from planrunner.errors import Place
from planrunner.metrics.series import Key
from planrunner.metrics.tally import tagged
from planrunner.plan.model import Check, Record, Request, Save, Setting, Step
from planrunner.values.expressions import compile_setting, compile_text, compile_tree
from planrunner.values.names import Names
from planrunner.values.picking import Picker

if TYPE_CHECKING:
    from planrunner.engine.program.build import Builder

Tags: TypeAlias = dict[str, str]


class Asked(Struct, frozen=True):
    """A check as the result lists it; its place in `Program.asked` is its number."""

    key: Key
    name: str
    scenario: str
    step: str
    place: Place


class Here(Struct, frozen=True):
    """Where steps stand, which decides what they know and how they are tagged."""

    names: Names
    scenario: str = ""  # none in setup and teardown
    target: Setting | None = None
    http: Request | None = None  # the scenario's defaults
    tags: Mapping[str, str] | None = None  # of the plan, the scenario and the steps around
    group: str = ""  # ::outer::inner
    flows: tuple[str, ...] = ()  # that these steps are within


class Besides:
    """Compiles what stands beside the steps of one place."""

    def __init__(self, builder: Builder, here: Here, meter: Meter) -> None:
        self.builder, self.here, self.meter = builder, here, meter
        self.problems, self.names = builder.problems, here.names

    def of(self, step: Step, tags: Tags, errors: Errors) -> Beside:
        """Compile all that stands beside a step, but not its `on_fail`: those are steps."""
        made = Beside(self.meter, errors)
        names = replace(self.names, picker=Picker())  # saves and checks share what they ask of a reply's JSON
        made.saves = [self._keeping(save, tags, names) for save in step.saves]
        made.sets = [
            (name, compile_tree(value, self.names, self.problems)) for name, value in step.sets.items()
        ]
        made.questions = [self._question(check, tags, names) for check in step.checks]
        samples = (self._sampling(record, tags) for record in step.records)
        made.samples = [sample for sample in samples if sample]
        made.log = compile_text(step.log, self.names, self.problems) if step.log else None
        return made

    def _question(self, check: Check, tags: Tags, names: Names) -> Question:
        ask = checks.build(check, names, self.problems)
        number, own = self.numbered(check.name, tags, check.place)
        return Question(number, check.name, ask, self.meter.tally.outcomes(own), check.required)

    def _keeping(self, save: Save, tags: Tags, names: Names) -> Keeping:
        taking = build_save(save, names, self.problems)
        check = f"{save.name} is saved"
        if save.default is not None:
            return Keeping(save.name, taking, check, None, 0, "")
        number, own = self.numbered(check, tags, save.place)
        outcomes = self.meter.tally.outcomes(own)
        complaint = f"nothing found for {save.source} {save.path.text}"
        return Keeping(save.name, taking, check, outcomes, number, complaint)

    def _sampling(self, record: Record, tags: Tags) -> Sampling | None:
        custom = self.builder.plan.metrics.get(record.metric)
        value = compile_setting(record.value, self.names, self.problems)
        if custom is None:
            known = self.builder.plan.metrics
            if known or not self.builder.plan.damaged:
                self.problems.unknown("metric", record.metric, known, record.place)
            return None
        return Sampling(value, sampler(custom, self.meter, tags))

    def numbered(self, name: str, tags: Tags, place: Place) -> tuple[int, Tags]:
        """Give a check its number; with it, its tags."""
        own = {**tags, "check": name}
        asked = Asked(Key("checks", tagged(own)), name, self.here.scenario, tags["name"], place)
        return self.builder.number(asked), own
