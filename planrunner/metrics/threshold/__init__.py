"""Thresholds: what may be asked of metrics, read and judged."""
