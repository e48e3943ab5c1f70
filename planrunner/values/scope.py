"""What an expression can see while a plan runs."""

from __future__ import annotations

from random import Random
from typing import Any, Protocol


class Answer(Protocol):
    """The newest reply, as far as expressions look into it."""

    status: int
    body: bytes
    error: str
    duration: float  # seconds

    def text(self) -> str:
        """Return the body as text."""
        ...

    def forget(self) -> None:
        """Drop what was parsed of it until it is asked for again."""
        ...

    def json(self) -> Any:
        """Return the body as JSON; ValueError when it is none."""
        ...

    def header(self, name: str) -> str | None:
        """Return one header's value, or None."""
        ...

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie that it set, or a redirect that led to it; or None."""
        ...


class Scope:
    """The names one VU sees; `values` holds what was saved, in this iteration or by `vu_setup`.

    Where `random` is a text, it is the seed of a generator that is made when a choice is to be made: most
    plans make none, and each generator takes 2.5 KB.
    """

    __slots__ = (
        "_chance",
        "failed",
        "iteration",
        "loop",
        "reply",
        "rows",
        "scenario",
        "scenario_iteration",
        "test_id",
        "values",
        "vu_id",
    )

    def __init__(self, vu_id: int, scenario: str, test_id: str, random: Random | str) -> None:
        self.vu_id = vu_id  # from 1
        self.iteration = 0  # of this VU, from 0
        self.scenario = scenario
        self.scenario_iteration = 0  # over all VUs of the scenario, from 0
        self.test_id = test_id
        self._chance = random
        self.values: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}  # taken in this iteration, by data set
        self.loop = 0  # how often the innermost loop went round before, from 0
        self.reply: Answer | None = None
        self.failed: list[str] = []  # names of the checks that failed at the newest step

    @property
    def random(self) -> Random:
        """The source of this VU's random choices."""
        if isinstance(self._chance, str):
            self._chance = Random(self._chance)
        return self._chance
