"""Live: the run while it runs."""
