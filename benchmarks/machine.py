"""The line without which no number means anything: what it was measured on, and with which versions."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from benchmarks import locust
from benchmarks.cores import Cores
from benchmarks.server import program

ASK: Mapping[str, tuple[str, str]] = {
    "nginx": ("-v", r"nginx/(\S+)"),
    "wrk": ("-v", r"wrk (?:debian/)?([\d.]+)"),
    "oha": ("--version", r"oha (\S+)"),
    "vegeta": ("-version", r"Version: *(\S+)"),
    "k6": ("version", r"k6 v(\S+)"),
}
"""The option that makes a program tell its version, and where it stands; hey does not tell."""


def machine(cores: Cores, present: Iterable[str]) -> str:
    """Describe the machine and all that took part."""
    pinned = (
        "the server and each client pinned to a core of its own"
        if cores.client is not None
        else "nothing pinned"
    )
    facts = [
        f"{os.cpu_count()} cores ({_processor()}), {pinned}",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *(f"{name} {metadata.version(name)}" for name in ("planrunner", "uvloop", "httptools")),
        *(version(name) for name in ("nginx", *present) if name != "planrunner"),
    ]
    return ", ".join(facts)


def version(name: str) -> str:
    """Name a program with its version, as far as it tells."""
    if name == "locust":
        return f"locust {locust.version()}"
    found = program(name)
    if not found or name not in ASK:
        return name
    option, pattern = ASK[name]
    done = subprocess.run([found, option], capture_output=True, text=True, timeout=10, check=False)
    told = re.search(pattern, done.stdout + done.stderr)
    return f"{name} {told[1]}" if told else name


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", file.read_text(), re.MULTILINE) if file.exists() else None
    return found[1] if found else platform.machine()
