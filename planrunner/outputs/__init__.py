"""Outputs: what is written or sent while a plan runs."""
