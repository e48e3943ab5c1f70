"""A VU: its values, its connections, and the order in which it takes actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from planrunner.protocols import Session
from planrunner.values.scope import Scope


class VU:
    """A virtual user; `own` holds the values that `vu_setup` made, which live as long as the VU."""

    __slots__ = ("busy", "own", "ready", "scope", "session", "setting_up")

    def __init__(self, scope: Scope, session: Session) -> None:
        self.scope, self.session = scope, session
        self.own: dict[str, Any] = {}
        self.busy = False  # within an iteration that has not been counted yet
        self.ready = False  # vu_setup is done
        self.setting_up = False

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
        if scope.values or self.own:
            scope.values = dict(self.own)


Action: TypeAlias = Callable[[VU], Awaitable[bool]]
"""A step, compiled; False ends the iteration."""


async def take(actions: Sequence[Action], vu: VU) -> bool:
    """Take actions in order; False when one of them ended the iteration."""
    for action in actions:
        if not await action(vu):
            return False
    return True
