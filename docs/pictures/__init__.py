"""What makes the pictures in docs/images, for whoever changes what they show."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[2] / "tests"
sys.path[:0] = [str(folder) for folder in (TESTS, TESTS / "reports", TESTS / "outputs")]  # servers, browsers
