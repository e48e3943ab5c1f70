"""What the command line changes of a plan's loads: `--vus`, `--rate`, `--stage` and so on, and `--once`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from planrunner.errors import Place, UsageError
from planrunner.pacing.choice import EXECUTORS, choose
from planrunner.pacing.executors import BadLoadError
from planrunner.plan.model import Load, Plan, Scenario, Setting, Stage

WHOLE = frozenset(
    frozenset(keys)
    for keys in (
        ("duration",),
        ("vus", "duration"),
        ("iterations",),
        ("vus", "iterations"),
        ("rate", "duration"),
        ("stage",),
    )
)
"""The options that are a load when they stand together."""

ONCE = ("graceful_stop", "max_duration")
"""Keys that one iteration can have, too."""


class Changes(Struct, frozen=True):
    """What the command line says of loads; texts as they were given."""

    keys: Mapping[str, str] = {}  # vus, duration, iterations, rate
    stages: tuple[tuple[str, str], ...] = ()  # duration and target of each
    once: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The options that were given, without their dashes."""
        return (*self.keys, *(("stage",) if self.stages else ()), *(("once",) if self.once else ()))


def override(plan: Plan, changes: Changes) -> Plan:
    """Change every scenario's load: a key that its executor has is changed and the rest kept.

    Where the executor lacks one of the options' keys, they replace the whole load: `--vus 1 --iterations 1`
    makes one iteration of any plan, and `--stage` always does. `--once` leaves one iteration of one VU of
    each load, which begins at once. UsageError when what the options say is no load. A plan in which
    something was wrong stays as it is: that comes first.
    """
    if changes.once and len(changes.names) > 1:
        raise UsageError(f"--once is one VU and one iteration: leave out {_options(changes.names[:-1])}")
    if plan.damaged or not changes.names:
        return plan
    change = _once if changes.once else _changed
    scenarios = {name: change(scenario, changes) for name, scenario in plan.scenarios.items()}
    return replace(plan, scenarios=scenarios)


def _once(scenario: Scenario, _: Changes) -> Scenario:
    """Take a scenario once: nobody who tries a plan wants to wait for its start, so it begins at once."""
    load, place = scenario.load, Place("--once")
    kept = {key: setting for key, setting in load.settings.items() if key in ONCE}
    settings = {"vus": Setting(1, place, "1"), "iterations_per_vu": Setting(1, place, "1"), **kept}
    return replace(scenario, load=_load(settings, place), start_after=None, warm_up=None)


def _changed(scenario: Scenario, changes: Changes) -> Scenario:
    load, place = scenario.load, Place(f"--{changes.names[0]}")
    given = {name: _setting(name, text) for name, text in changes.keys.items()}
    if changes.stages or not given.keys() <= _keys(load):
        if frozenset(changes.names) not in WHOLE:
            raise _no_load(scenario, changes)
        return replace(scenario, load=_load(given, place, _stages(changes)))
    changed = _load({**load.settings, **given}, place)
    if not _keys(changed):
        raise _no_load(scenario, changes)
    return replace(scenario, load=changed)


def _load(settings: Mapping[str, Setting], place: Place, stages: tuple[Stage, ...] | None = None) -> Load:
    """Make a load of which the command line is to blame when its keys do not go together."""
    options = {key: one.place for key, one in settings.items() if one.place.file.startswith("--")}
    return Load(place, settings, stages, {**dict.fromkeys((*settings, "stages"), place), **options})


def _no_load(scenario: Scenario, changes: Changes) -> UsageError:
    message = f"{_options(changes.names)} makes no load of scenario {scenario.name!r}"
    if changes.stages and changes.keys.keys() == {"vus"}:
        first = f"--stage 0s:{changes.keys['vus']}"
        return UsageError(f"{message}: stages begin with 1 VU; for another number, begin with {first}")
    ways = "--vus with --duration or --iterations, --rate with --duration, or --stage alone"
    return UsageError(f"{message}: give {ways}")


def _keys(load: Load) -> frozenset[str]:
    """Return the keys that the load's executor has; whether stages are rates makes no difference here."""
    try:
        name = choose(frozenset(load.settings) | ({"stages"} if load.stages else frozenset()), rates=False)
    except BadLoadError:
        return frozenset()
    return EXECUTORS[name].keys


def _stages(changes: Changes) -> tuple[Stage, ...] | None:
    made = tuple(
        Stage(_setting("stage", duration), _setting("stage", target), Place("--stage"))
        for duration, target in changes.stages
    )
    return made or None


def _setting(name: str, text: str) -> Setting:
    return Setting(int(text) if text.isascii() and text.isdigit() else text, Place(f"--{name}"), text)


def _options(names: Iterable[str]) -> str:
    return " with ".join(f"--{name}" for name in names)
