"""Metrics: from samples to totals that can be added up, and the questions thresholds ask of them."""
