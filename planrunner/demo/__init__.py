"""The demo: a small pizza shop to point a plan at, on this machine and without a network."""
