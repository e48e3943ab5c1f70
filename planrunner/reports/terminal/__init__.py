"""The parts of the summary in the terminal, in the layout of k6 2."""
