"""What stands beside an action: values to keep, checks, samples, a line to show, steps for a failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner.checks import Check
from planrunner.checks.saves import NOTHING, Take
from planrunner.engine.actions.vu import VU, Action, take
from planrunner.metrics.handles import Counted, Judged
from planrunner.metrics.tally import COMPLAINTS, Complaint, Tally
from planrunner.plan.model import Step
from planrunner.protocols import Reply
from planrunner.values.data import shown
from planrunner.values.expressions import EvaluationError
from planrunner.values.mask import Mask
from planrunner.values.value import Value

ERRORS = 100  # kinds of errors kept apart for each step
REST = "other errors"  # what the rest is counted as


class Meter(Struct):
    """Where actions write what they measure."""

    tally: Tally
    mask: Mask
    elapsed: Callable[[], float]
    trace: Callable[[Step, Action], Action] | None = None  # wraps every action, to look on


class Question(Struct):
    """A check at its step."""

    number: int
    name: str
    ask: Check
    outcomes: Judged
    required: bool


class Keeping(Struct):
    """A save at its step; a value that is not there is a failed check."""

    name: str
    take: Take
    check: str  # the name of the check that something was found
    outcomes: Judged | None  # None where there is a default
    number: int
    complaint: str


Asking: TypeAlias = Question | Keeping
"""What is counted as a check, and may fail."""


class Sampling(Struct):
    """A sample of one of the plan's own metrics."""

    value: Value
    add: Callable[[Any], None]  # raises EvaluationError for what is no sample


class Errors:
    """Counts what went wrong before anything was sent."""

    def __init__(self, meter: Meter, tags: Mapping[str, str]) -> None:
        self._meter, self._tags = meter, tags
        self._counts: dict[str, Counted] = {}

    def note(self, error: EvaluationError) -> None:
        """Count an error under its text."""
        text = self._meter.mask(str(error))
        if text not in self._counts and len(self._counts) >= ERRORS:
            self._warn()
            text = REST
        count = self._counts.get(text)
        if count is None:
            count = self._counts[text] = self._meter.tally.count("errors", {**self._tags, "error": text})
        count.value += 1

    def _warn(self) -> None:
        """Say once that there are too many errors to keep them apart: series are bounded."""
        if REST not in self._counts:
            what = f"the tag `error` has more than {ERRORS} values at {self._tags.get('name', 'a step')!r}"
            self._meter.tally.log(f"{what}; further ones are counted together")


class Beside:
    """Settles what stands beside an action, after it, in this order."""

    __slots__ = ("_errors", "_meter", "log", "on_fail", "questions", "samples", "saves", "sets")

    def __init__(self, meter: Meter, errors: Errors) -> None:
        self._meter, self._errors = meter, errors
        self.saves: Sequence[Keeping] = ()
        self.sets: Sequence[tuple[str, Value]] = ()
        self.questions: Sequence[Question] = ()
        self.samples: Sequence[Sampling] = ()
        self.log: Value | None = None
        self.on_fail: Sequence[Action] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.saves or self.sets or self.questions or self.samples or self.log or self.on_fail)

    async def after(self, vu: VU, reply: Reply, failed: list[str]) -> bool:
        """Settle everything; `failed` names the checks that the action itself saw fail."""
        go_on = self.settle(vu, reply, failed)
        if self.on_fail and vu.scope.failed:
            return await take(self.on_fail, vu) and go_on
        return go_on

    def settle(self, vu: VU, reply: Reply, failed: list[str]) -> bool:
        """Do all that needs no waiting; whether the iteration goes on."""
        scope, go_on, known = vu.scope, True, len(failed)
        scope.failed = failed
        if self.saves or self.sets:
            go_on = self._keep_all(vu, reply, failed)
        for question in self.questions:
            complaint = question.ask(reply, scope)
            if not complaint:
                question.outcomes.passes += 1
            else:
                self.complain(vu, reply, question, complaint)
                failed.append(question.name)
                go_on = go_on and not (question.required or vu.setting_up)
        if failed:
            vu.failures += failed[known:]
        if self.samples or self.log:
            return self._tell(vu) and go_on
        return go_on

    def _keep_all(self, vu: VU, reply: Reply, failed: list[str]) -> bool:
        """Save and set what there is to; whether that worked."""
        go_on = True
        for save in self.saves:
            if not self._keep(save, vu, reply):
                failed.append(save.check)
                go_on = False
        return self._set(vu) if self.sets and go_on else go_on

    def complain(self, vu: VU, reply: Reply, asked: Asking, complaint: str) -> None:
        """Count a failed check and keep a sample of it."""
        outcomes = asked.outcomes
        assert outcomes is not None
        outcomes.fails += 1
        if outcomes.complaints >= COMPLAINTS:
            return
        meter, (request, answer) = self._meter, vu.session.told(reply)
        texts = map(meter.mask, (complaint, request, answer))
        meter.tally.complain(outcomes, Complaint(asked.number, meter.elapsed(), *texts))

    def _keep(self, save: Keeping, vu: VU, reply: Reply) -> bool:
        """Save a value; False when it is not there, or cannot be computed."""
        try:
            value = save.take(reply, vu.scope)
        except EvaluationError as error:
            self._errors.note(error)
            return False
        if value is NOTHING:
            if save.outcomes:
                self.complain(vu, reply, save, f"{save.complaint} ({_seen(reply)})")
            return False
        vu.keep(save.name, value)
        if save.outcomes:
            save.outcomes.passes += 1
        return True

    def _set(self, vu: VU) -> bool:
        try:
            for name, value in self.sets:
                vu.keep(name, value.of(vu.scope))
        except EvaluationError as error:
            self._errors.note(error)
            return False
        return True

    def _tell(self, vu: VU) -> bool:
        """Record samples and show a line."""
        try:
            for sample in self.samples:
                sample.add(sample.value.of(vu.scope))
            if self.log:
                self._meter.tally.log(self._meter.mask(self.log.of(vu.scope)))
        except EvaluationError as error:
            self._errors.note(error)
            return False
        return True


def _seen(reply: Reply) -> str:
    if reply.status:
        return f"status {reply.status}, body {shown(reply.text()[:200], 60)}"
    return reply.error or "no reply"
