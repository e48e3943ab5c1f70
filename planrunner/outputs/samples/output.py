"""What the process that leads a run knows of a sample output: how much arrived from all of them."""

from __future__ import annotations

from planrunner.metrics.tally import Snapshot
from planrunner.outputs.output import View
from planrunner.result import Output as Delivered
from planrunner.result import Result

SOON = 1.0  # second that is waited once more for a backend that the other processes have waited for


class Samples:
    """An output that is told every sample, and adds up what other processes tell of theirs."""

    def __init__(self, kind: str, address: str, view: View) -> None:
        assert view.recorder
        self._kind, self._address, self._view = kind, address, view
        self._recorder = view.recorder
        self._stream = view.recorder.streams[kind]
        self._sent = self._lost = 0
        self._error = ""

    def take(self, snapshot: Snapshot) -> None:
        """Add up what workers delivered."""
        for one in snapshot.delivered:
            if one.kind == self._kind:
                self._sent += one.sent
                self._lost += one.lost
                self._error = self._error or one.error

    async def run(self) -> None:
        """Send what this process has to."""
        await self._stream.run()

    async def close(self, _: Result) -> Delivered:
        """Send what is left."""
        self._recorder.flush()
        await self._stream.close(SOON if self._error else None)
        sent, lost, error = self._stream.so_far()
        told = self._view.mask(error or self._error)
        return Delivered(self._kind, self._address, self._sent + sent, self._lost + lost, told)
