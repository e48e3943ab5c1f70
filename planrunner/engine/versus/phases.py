"""What happens around the load, for both sides: first all of the base, then all of the head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from planrunner.engine.checked import target
from planrunner.engine.lifecycle import FailedError
from planrunner.engine.versus.party import Party
from planrunner.engine.versus.schedule import Name
from planrunner.metrics.tally import Snapshot


class Both:
    """The phases of two parties as those of one run; `aside` hears what the base's measure."""

    def __init__(self, parties: Mapping[Name, Party], aside: Callable[[Snapshot], None]) -> None:
        self._base, self._head, self._aside = parties["base"], parties["head"], aside

    @property
    def saved(self) -> Mapping[str, Any]:
        """What the head's setup made; the base has what its own made."""
        return self._head.phases.saved

    async def preflight(self) -> None:
        """Wait until both targets are ready."""
        with _said_of("base", self._base):
            await self._base.phases.preflight()
        with _said_of("head", self._head):
            await self._head.phases.preflight()

    async def setup(self) -> None:
        """Set both up; what the first one made is torn down when the second one fails."""
        with _said_of("base", self._base):
            await self._base.phases.setup()
        try:
            with _said_of("head", self._head):
                await self._head.phases.setup()
        except FailedError:
            with suppress(FailedError):
                await self._base.phases.teardown()
            raise

    async def teardown(self) -> None:
        """Tear both down, whatever becomes of the first."""
        try:
            with _said_of("base", self._base):
                await self._base.phases.teardown()
        finally:
            with _said_of("head", self._head):
                await self._head.phases.teardown()

    def cut(self, at: float) -> Snapshot:
        """Hand out what the head's phases measured, and what both logged."""
        base, head = self._base.phases.cut(self._base.seconds), self._head.phases.cut(at)
        head.logs = [*base.logs, *head.logs]
        self._aside(base)
        return head


@contextmanager
def _said_of(name: Name, party: Party) -> Iterator[None]:
    """Have what fails say of which side it is."""
    try:
        yield
    except FailedError as error:
        raise FailedError(error.how, f"{name}, {target(party.checked)}: {error}") from None
