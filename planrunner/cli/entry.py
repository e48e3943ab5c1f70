"""Where the process begins: hears requests to end from its first moment to its last."""

from __future__ import annotations

import signal

from planrunner.cli.signals import handle, leave


def main() -> None:
    """Run the command line and exit with its code."""
    handle(leave)
    from planrunner.cli import main as command_line

    try:
        command_line.main()
    finally:
        handle(signal.SIG_IGN)  # the exit code is known, and Python itself does not like to be interrupted
