"""What happens once, around all scenarios: the preflight, setup and teardown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Literal, Protocol

from planrunner.engine.actions.beside import Meter
from planrunner.engine.actions.vu import VU, take
from planrunner.engine.program.build import Given, Once, Probe
from planrunner.engine.program.compile import SPOKEN
from planrunner.metrics.tally import Snapshot
from planrunner.protocols import Connect, speaker
from planrunner.values.dealing import EndOfDataError
from planrunner.values.scope import Scope

AGAIN = 1.0  # seconds between two tries of a preflight


class FailedError(Exception):
    """A part of the lifecycle did not come to its end; the message says why."""

    def __init__(self, how: Literal["failed", "timeout", "stop"], message: str) -> None:
        super().__init__(message)
        self.how = how


class Phases(Protocol):
    """What happens around the load; each phase raises FailedError when it does not come to its end."""

    @property
    def saved(self) -> Mapping[str, Any]:
        """What setup made."""
        ...

    async def preflight(self) -> None:
        """Wait until the target is ready."""
        ...

    async def setup(self) -> None:
        """Take the steps of setup."""
        ...

    async def teardown(self) -> None:
        """Take the steps of teardown."""
        ...

    def cut(self, at: float) -> Snapshot:
        """Hand out what was measured since the last time."""
        ...


class Lifecycle:
    """Runs what happens once, as one VU with the number 0."""

    def __init__(
        self,
        once: Once,
        given: Given,
        meter: Meter,
        now: Callable[[], float],
        connect: Connect | None,
    ) -> None:
        self._once, self._given, self._meter, self._now = once, given, meter, now
        self._connect = connect or speaker(SPOKEN).connector(now)
        self.saved: Mapping[str, Any] = {}  # what setup made

    async def preflight(self) -> None:
        """Wait until the target is ready; FailedError when that takes too long."""
        for probe in self._once.preflight:
            vu = self._vu("preflight")
            try:
                await self._until_ready(probe, vu)
            except EndOfDataError as error:
                raise FailedError("failed", f"{probe.name}: {error}") from None
            finally:
                await vu.close()

    async def _until_ready(self, probe: Probe, vu: VU) -> None:
        why = "it has not answered"
        try:
            async with asyncio.timeout(probe.within):
                why = await _unready(probe, vu)
                while why:
                    await asyncio.sleep(AGAIN)
                    why = await _unready(probe, vu)
        except TimeoutError:
            raise FailedError(
                "failed", f"{probe.name} is not ready after {probe.within:g} s: {why}"
            ) from None

    async def setup(self) -> None:
        """Take the steps of setup and keep what they made; FailedError when they do not come to their end."""
        if not self._once.setup:
            return
        vu = self._vu("setup")
        vu.setting_up = True
        try:
            await self._take_all("setup", vu)
        finally:
            await vu.close()
        self.saved = vu.own

    async def teardown(self) -> None:
        """Take the steps of teardown; FailedError when that takes too long. Failed checks only count."""
        if not self._once.teardown:
            return
        vu = self._vu("teardown")
        try:
            async with asyncio.timeout(self._once.teardown_timeout):
                await take(self._once.teardown, vu)
        except TimeoutError:
            raise FailedError(
                "timeout", f"teardown took longer than {self._once.teardown_timeout:g} s"
            ) from None
        except EndOfDataError as error:
            raise FailedError("failed", str(error)) from None
        finally:
            await vu.close()

    def cut(self, at: float) -> Snapshot:
        """Hand out what was measured since the last time."""
        return self._meter.tally.cut(at)

    async def _take_all(self, name: str, vu: VU) -> None:
        limit = self._once.setup_timeout
        try:
            async with asyncio.timeout(limit):
                completed = await take(self._once.setup, vu)
        except TimeoutError:
            raise FailedError("timeout", f"{name} took longer than {limit:g} s") from None
        except EndOfDataError as error:
            raise FailedError("failed", str(error)) from None
        if vu.end == "test":
            raise FailedError("stop", vu.reason)
        if not completed and not vu.end:
            raise FailedError("failed", f"{name} failed: {_why(vu)}")

    def _vu(self, name: str) -> VU:
        vu = VU(
            Scope(0, "", self._given.test_id, Random(f"{self._given.seed}/{name}")),
            self._connect(0),
            self.saved,
        )
        vu.begin()
        return vu


async def _unready(probe: Probe, vu: VU) -> str:
    """Ask once; why the target is not ready, or nothing. All tries take the same rows."""
    rows = vu.scope.rows
    vu.begin()
    vu.scope.rows = rows
    went_on = await probe.send(vu)
    reply = vu.scope.reply
    if reply is None or not went_on or vu.failures or reply.error or reply.status not in probe.expected:
        return _why(vu)
    return ""


def _why(vu: VU) -> str:
    """Say what went wrong in the newest step."""
    reply = vu.scope.reply
    if vu.failures:
        return f"check {vu.failures[-1]!r} failed"
    if reply is None:
        return "a value could not be computed"
    return reply.error or f"status {reply.status}"
