"""Pacing: when load is due, as arithmetic; there is no clock in this room."""
