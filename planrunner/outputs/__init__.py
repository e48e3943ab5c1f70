"""Outputs: what is written while a plan runs."""
