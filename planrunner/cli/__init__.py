"""The command line: one small file for each command; the only room that prints and exits."""
