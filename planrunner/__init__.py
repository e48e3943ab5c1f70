"""planrunner: load tests as YAML plans."""

from importlib.metadata import version

__version__ = version("planrunner")
