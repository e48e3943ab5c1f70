"""The engine: a plan becomes a program, workers carry it out, the run adds up and judges."""
