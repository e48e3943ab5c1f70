"""`python -m planrunner`."""

from planrunner.cli.entry import main

main()
