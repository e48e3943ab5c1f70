"""`python -m planrunner`."""

from planrunner.cli.main import main

main()
