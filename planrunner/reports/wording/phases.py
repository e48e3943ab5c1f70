"""What is said of the phases of a load."""

from __future__ import annotations

from planrunner import units
from planrunner.result import Phase


def load(phase: Phase) -> str:
    """Write how much load there is in a phase: `0 to 50 VUs`, or `50 VUs` where it does not change."""
    first, last = (units.cut(level, 2) for level in (phase.first, phase.last))
    return f"{last if first == last else f'{first} to {last}'} {phase.unit}"


def phase(one: Phase) -> tuple[str, ...]:
    """Say what a phase is, in words that get shorter: what there is room for is shown."""
    last = f"{units.cut(one.last, 2)} {one.unit}"
    if one.name == "hold":
        return f"hold {last}", last, units.cut(one.last, 2)
    return (one.name,) if one.name == "warm-up" else (f"{one.name} to {last}", one.name)
