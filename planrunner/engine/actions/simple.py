"""Actions that need nothing of a target: wait, and end what is under way."""

from __future__ import annotations

from collections.abc import Callable

from planrunner.engine.actions.vu import VU, Action, End
from planrunner.engine.timing.alarm import sleep


def think(seconds: Callable[[VU], float]) -> Action:
    """Make the action that waits."""

    async def wait(vu: VU) -> bool:
        if vu.scope.reply is not None:
            vu.scope.reply.forget()  # thousands of VUs wait at the same time
        await sleep(seconds(vu))
        return True

    return wait


def stop(what: End, reason: str) -> Action:
    """Make the action that ends the iteration, and with it the VU or the test if that is said."""

    async def end(vu: VU) -> bool:
        vu.end, vu.reason = what, reason
        return False

    return end
