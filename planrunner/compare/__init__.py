"""Comparing runs of a plan: each run, or each window of one, is a sample, and not each request.

The requests of one run are not independent: all are slower when the machine is busy. A test on requests finds
differences between any two runs of the same code.
"""
