"""How requests went, as tags tell it: that none went so is a measurement, and not a lack of one."""

from __future__ import annotations

from planrunner.metrics.selector import Selector

OUTCOMES = frozenset({"error", "error_code", "expected_response", "proto", "status", "tls_version"})
"""Tags that tell how a request went."""


def without_outcomes(picked: Selector) -> Selector:
    """Return what picks the same, however it went."""
    return Selector(picked.metric, tuple(tag for tag in picked.tags if tag.name not in OUTCOMES))
