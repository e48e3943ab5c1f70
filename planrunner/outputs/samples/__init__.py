"""Sample outputs: every single sample, written by the process that made it."""
