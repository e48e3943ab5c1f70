"""Steps, compiled to actions: what a VU does, and what is measured of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planrunner.checks import Check
from planrunner.checks.saves import NOTHING, Take
from planrunner.engine.vu import VU, Action, take
from planrunner.metrics.tally import COMPLAINTS, Count, Exchanges, Outcomes, Tally
from planrunner.protocols import Call, Reply, Speaker
from planrunner.values.data import shown
from planrunner.values.expressions import EvaluationError
from planrunner.values.mask import Mask
from planrunner.values.value import Value

ERRORS = 100  # kinds of errors kept apart for each step; the rest is counted as one


@dataclass(slots=True)
class Meter:
    """Where actions write what they measure."""

    tally: Tally
    mask: Mask
    elapsed: Callable[[], float]


@dataclass(slots=True)
class Question:
    """A check at its step."""

    number: int
    name: str
    ask: Check
    outcomes: Outcomes
    required: bool


@dataclass(slots=True)
class Keeping:
    """A save at its step; a value that is not there is a failed check."""

    name: str
    take: Take
    check: str  # the name of the check that something was found
    outcomes: Outcomes | None  # None where there is a default
    number: int
    complaint: str


class Errors:
    """Counts what went wrong before anything was sent."""

    def __init__(self, meter: Meter, tags: Mapping[str, str]) -> None:
        self._meter, self._tags = meter, tags
        self._counts: dict[str, Count] = {}

    def note(self, error: EvaluationError) -> None:
        """Count an error under its text."""
        text = self._meter.mask(str(error))
        if text not in self._counts and len(self._counts) >= ERRORS:
            text = "other errors"
        count = self._counts.get(text)
        if count is None:
            count = self._counts[text] = self._meter.tally.count("errors", {**self._tags, "error": text})
        count.value += 1


class Send:
    """Send a request, measure the reply, save from it, check it."""

    def __init__(self, speaker: Speaker, call: Call, meter: Meter, tags: Mapping[str, str]) -> None:
        self._speaker, self._call, self._meter = speaker, call, meter
        self._tags = {**tags, "method": call.method, "url": call.url}
        self._send = call.send
        self._outcomes: dict[int, Exchanges] = {}
        self._errors = Errors(meter, tags)
        self._retries: Count | None = None  # nearly never needed
        self.saves: Sequence[Keeping] = ()
        self.questions: Sequence[Question] = ()
        self.on_fail: Sequence[Action] = ()

    async def __call__(self, vu: VU) -> bool:
        try:
            reply = await self._send(vu.session, vu.scope)
        except EvaluationError as error:
            self._errors.note(error)
            return False
        except asyncio.CancelledError:
            self._interrupted(vu)
            raise
        outcome = self._outcomes.get(reply.status or -reply.error_code) or self._outcome(reply)
        outcome.count += 1
        outcome.sent += reply.sent
        outcome.received += reply.received
        if reply.timings:
            outcome.rows.add(reply.timings)
        if reply.retried:
            self._retry()
        vu.scope.reply = reply
        if not (self.saves or self.questions):
            vu.scope.failed = []
            return True
        go_on = self._keep_and_ask(vu, reply)
        if self.on_fail and vu.scope.failed:
            return await take(self.on_fail, vu) and go_on
        return go_on

    def _keep_and_ask(self, vu: VU, reply: Reply) -> bool:
        """Save, then check; whether the iteration goes on."""
        scope, go_on = vu.scope, True
        failed: list[str] = []
        for save in self.saves:
            if not self._keep(save, vu, reply):
                failed.append(save.check)
                go_on = False
        for question in self.questions:
            complaint = question.ask(reply, scope)
            if not complaint:
                question.outcomes.passes += 1
            else:
                self._complain(question.outcomes, question.number, complaint)
                failed.append(question.name)
                go_on = go_on and not (question.required or vu.setting_up)
        scope.failed = failed
        return go_on

    def _keep(self, save: Keeping, vu: VU, reply: Reply) -> bool:
        """Save a value; False when it is not there, or cannot be computed."""
        try:
            value = save.take(reply, vu.scope)
        except EvaluationError as error:
            self._errors.note(error)
            return False
        if value is NOTHING:
            if save.outcomes:
                seen = (
                    f"status {reply.status}, body {shown(reply.text()[:200], 60)}"
                    if reply.status
                    else reply.error
                )
                self._complain(save.outcomes, save.number, f"{save.complaint} ({seen})")
            return False
        vu.keep(save.name, value)
        if save.outcomes:
            save.outcomes.passes += 1
        return True

    def _complain(self, outcomes: Outcomes, number: int, complaint: str) -> None:
        outcomes.fails += 1
        if outcomes.complaints >= COMPLAINTS:
            return
        meter = self._meter
        meter.tally.complain(outcomes, number, meter.elapsed(), meter.mask(complaint))

    def _interrupted(self, vu: VU) -> None:
        """Count what was sent and will not be waited for: a request, but neither failed nor not.

        A reply may be complete though nobody has looked at it yet: that one counts as what it is.
        """
        reply = vu.session.interrupt()
        if reply is not None:
            outcome = self._outcomes.get(reply.status or -reply.error_code) or self._outcome(reply)
            outcome.count += 1
            outcome.sent += reply.sent
            outcome.received += reply.received
            if reply.timings:
                outcome.rows.add(reply.timings)

    def _retry(self) -> None:
        if self._retries is None:
            self._retries = self._meter.tally.count(self._speaker.RETRIES, self._tags)
        self._retries.value += 1

    def _outcome(self, reply: Reply) -> Exchanges:
        """Make the series of an outcome that has not been seen before."""
        expected = not reply.error and reply.status in self._call.expected
        seen = {
            "status": str(reply.status),
            "proto": reply.protocol,
            "error": "interrupted" if reply.interrupted else reply.error,
            "error_code": str(reply.error_code or ""),
            "expected_response": "" if reply.interrupted else str(expected).lower(),
        }
        fails = None if reply.interrupted else not expected
        how, tags = self._speaker, {**self._tags, **seen}
        made = self._meter.tally.exchanges(how.TIMINGS, how.COUNT, how.FAILED, tags, fails=fails)
        self._outcomes[reply.status or -reply.error_code] = made
        return made


def think(seconds: Callable[[VU], float]) -> Action:
    """Make the action that waits."""

    async def wait(vu: VU) -> bool:
        await asyncio.sleep(seconds(vu))
        return True

    return wait


def log(text: Value, meter: Meter, tags: Mapping[str, str]) -> Action:
    """Make the action that shows a line."""
    errors = Errors(meter, tags)

    async def show(vu: VU) -> bool:
        try:
            meter.tally.log(meter.mask(text.of(vu.scope)))
        except EvaluationError as error:
            errors.note(error)
            return False
        return True

    return show
