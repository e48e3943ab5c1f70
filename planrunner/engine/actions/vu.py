"""A VU: its values, its connections, and the order in which it takes actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any, Literal, TypeAlias

from planrunner.protocols import Session
from planrunner.values.scope import Scope

End: TypeAlias = Literal["", "iteration", "vu", "test"]


class VU:
    """A virtual user; `own` holds the values of `setup` and `vu_setup`, which live as long as the VU."""

    __slots__ = (
        "_lanes",
        "busy",
        "end",
        "failures",
        "own",
        "ready",
        "reason",
        "scope",
        "session",
        "setting_up",
        "warm",
    )

    def __init__(self, scope: Scope, session: Session, own: Mapping[str, Any] | None = None) -> None:
        self.scope, self.session = scope, session
        self.own: dict[str, Any] = deepcopy(dict(own)) if own else {}
        self.busy = False  # within an iteration that has not been counted yet
        self.ready = False  # vu_setup is done
        self.setting_up = False
        self.warm = False  # its iteration is part of a warm-up
        self.end: End = ""  # what a step said must end
        self.reason = ""  # why, when it is the test
        self.failures: list[str] = []  # names of all checks that failed in this iteration
        self._lanes: list[VU] = []

    def keep(self, name: str, value: Any) -> None:
        """Save a value where it was first made: in the VU or in the iteration."""
        self.scope.values[name] = value
        if self.setting_up or name in self.own:
            self.own[name] = value

    def begin(self) -> None:
        """Forget what the last iteration made."""
        scope = self.scope
        scope.reply = None
        scope.failed = []
        self.end = ""
        if self.failures:
            self.failures = []
        if scope.rows:
            scope.rows = {}
        if scope.values or self.own:
            scope.values = dict(self.own)
        self.session.begin()

    def lane(self, number: int) -> VU:
        """Return a part of this VU that can wait for a reply of its own, beside others; 0 is the VU itself.

        It knows what the VU knows and saves where the VU saves; connections are its own.
        """
        if number == 0:
            self.scope.failed = []
            return self
        while len(self._lanes) < number:
            # Chance of its own: in which order lanes go on is not repeatable.
            random = Random(self.scope.random.getrandbits(64))
            scope = Scope(self.scope.vu_id, self.scope.scenario, self.scope.test_id, random)
            self._lanes.append(VU(scope, self.session.lane()))
        lane, scope = self._lanes[number - 1], self.scope
        lane.own, lane.setting_up, lane.end, lane.failures = self.own, self.setting_up, "", []
        lane.scope.values, lane.scope.rows, lane.scope.reply = scope.values, scope.rows, scope.reply
        lane.scope.iteration, lane.scope.scenario_iteration = scope.iteration, scope.scenario_iteration
        lane.scope.loop, lane.scope.failed = scope.loop, []
        return lane

    async def close(self) -> None:
        """Close all connections."""
        for lane in self._lanes:
            await lane.session.close()
        await self.session.close()


Action: TypeAlias = Callable[[VU], Awaitable[bool]]
"""A step, compiled; False ends the iteration."""


async def take(actions: Sequence[Action], vu: VU) -> bool:
    """Take actions in order; False when one of them ended the iteration."""
    for action in actions:
        if not await action(vu):
            return False
    return True
