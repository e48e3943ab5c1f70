"""The schema that JUnit reports are held against, read once and only where it is needed."""

from functools import cache
from pathlib import Path

import xmlschema


@cache
def strict() -> xmlschema.XMLSchema:
    """Return the strictest reading of what Jenkins, GitLab and GitHub take."""
    return xmlschema.XMLSchema(Path(__file__).parent / "reports" / "junit-strict.xsd")
