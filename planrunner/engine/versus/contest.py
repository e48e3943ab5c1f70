"""A contest: both sides of a plan, compiled, and how they are held against each other."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from planrunner.engine.checked import Checked, check
from planrunner.engine.program.build import ScenarioProgram
from planrunner.engine.versus.load import held
from planrunner.engine.versus.schedule import Name, warm_up
from planrunner.errors import Place, Problems
from planrunner.pacing.curve import Curve, Ramp
from planrunner.pacing.executors import Arrivals, Users
from planrunner.plan.model import Setting
from planrunner.result import Effect
from planrunner.result.comparison import EFFECT


class Contest(Struct, frozen=True):
    """Two sides, each with the load of one window."""

    base: Checked
    head: Checked
    rounds: int  # pairs of windows that count
    seconds: float  # of a window
    effect: Effect = EFFECT  # the least difference that is worth a word

    def side(self, name: Name) -> Checked:
        """Return one of them."""
        return self.base if name == "base" else self.head

    @property
    def warm_up(self) -> float:
        """How many seconds of each window do not count."""
        return warm_up(self.seconds)

    @property
    def total(self) -> float:
        """How many seconds all windows take together, without grace."""
        return 2 * (self.rounds + 1) * self.seconds

    @property
    def shown(self) -> Checked:
        """What is shown of it while it goes on: the head, for the time of all windows."""
        return _with(self.head, *(_lasting(one, self.total) for one in self.head.program.scenarios))

    @property
    def counted(self) -> Checked:
        """What the result tells: the head, for the time of its windows that count."""
        measured = self.rounds * (self.seconds - self.warm_up)
        return _with(self.head, *(_lasting(one, measured) for one in self.head.program.scenarios))

    def at_demo(self, url: str) -> Contest:
        """Return it with the address of the embedded target."""
        base, head = (replace(one, given=replace(one.given, demo=url)) for one in (self.base, self.head))
        return replace(self, base=base, head=head)


def contest(checked: Checked, url: str, rounds: int, seconds: float, problems: Problems) -> Contest:
    """Compile both sides of a plan that was checked; `url` is the base. What is wrong goes to `problems`."""
    plan = held(checked.plan, checked.program, seconds)

    def side(target: Setting | None) -> Checked:
        made = check(replace(plan, target=target), checked.given, problems)
        told = (_in_windows(one, rounds) for one in made.program.scenarios)
        return replace(_with(made, *told), limits=checked.limits, unjudged=checked.unjudged)

    return Contest(side(Setting(url, Place("--versus"), url)), side(plan.target), rounds, seconds)


def _with(checked: Checked, *scenarios: ScenarioProgram) -> Checked:
    return replace(checked, program=replace(checked.program, scenarios=scenarios))


def _in_windows(program: ScenarioProgram, rounds: int) -> ScenarioProgram:
    """Have the description of a load say that it is the one of each window."""
    count = f"{rounds} windows" if rounds > 1 else "1 window"
    return replace(program, work=replace(program.work, description=f"{program.work.description}, {count}"))


def _lasting(program: ScenarioProgram, seconds: float) -> ScenarioProgram:
    schedule = program.work.schedule
    assert isinstance(schedule, Users | Arrivals)  # what windows hold
    peak = schedule.curve.peak
    longer = replace(schedule, curve=Curve((Ramp(seconds, peak, peak),)))
    return replace(program, work=replace(program.work, schedule=longer), warm_up=0.0)
