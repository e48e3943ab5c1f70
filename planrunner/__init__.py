"""planrunner: load tests as YAML plans."""

__version__ = "0.1.0"
