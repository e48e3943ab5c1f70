"""The report as one HTML file that asks nothing of anybody, and can be read without its script."""

from __future__ import annotations

from planrunner.reports.html.page import html

__all__ = ["html"]
