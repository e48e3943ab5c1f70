"""The action that sends a request, measures its reply, and settles what stands beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from planrunner.engine.actions.beside import Beside, Errors, Meter
from planrunner.engine.actions.vu import VU, take
from planrunner.metrics.handles import Counted, Exchanges
from planrunner.metrics.recorded import RecordedExchanges
from planrunner.protocols import Call, Reply, Session, Speaker
from planrunner.values.data import shown
from planrunner.values.expressions import EvaluationError

OUTCOMES = 50  # kinds of outcomes of a step that are kept apart
REST = "other outcomes"  # what the rest is called, where it failed

SEEN = 1000  # bytes of a body that are looked at
SHOWN = 160  # characters of it that are shown


class Send:
    """Send a request, measure the reply, save from it, check it."""

    def __init__(
        self,
        speaker: Speaker,
        call: Call,
        meter: Meter,
        tags: Mapping[str, str],
        beside: Beside,
        errors: Errors,
    ) -> None:
        self._speaker, self._meter, self._errors = speaker, meter, errors
        self.call, self._send = call, call.send
        self._tags = {**tags, "method": call.method, "url": call.url}
        self._outcomes: dict[int | str, Exchanges | RecordedExchanges] = {}
        self._plain: dict[int, Exchanges] = {}  # of plain replies, by status; empty where all is recorded
        self._retries: Counted | None = None  # nearly never needed
        self._warned = False
        self._beside = beside

    async def __call__(self, vu: VU) -> bool:
        scope, beside = vu.scope, self._beside
        try:
            reply = await self._send(vu.session, scope)
            if not reply.plain:
                reply = await self.call.follow(vu.session, reply)
        except EvaluationError as error:
            self._errors.note(error)
            return False
        except asyncio.CancelledError:
            # What was sent and will not be waited for is a request too, but neither failed nor not. A reply
            # may be complete though nobody has looked at it yet: that one counts as what it is.
            interrupted = vu.session.interrupt()
            if interrupted is not None:
                self._count_all(vu.session, (*interrupted.hops, interrupted))
            raise
        outcome = self._plain.get(reply.status) if reply.plain else None
        if outcome is None:
            self._count_all(vu.session, (*reply.hops, reply))
        else:
            outcome.count += 1
            outcome.sent += reply.sent
            outcome.received += reply.received
            outcome.add(reply.timings)
        scope.reply = reply
        go_on = beside.settle(vu, reply, [])
        if beside.on_fail and scope.failed:
            return await take(beside.on_fail, vu) and go_on
        return go_on

    def succeeded(self, reply: Reply) -> bool:
        """Whether a reply is what the plan expects."""
        return not reply.error and reply.status in self.call.expected

    def _count_all(self, session: Session, replies: Iterable[Reply]) -> None:
        for reply in replies:
            self._count(session, reply)

    def _count(self, session: Session, reply: Reply) -> None:
        outcome = self._outcome(session, reply)
        if reply.retried:
            self._retry()
        outcome.take(reply.sent, reply.received, reply.timings)

    def _retry(self) -> None:
        if self._retries is None:
            self._retries = self._meter.tally.count(self._speaker.RETRIES, self._tags)
        self._retries.value += 1

    def _outcome(self, session: Session, reply: Reply) -> Exchanges | RecordedExchanges:
        """Return the series of an outcome, made when it is seen first.

        Hops are kept apart: a followed redirect is no failure, though a reply with its status may be one.
        So is a status that came with an error, as that of a body that was cut short.
        """
        plain = not (reply.awaited or reply.method or (reply.status and reply.error))
        mark: int | str = reply.status or -reply.error_code
        if not plain:
            mark = f"{reply.status} {reply.error_code} {reply.awaited} {reply.method}"
        known = self._outcomes.get(mark)
        if known is not None:
            return known
        expected = reply.awaited or self.succeeded(reply)
        seen = {"expected_response": "" if reply.interrupted else str(expected).lower()}
        if len(self._outcomes) < OUTCOMES:
            seen |= _kind(session, reply)
        else:
            self._warn()
            mark, plain = f"{REST} {seen}", False
            known = self._outcomes.get(mark)
            if known is not None:
                return known
            seen["error"] = REST if seen["expected_response"] == "false" else ""
        made = self._outcomes[mark] = self._made(reply, seen)
        if plain and reply.status and isinstance(made, Exchanges):
            self._plain[reply.status] = made
        return made

    def _made(self, reply: Reply, seen: Mapping[str, str]) -> Exchanges | RecordedExchanges:
        """Make the series of an outcome, and keep the first failure of its kind."""
        how, meter, tags = self._speaker, self._meter, {**self._tags, **seen}
        if reply.method:
            tags["method"] = reply.method
        fails = None if reply.interrupted else seen["expected_response"] == "false"
        if fails:
            meter.tally.remark(how.COUNT, tags, meter.elapsed(), meter.mask(_seen(reply)))
        return meter.tally.exchanges(how.TIMINGS, how.COUNT, how.FAILED, tags, fails=fails)

    def _warn(self) -> None:
        """Say once that a target answers in too many ways to keep them apart: series are bounded."""
        if not self._warned:
            self._warned = True
            what = f"the tag `status` has more than {OUTCOMES} values at {self._tags['name']!r}"
            self._meter.tally.log(f"{what}; further ones are counted together")


def _kind(session: Session, reply: Reply) -> dict[str, str]:
    """Return the tags that tell an outcome."""
    tls = session.tls_version() if reply.tls is None else reply.tls
    return {
        "status": str(reply.status),
        "proto": reply.protocol,
        "tls_version": tls if reply.status else "",
        "error": "interrupted" if reply.interrupted else reply.error,
        "error_code": str(reply.error_code or ""),
    }


def _seen(reply: Reply) -> str:
    """Return how the body of a reply begins: that tells more of a failure than its status."""
    said = reply.body[:SEEN] if reply.status else b""
    text = " ".join(said.decode("utf-8", "replace").split())
    return shown(text, SHOWN) if text else ""
